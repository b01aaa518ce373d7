//! A claim: what the bank says of a payment, in our words, before anybody has looked it up.

mod left_out;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::card::TruncatedCard;
use crate::basics::money::Money;
use crate::basics::time::ReportedTime;

pub use crate::basics::text::normalise_text;
pub use left_out::{UnusedField, UnusedFieldReason};

/// The network an alert comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertNetwork {
    /// Mastercard's Ethoca.
    Ethoca,
}

impl AlertNetwork {
    /// Every network.
    pub const ALL: [Self; 1] = [Self::Ethoca];

    /// The network's name as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ethoca => "ETHOCA",
        }
    }
}

/// Whether the cardholder denies the payment or is unhappy with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AlertType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertKind {
    /// The issuer confirmed fraud.
    Fraud,
    /// The cardholder disputes.
    Dispute,
}

impl AlertKind {
    /// The type as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fraud => "FRAUD",
            Self::Dispute => "DISPUTE",
        }
    }
}

/// What a vendor's alert says, normalised; optional facts are absent where the vendor left them out
/// or blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The network that sends it.
    pub network: AlertNetwork,
    /// The network's own id of the alert; the same id is the same alert whoever delivers it.
    pub vendor_alert_id: String,
    /// Fraud or dispute.
    pub kind: AlertKind,
    /// When the vendor raised it; when it came, where the vendor tells no time that can be meant.
    pub alerted_at: Timestamp,
    /// The amount of the transaction.
    pub amount: Money,
    /// The amount in dispute, where it differs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub chargeback_amount: Option<Money>,
    /// The statement descriptor.
    pub descriptor: String,
    /// When the payment was made, as the bank tells it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transacted: Option<ReportedTime>,
    /// What may be kept of the card.
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
    /// The scheme's reason code, as it came.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason_code: Option<String>,
    /// The merchant category code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub mcc: Option<String>,
    /// Whether the payment was 3-D Secure.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub is_3ds: Option<bool>,
    /// Who began it: issuer or cardholder.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub initiated_by: Option<String>,
    /// How the card was read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub transaction_type: Option<String>,
    /// Where the network had it from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// What the alert tells besides and nobody can use.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub left_out: Vec<UnusedField>,
}

impl Claim {
    /// The amount that is disputed: the chargeback's, else the transaction's.
    #[must_use]
    pub fn disputed_amount(&self) -> Money {
        self.chargeback_amount.unwrap_or(self.amount)
    }

    /// Whether it tells anything by which an order is found: a card, an ARN, an id.
    #[must_use]
    pub const fn has_payment_identifier(&self) -> bool {
        self.card.last4.is_some() || self.arn.is_some() || self.transaction_id.is_some()
    }

    /// The most that can have been paid by the bank's word.
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

/// Whether two claims may be of one payment: same card, amount and currency, at most two days
/// apart.
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
