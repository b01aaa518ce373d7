//! One mail to one member: once, and within the organisation's day.

use domain::account::{Membership, Organisation};
use domain::alert::Unnotified;
use domain::notify::mail::{Urgency, counted_to, daily_mails};
use flows::Failure;
use flows::tenant_warning::warn_tenant;
use store::keys::MailMark;
use store::mail::Fate;

use crate::letter::Letter;
use crate::{Desk, outbox};

/// A mail that is ready, and to whom.
pub(crate) struct Piece<'a> {
    pub organisation: &'a Organisation,
    pub member: &'a Membership,
    pub mark: MailMark,
    pub urgency: Urgency,
    pub letter: Letter,
    /// What it is about, for the log.
    pub about: &'a str,
}

/// What came of mails to several members.
#[derive(Debug, Default)]
pub(crate) struct Told {
    sent: bool,
    refused: bool,
    spent: bool,
}

impl Desk<'_> {
    /// Sends a mail that has not left before, where the organisation's day has room for it.
    pub async fn deliver(&self, piece: Piece<'_>, told: &mut Told) -> Result<(), Failure> {
        let (store, organisation, owner) =
            (&self.post.store, piece.organisation, counted_to(piece.organisation));
        if let Some(fate) = store.mail_fate(&piece.mark).await? {
            told.add(fate);
            return Ok(());
        }
        let most = daily_mails(organisation.mode, piece.urgency);
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
        let sent = match self.outbox.send(organisation.mode, piece.member, &piece.letter).await {
            Ok(sent) => sent,
            Err(failure) => {
                store.uncount_mail(owner, self.now).await?;
                return Err(failure);
            }
        };
        if let Some(code) = &sent.refused {
            refused(piece.member, piece.about, code);
        }
        let fate = if sent.refused.is_none() { Fate::Sent } else { Fate::Refused };
        told.add(fate);
        Ok(store.keep_mail_fate(&piece.mark, fate, self.now).await?)
    }
}

impl Told {
    /// Whether somebody has the mail.
    pub const fn is_sent(&self) -> bool {
        self.sent
    }

    /// Why nobody has it.
    pub const fn why_not(&self) -> Unnotified {
        match (self.spent, self.refused) {
            (true, _) => Unnotified::DailyMailsSpent,
            (false, true) => Unnotified::MailRefused,
            (false, false) => Unnotified::NoConfirmedMember,
        }
    }

    const fn add(&mut self, fate: Fate) {
        match fate {
            Fate::Sent => self.sent = true,
            Fate::Refused => self.refused = true,
        }
    }
}

/// An address that is none is the tenant's own: it is typed at will. All else is the sender's, and
/// rings.
fn refused(member: &Membership, about: &str, code: &str) {
    if code == outbox::BAD_REQUEST {
        warn_tenant(&member.organisation, "MAIL_REFUSED", member.id.as_str(), about);
    } else {
        tracing::error!(about, member = %member.id, code, "E-mail was refused");
    }
}
