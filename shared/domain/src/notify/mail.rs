//! The e-mail that a write causes: the third pure function beside `next_stage` and `says`.

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

/// The days after the deadline during which the link in an e-mail still shows the alert.
const SHOWN_DAYS: i64 = 7;

/// The maximum number of e-mails for a LIVE organisation in a UTC day, including requests for
/// consent.
pub const DAILY_MAILS: u32 = 1_000;
/// The maximum number of e-mails in a UTC day for all TEST organisations of a partner together,
/// since TEST organisations are created at will.
pub const DAILY_MAILS_OF_TEST: u32 = 100;

/// The kind of an e-mail about an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertMailKind {
    /// A person must act.
    ActionRequired,
    /// The alert was processed, and the network has the answer.
    Resolved,
    /// No action was necessary, or no action was taken in time.
    Dismissed,
    /// The refund failed after the network was answered.
    RefundFailed,
}

/// The name of an e-mail about an alert. Sending is idempotent by name, regardless of repeated
/// messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertMailName {
    pub alert: AlertId,
    pub version: u64,
    pub kind: AlertMailKind,
}

/// The name of an e-mail that asks for an address's consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmationMailName {
    pub member: MembershipId,
    /// The user of the membership at the time of the request.
    pub user: UserId,
    pub version: u64,
}

impl ConfirmationMailName {
    /// Returns the e-mail that a write causes: a new membership, or another address.
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

/// The urgency of an e-mail: the last quarter of the daily budget is reserved for urgent e-mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailUrgency {
    /// Asks a person to act, or asks for the consent that such e-mails need.
    Calls,
    /// Informs only.
    Tells,
}

/// Returns the owner of the daily budget that an e-mail counts against.
#[must_use]
pub fn mail_budget_owner(organisation: &Organisation) -> &str {
    match organisation.mode {
        OperatingMode::Live => organisation.id.as_str(),
        OperatingMode::Test => organisation.partner.as_str(),
    }
}

/// Returns the number of e-mails in a day from which no further e-mail is sent.
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

/// The name of an e-mail to administrators about a failing integration: once a day for each kind of
/// failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutageNoticeName {
    pub integration: IntegrationId,
    pub code: IntegrationOutage,
    pub day: Date,
}

impl OutageNoticeName {
    /// Returns the e-mail that a write causes, when a failure begins or changes its kind.
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

    /// Checks whether the e-mail is still relevant.
    #[must_use]
    pub fn is_current(&self, integration: &Integration) -> bool {
        integration.status_detail.as_ref().is_some_and(|detail| detail.code == self.code)
    }
}

impl AlertMailKind {
    /// Returns the name of the kind.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActionRequired => "ACTION_REQUIRED",
            Self::Resolved => "RESOLVED",
            Self::Dismissed => "DISMISSED",
            Self::RefundFailed => "REFUND_FAILED",
        }
    }

    /// Returns the urgency.
    #[must_use]
    pub const fn urgency(self) -> MailUrgency {
        match self {
            Self::ActionRequired => MailUrgency::Calls,
            Self::Resolved | Self::Dismissed | Self::RefundFailed => MailUrgency::Tells,
        }
    }

    /// Checks whether the member has enabled e-mails of this kind.
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
    /// Returns the e-mail that a write causes, once when the alert enters the state.
    #[must_use]
    pub fn mails(&self, before: Option<&Self>) -> Option<AlertMailKind> {
        self.current_mail().filter(|kind| before.and_then(Self::current_mail) != Some(*kind))
    }

    /// Returns the kind of e-mail that the present state calls for.
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

    /// Checks whether an e-mail of this kind is still relevant. No person is asked to act on an
    /// alert that is closed or past the deadline.
    #[must_use]
    pub fn is_mail_still_wanted(&self, kind: AlertMailKind, now: Timestamp) -> bool {
        self.current_mail() == Some(kind)
            && (kind != AlertMailKind::ActionRequired || now < self.deadlines.limit)
    }

    /// Returns the time until which the link in an e-mail shows the alert. After the deadline the
    /// page is read-only. A refund may fail weeks later, which extends the time.
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
