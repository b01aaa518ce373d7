//! The negative list of an organisation: customers that the organisation refuses. Only a keyed hash
//! and a masked form of each are stored.

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
    /// The id, derived from the organisation, the kind and the keyed hash of the subject. The same
    /// customer has the same entry.
    pub id: ListedId,
    pub organisation: OrganisationId,
    pub kind: NegativeListKind,
    /// The masked form, for people to recognise the customer.
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

/// The kind of subject of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NegativeListKind))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NegativeListKind {
    /// An e-mail address.
    Email,
    /// A processor's customer id.
    ProcessorCustomer,
    /// A card: BIN, last four digits and expiry.
    Card,
}

/// The reason of an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NegativeListReason))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NegativeListReason {
    /// A fraud alert.
    FraudAlert,
    /// An alert of any other kind.
    DisputeAlert,
    Chargeback,
    /// A person's own reason.
    #[default]
    Manual,
}

/// The author of an entry.
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
    /// Returns the API's name of the kind.
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
    /// Checks whether the entry is active at a time. The table deletes expired entries some time
    /// later.
    #[must_use]
    pub fn is_active_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|until| until > now)
    }
}

impl Organisation {
    /// Checks whether the organisation's setting adds the customer of a refunded alert to the
    /// negative list.
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
    /// Returns the reason that an alert gives.
    #[must_use]
    pub fn from_alert(alert: &Alert) -> Self {
        if alert.claim.kind == AlertKind::Fraud { Self::FraudAlert } else { Self::DisputeAlert }
    }
}
