//! Keys of e-mails: which left, how many, and what is known of the addresses that they go to.

use domain::basics::id::{MembershipId, OrganisationId};
use domain::notify::mail::{AlertMailName, ConfirmationMailName, OutageNoticeName};
use jiff::civil::Date;

use super::TableKey;

/// How long a day's count of e-mails is kept.
pub const MAIL_COUNT_DAYS: i64 = 3;

/// A mail to a member that left, or was refused: what it is about, and which one of that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRecordKey(TableKey);

impl MailRecordKey {
    /// A mail about an alert.
    #[must_use]
    pub fn for_alert(name: &AlertMailName, member: &MembershipId) -> Self {
        Self::new(name.alert.as_str(), format!("{}#{}#{member}", name.kind.as_str(), name.version))
    }

    /// A mail to an administrator that an integration fails.
    #[must_use]
    pub fn for_notice(name: &OutageNoticeName, member: &MembershipId) -> Self {
        Self::new(
            name.integration.as_str(),
            format!("{}#{}#{member}", name.code.as_str(), name.day),
        )
    }

    /// The mail that asks for an address's consent.
    #[must_use]
    pub fn for_confirmation(name: &ConfirmationMailName) -> Self {
        Self::new(name.member.as_str(), format!("CONFIRM#{}", name.version))
    }

    /// The same mail again, since alerts wait: one a day.
    #[must_use]
    pub fn for_reminder(member: &MembershipId, day: Date) -> Self {
        Self::new(member.as_str(), format!("REMIND#{day}"))
    }

    /// The mail about all alerts that members were not told of.
    #[must_use]
    pub fn for_backlog(organisation: &OrganisationId, version: u64, member: &MembershipId) -> Self {
        Self::new(organisation.as_str(), format!("BACKLOG#{version}#{member}"))
    }

    /// Its name, for what counts it.
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

/// The answer of an address's owner to an organisation.
#[must_use]
pub fn consent_key(address: &str, organisation: &OrganisationId) -> TableKey {
    TableKey::new(format!("ADDRESS#{address}"), format!("CONSENT#{organisation}"))
}

/// That nobody writes to an address any more.
#[must_use]
pub fn suppression_key(address: &str) -> TableKey {
    TableKey::new(format!("ADDRESS#{address}"), "SUPPRESSED")
}

/// The confirmation mails to an address.
#[must_use]
pub fn confirmations_key(address: &str) -> TableKey {
    TableKey::new(format!("ADDRESS#{address}"), "ASKED")
}

/// How many e-mails that count to an organisation, or to a partner's TEST organisations, left on a
/// day.
#[must_use]
pub fn mail_count_key(owner: &str, day: Date) -> TableKey {
    TableKey::new(format!("MAILS#{owner}"), day.to_string())
}

/// The alerts that no member of an organisation could be told of.
#[must_use]
pub fn backlog_key(organisation: &OrganisationId) -> TableKey {
    TableKey::new(organisation.as_str(), "BACKLOG")
}
