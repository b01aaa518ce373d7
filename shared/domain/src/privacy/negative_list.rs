//! An organisation's negative list: customers it does not want again. Of each only a keyed hash and
//! a masked form are kept.

mod subject;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::person::Requester;
use crate::account::{NegativeListPolicy, Organisation};
use crate::alert::Alert;
use crate::basics::id::{AlertId, ListedId, OrganisationId, RulesetId};
use crate::network::claim::AlertKind;

pub use subject::{InvalidSubject, NegativeListSubject};

/// An entry of a negative list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NegativeListEntry {
    /// Made of the organisation, the kind and the keyed hash of what is listed: the same customer
    /// is the same entry.
    pub id: ListedId,
    pub organisation: OrganisationId,
    pub kind: NegativeListKind,
    /// How people recognise it, with nothing in it that could be used.
    pub masked: String,
    pub reason: NegativeListReason,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source_alert: Option<AlertId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Timestamp>,
    pub by: NegativeListAuthor,
    pub created_at: Timestamp,
}

/// What an entry is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NegativeListKind))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NegativeListKind {
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
pub enum NegativeListReason {
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
pub enum NegativeListAuthor {
    Person(Requester),
    /// The ruleset that decided the alert.
    Ruleset(RulesetId),
    /// The organisation's setting.
    Setting,
}

impl NegativeListKind {
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

impl NegativeListEntry {
    /// Whether it counts at a time. The table forgets what has ended some time later.
    #[must_use]
    pub fn is_active_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|until| until > now)
    }
}

impl Organisation {
    /// Whether its setting lists the customer of an alert for which money went back.
    #[must_use]
    pub fn lists_customer_of(&self, alert: &Alert) -> bool {
        match self.negative_list_on_refund {
            NegativeListPolicy::Off => false,
            NegativeListPolicy::Fraud => alert.claim.kind == AlertKind::Fraud,
            NegativeListPolicy::All => true,
        }
    }
}

impl NegativeListReason {
    /// The reason that an alert gives.
    #[must_use]
    pub fn from_alert(alert: &Alert) -> Self {
        if alert.claim.kind == AlertKind::Fraud { Self::FraudAlert } else { Self::DisputeAlert }
    }
}
