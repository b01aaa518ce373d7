//! A claim: the bank's statement on a payment in our terms, before any look-up.

mod left_out;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::card::TruncatedCard;
use crate::basics::money::Money;
use crate::basics::time::ReportedTime;

pub use crate::basics::text::normalise_text;
pub use left_out::{UnusedField, UnusedFieldReason};

/// The network that sends an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertNetwork {
    /// Mastercard's Ethoca.
    Ethoca,
}

impl AlertNetwork {
    /// Every network.
    pub const ALL: [Self; 1] = [Self::Ethoca];

    /// Returns the API's name of the network.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ethoca => "ETHOCA",
        }
    }
}

/// The type of an alert: fraud confirmed by the issuer, or a cardholder's dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AlertType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertKind {
    /// The issuer confirmed fraud.
    Fraud,
    /// The cardholder disputes the payment.
    Dispute,
}

impl AlertKind {
    /// Returns the API's name of the type.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fraud => "FRAUD",
            Self::Dispute => "DISPUTE",
        }
    }
}

/// The content of a vendor's alert, normalised. Optional facts are absent where the vendor omitted
/// them or sent a blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The network that sends the alert.
    pub network: AlertNetwork,
    /// The network's own id of the alert. Equal ids mean the same alert, by any connection.
    pub vendor_alert_id: String,
    /// Fraud or dispute.
    pub kind: AlertKind,
    /// The time at which the vendor raised the alert, or the arrival time if the vendor's time is
    /// missing or impossible.
    pub alerted_at: Timestamp,
    /// The amount of the transaction.
    pub amount: Money,
    /// The amount in dispute, if different.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub chargeback_amount: Option<Money>,
    /// The statement descriptor.
    pub descriptor: String,
    /// The time of the payment, as reported by the bank.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transacted: Option<ReportedTime>,
    /// The truncated card.
    #[serde(default)]
    pub card: TruncatedCard,
    /// The acquirer reference number, digits as text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arn: Option<String>,
    /// The authorisation code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auth_code: Option<String>,
    /// The network's or the processor's id of the transaction.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transaction_id: Option<String>,
    /// The issuing bank.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub issuer: Option<String>,
    /// The scheme's reason code, unchanged.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason_code: Option<String>,
    /// The merchant category code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mcc: Option<String>,
    /// Whether the payment was 3-D Secure.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub is_3ds: Option<bool>,
    /// The initiator of the alert: issuer or cardholder.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub initiated_by: Option<String>,
    /// The entry mode of the card.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transaction_type: Option<String>,
    /// The source of the alert at the network.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// The unused fields of the alert.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub left_out: Vec<UnusedField>,
}

impl Claim {
    /// Returns the disputed amount: the chargeback's, else the transaction's.
    #[must_use]
    pub fn disputed_amount(&self) -> Money {
        self.chargeback_amount.unwrap_or(self.amount)
    }

    /// Checks whether the claim has an identifier that can find an order: a card, an ARN or an id.
    #[must_use]
    pub const fn has_payment_identifier(&self) -> bool {
        self.card.last4.is_some() || self.arn.is_some() || self.transaction_id.is_some()
    }

    /// Returns the highest amount that the claim allows for the payment.
    #[must_use]
    pub fn highest_amount(&self) -> Money {
        let disputed = self.disputed_amount();
        if self.amount.currency == disputed.currency && self.amount.minor > disputed.minor {
            self.amount
        } else {
            disputed
        }
    }
}

/// Checks whether two claims may be about the same payment: same card, amount and currency, at most
/// two days apart.
#[must_use]
pub fn may_be_same_payment(a: &Claim, b: &Claim) -> bool {
    let near = match (a.transacted, b.transacted) {
        (Some(a), Some(b)) => a.days_apart(b) <= 2,
        _ => true,
    };
    let bins_agree = match (&a.card.bin, &b.card.bin) {
        (Some(a), Some(b)) => a.starts_with(b.as_str()) || b.starts_with(a.as_str()),
        _ => true,
    };
    near && bins_agree
        && a.card.last4.is_some()
        && a.card.last4 == b.card.last4
        && a.amount == b.amount
}
