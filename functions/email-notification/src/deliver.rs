//! Delivers a mail to a single member: idempotent, and within the organisation's daily limit.

use domain::account::{Membership, Organisation};
use domain::alert::NotificationWarning;
use domain::notify::mail::{MailUrgency, daily_mail_limit, mail_budget_owner};
use flows::StageFailure;
use flows::tenant_warning::warn_tenant;
use store::keys::MailRecordKey;
use store::mail::MailFate;

use crate::letter::RenderedMail;
use crate::{MailWorker, outbox};

/// A rendered mail and its recipient.
pub(crate) struct OutgoingMail<'a> {
    pub organisation: &'a Organisation,
    pub member: &'a Membership,
    pub mark: MailRecordKey,
    pub urgency: MailUrgency,
    pub letter: RenderedMail,
    /// The id of the mail's subject, for the log.
    pub about: &'a str,
}

/// The results of mails to several members.
#[derive(Debug, Default)]
pub(crate) struct MailOutcomes {
    sent: bool,
    refused: bool,
    spent: bool,
}

impl MailWorker<'_> {
    /// Sends a mail that was not sent before, within the organisation's daily limit.
    pub async fn deliver_mail(
        &self,
        piece: OutgoingMail<'_>,
        told: &mut MailOutcomes,
    ) -> Result<(), StageFailure> {
        let (store, organisation, owner) =
            (&self.post.store, piece.organisation, mail_budget_owner(piece.organisation));
        if let Some(fate) = store.read_mail_fate(&piece.mark).await? {
            told.add_fate(fate);
            return Ok(());
        }
        let most = daily_mail_limit(organisation.mode, piece.urgency);
        if !store.count_mail(owner, most, self.now).await? {
            told.spent = true;
            warn_tenant(
                &organisation.id,
                "DAILY_MAILS_SPENT",
                piece.about,
                "an e-mail does not leave",
            );
            return Ok(());
        }
        let sent = match self.outbox.send_mail(organisation.mode, piece.member, &piece.letter).await
        {
            Ok(sent) => sent,
            Err(failure) => {
                store.uncount_mail(owner, self.now).await?;
                return Err(failure);
            }
        };
        if let Some(code) = &sent.refused {
            report_refusal(piece.member, piece.about, code);
        }
        let fate = if sent.refused.is_none() { MailFate::Sent } else { MailFate::Refused };
        told.add_fate(fate);
        Ok(store.keep_mail_fate(&piece.mark, fate, self.now).await?)
    }
}

impl MailOutcomes {
    /// Checks whether any member received the mail.
    pub const fn is_sent(&self) -> bool {
        self.sent
    }

    /// Returns the reason why no member received the mail.
    pub const fn unnotified_reason(&self) -> NotificationWarning {
        match (self.spent, self.refused) {
            (true, _) => NotificationWarning::DailyMailsSpent,
            (false, true) => NotificationWarning::MailRefused,
            (false, false) => NotificationWarning::NoConfirmedMember,
        }
    }

    const fn add_fate(&mut self, fate: MailFate) {
        match fate {
            MailFate::Sent => self.sent = true,
            MailFate::Refused => self.refused = true,
        }
    }
}

/// Reports a refused mail. A malformed address is the tenant's own mistake; any other refusal
/// concerns the sender and triggers an alarm.
fn report_refusal(member: &Membership, about: &str, code: &str) {
    if code == outbox::BAD_REQUEST {
        warn_tenant(&member.organisation, "MAIL_REFUSED", member.id.as_str(), about);
    } else {
        tracing::error!(about, member = %member.id, code, "E-mail was refused");
    }
}
