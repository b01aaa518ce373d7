//! Keys of e-mails: mails that left, counts of mails, and consent and suppression of addresses.

use domain::basics::id::{MembershipId, OrganisationId};
use domain::notify::mail::{AlertMailName, ConfirmationMailName, OutageNoticeName};
use jiff::civil::Date;

use super::TableKey;

/// The retention of a day's count of e-mails, in days.
pub const MAIL_COUNT_DAYS: i64 = 3;

/// The key of a mail to a member that left or was refused: the subject, and the kind, version or
/// day of the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRecordKey(TableKey);

impl MailRecordKey {
    /// Returns the key of a mail about an alert.
    #[must_use]
    pub fn for_alert(name: &AlertMailName, member: &MembershipId) -> Self {
        Self::new(name.alert.as_str(), format!("{}#{}#{member}", name.kind.as_str(), name.version))
    }

    /// Returns the key of a mail to an administrator about a failing integration.
    #[must_use]
    pub fn for_notice(name: &OutageNoticeName, member: &MembershipId) -> Self {
        Self::new(
            name.integration.as_str(),
            format!("{}#{}#{member}", name.code.as_str(), name.day),
        )
    }

    /// Returns the key of the mail that asks for an address's consent.
    #[must_use]
    pub fn for_confirmation(name: &ConfirmationMailName) -> Self {
        Self::new(name.member.as_str(), format!("CONFIRM#{}", name.version))
    }

    /// Returns the key of the reminder to consent, sent while alerts wait: one a day.
    #[must_use]
    pub fn for_reminder(member: &MembershipId, day: Date) -> Self {
        Self::new(member.as_str(), format!("REMIND#{day}"))
    }

    /// Returns the key of the mail about all alerts of which no member was notified.
    #[must_use]
    pub fn for_backlog(organisation: &OrganisationId, version: u64, member: &MembershipId) -> Self {
        Self::new(organisation.as_str(), format!("BACKLOG#{version}#{member}"))
    }

    /// Returns the mail's name, for the counter.
    #[must_use]
    pub fn mail_name(&self) -> String {
        format!("{}#{}", self.0.pk, self.0.sk)
    }

    pub(crate) const fn table_key(&self) -> &TableKey {
        &self.0
    }

    fn new(about: &str, which: String) -> Self {
        Self(TableKey::new(format!("MAIL#{about}"), which))
    }
}

/// Returns the key of the answer of an address's owner to an organisation.
#[must_use]
pub fn consent_key(address: &str, organisation: &OrganisationId) -> TableKey {
    TableKey::new(format!("ADDRESS#{address}"), format!("CONSENT#{organisation}"))
}

/// Returns the key of the suppression of an address.
#[must_use]
pub fn suppression_key(address: &str) -> TableKey {
    TableKey::new(format!("ADDRESS#{address}"), "SUPPRESSED")
}

/// Returns the key of the confirmation mails to an address.
#[must_use]
pub fn confirmations_key(address: &str) -> TableKey {
    TableKey::new(format!("ADDRESS#{address}"), "ASKED")
}

/// Returns the key of a day's count of e-mails, for an organisation or for a partner's TEST
/// organisations.
#[must_use]
pub fn mail_count_key(owner: &str, day: Date) -> TableKey {
    TableKey::new(format!("MAILS#{owner}"), day.to_string())
}

/// Returns the key of an organisation's alerts of which no member could be notified.
#[must_use]
pub fn backlog_key(organisation: &OrganisationId) -> TableKey {
    TableKey::new(organisation.as_str(), "BACKLOG")
}
