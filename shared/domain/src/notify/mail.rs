//! Which e-mail a write calls for: the third pure function beside `next_stage` and `says`.

mod address;
mod backlog;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::account::{Integration, IntegrationOutage, Membership, OperatingMode, Organisation};
use crate::alert::Alert;
use crate::basics::id::{AlertId, IntegrationId, MembershipId, UserId};
use crate::basics::time::{add_seconds, utc_day};

pub use address::{
    ASKING_DAYS, CONFIRMATION_DAYS, ConsentRequestLog, EmailConsent, EmailStatus, EmailSuppression,
    MOST_ASKED,
};
pub use backlog::{MOST_WAITING, MailBacklog};

/// How long the link in a mail shows the alert after its deadline.
const SHOWN_DAYS: i64 = 7;

/// How many e-mails leave for a LIVE organisation within a day of UTC, those that ask for consent
/// among them.
pub const DAILY_MAILS: u32 = 1_000;
/// The same for all TEST organisations of a partner together: they are made at will.
pub const DAILY_MAILS_OF_TEST: u32 = 100;

/// What a mail tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertMailKind {
    /// A person is really needed.
    ActionRequired,
    /// It was worked, and the network has its answer.
    Resolved,
    /// There was nothing to do, or nothing was done in time.
    Dismissed,
    /// Its refund failed after the network was told.
    RefundFailed,
}

/// A mail by its name: the same however often its message comes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertMailName {
    pub alert: AlertId,
    pub version: u64,
    pub kind: AlertMailKind,
}

/// The mail that asks for an address's consent, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmationMailName {
    pub member: MembershipId,
    /// Whose address it was when the mail was called for.
    pub user: UserId,
    pub version: u64,
}

impl ConfirmationMailName {
    /// The mail that a write calls for: a new membership, or another address.
    #[must_use]
    pub fn from_membership_change(
        member: &Membership,
        before: Option<&Membership>,
    ) -> Option<Self> {
        let name = || Self {
            member: member.id.clone(),
            user: member.user.clone(),
            version: member.version,
        };
        before.is_none_or(|before| before.user != member.user).then(name)
    }
}

/// How urgent a mail is: the last quarter of a day's mails is kept for those that somebody waits
/// for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailUrgency {
    /// It calls a person, or asks for the consent without which nobody is called.
    Calls,
    /// It only tells.
    Tells,
}

/// Whose day a mail is counted to.
#[must_use]
pub fn mail_budget_owner(organisation: &Organisation) -> &str {
    match organisation.mode {
        OperatingMode::Live => organisation.id.as_str(),
        OperatingMode::Test => organisation.partner.as_str(),
    }
}

/// How many mails may have left on a day before one more leaves.
#[must_use]
pub const fn daily_mail_limit(mode: OperatingMode, urgency: MailUrgency) -> u32 {
    let most = match mode {
        OperatingMode::Live => DAILY_MAILS,
        OperatingMode::Test => DAILY_MAILS_OF_TEST,
    };
    match urgency {
        MailUrgency::Calls => most,
        MailUrgency::Tells => most / 4 * 3,
    }
}

/// A mail to administrators that an integration fails: one a day for each kind of failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutageNoticeName {
    pub integration: IntegrationId,
    pub code: IntegrationOutage,
    pub day: Date,
}

impl OutageNoticeName {
    /// The mail that a write calls for, as the failure begins or becomes another.
    #[must_use]
    pub fn from_integration_change(
        integration: &Integration,
        before: Option<&Integration>,
    ) -> Option<Self> {
        let detail = integration.status_detail.as_ref()?;
        let known =
            before.and_then(|before| before.status_detail.as_ref()).map(|detail| detail.code);
        let day = utc_day(detail.since);
        (known != Some(detail.code)).then(|| Self {
            integration: integration.id.clone(),
            code: detail.code,
            day,
        })
    }

    /// Whether it is still worth sending.
    #[must_use]
    pub fn is_current(&self, integration: &Integration) -> bool {
        integration.status_detail.as_ref().is_some_and(|detail| detail.code == self.code)
    }
}

impl AlertMailKind {
    /// The kind as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActionRequired => "ACTION_REQUIRED",
            Self::Resolved => "RESOLVED",
            Self::Dismissed => "DISMISSED",
            Self::RefundFailed => "REFUND_FAILED",
        }
    }

    /// How urgent it is.
    #[must_use]
    pub const fn urgency(self) -> MailUrgency {
        match self {
            Self::ActionRequired => MailUrgency::Calls,
            Self::Resolved | Self::Dismissed | Self::RefundFailed => MailUrgency::Tells,
        }
    }

    /// Whether a member has the switch for it on.
    #[must_use]
    pub const fn is_wanted_by(self, member: &Membership) -> bool {
        match self {
            Self::ActionRequired => member.is_alert_action_required_email_enabled,
            Self::Resolved | Self::RefundFailed => member.is_alert_resolved_email_enabled,
            Self::Dismissed => member.is_alert_dismissed_email_enabled,
        }
    }
}

impl Alert {
    /// The mail that a write calls for, once as it begins to be so.
    #[must_use]
    pub fn mails(&self, before: Option<&Self>) -> Option<AlertMailKind> {
        self.current_mail().filter(|kind| before.and_then(Self::current_mail) != Some(*kind))
    }

    /// What there is to tell a member of it now.
    #[must_use]
    pub fn current_mail(&self) -> Option<AlertMailKind> {
        let view = self.status_view();
        match view.status {
            "RESOLVED" | "INVALID" if self.has_failed_refund() => Some(AlertMailKind::RefundFailed),
            "RESOLVED" if self.has_expired_outcome() => Some(AlertMailKind::Dismissed),
            "RESOLVED" => Some(AlertMailKind::Resolved),
            "INVALID" => Some(AlertMailKind::Dismissed),
            _ => view.is_actionable.then_some(AlertMailKind::ActionRequired),
        }
    }

    /// Whether its mail of this kind is still worth sending: nobody is asked for what is done, or
    /// too late.
    #[must_use]
    pub fn is_mail_still_wanted(&self, kind: AlertMailKind, now: Timestamp) -> bool {
        self.current_mail() == Some(kind)
            && (kind != AlertMailKind::ActionRequired || now < self.deadlines.limit)
    }

    /// Until when the link in a mail shows it; after the deadline it only shows. A refund may fail
    /// weeks later.
    #[must_use]
    pub fn alert_page_ends_at(&self) -> Timestamp {
        let failure = self.settlement().and_then(|done| done.refund.as_ref()?.failure.as_ref());
        let latest =
            failure.map_or(self.deadlines.action, |failure| failure.at.max(self.deadlines.action));
        add_seconds(latest, SHOWN_DAYS * 86_400)
    }

    fn has_expired_outcome(&self) -> bool {
        self.settlement().is_some_and(|done| done.outcome.is_expired())
    }
}

#[cfg(test)]
mod tests;
