//! An organisation's negative list: customers it does not want again. Of each only a keyed hash and
//! a masked form are kept.

mod subject;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::person::Person;
use crate::account::{NegativeListing, Organisation};
use crate::alert::Alert;
use crate::basics::id::{AlertId, ListedId, OrganisationId, RulesetId};
use crate::network::claim::Kind;

pub use subject::{BadSubject, Subject};

/// An entry of a negative list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Made of the organisation, the kind and the keyed hash of what is listed: the same customer
    /// is the same entry.
    pub id: ListedId,
    pub organisation: OrganisationId,
    pub kind: ListedKind,
    /// How people recognise it, with nothing in it that could be used.
    pub masked: String,
    pub reason: ListedReason,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source_alert: Option<AlertId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Timestamp>,
    pub by: ListedBy,
    pub created_at: Timestamp,
}

/// What an entry is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NegativeListKind))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ListedKind {
    /// An e-mail address.
    Email,
    /// A customer as a processor names it.
    ProcessorCustomer,
    /// A card: BIN, last four digits and expiry.
    Card,
}

/// Why somebody is listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NegativeListReason))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ListedReason {
    /// An alert that told of fraud.
    FraudAlert,
    /// An alert of any other kind.
    DisputeAlert,
    Chargeback,
    /// A person's own reason.
    #[default]
    Manual,
}

/// Who listed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ListedBy {
    Person(Person),
    /// The ruleset that decided the alert.
    Ruleset(RulesetId),
    /// The organisation's setting.
    Setting,
}

impl ListedKind {
    /// The kind as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::ProcessorCustomer => "PROCESSOR_CUSTOMER",
            Self::Card => "CARD",
        }
    }
}

impl Listed {
    /// Whether it counts at a time. The table forgets what has ended some time later.
    #[must_use]
    pub fn counts_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|until| until > now)
    }
}

impl Organisation {
    /// Whether its setting lists the customer of an alert for which money went back.
    #[must_use]
    pub fn lists_customer_of(&self, alert: &Alert) -> bool {
        match self.negative_list_on_refund {
            NegativeListing::Off => false,
            NegativeListing::Fraud => alert.claim.kind == Kind::Fraud,
            NegativeListing::All => true,
        }
    }
}

impl ListedReason {
    /// The reason that an alert gives.
    #[must_use]
    pub fn of(alert: &Alert) -> Self {
        if alert.claim.kind == Kind::Fraud { Self::FraudAlert } else { Self::DisputeAlert }
    }
}
