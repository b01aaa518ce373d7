//! The standing of a payment: the refunds and the dispute that followed the charge.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::money::Money;

/// The standing of a payment, read from the processor or reported by an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentStanding {
    /// Whether the payment never took money: declined, cancelled or never captured.
    #[serde(default)]
    pub failed: bool,
    /// Whether the payment is authorised without any capture, and can still be voided.
    #[serde(default)]
    pub unsettled: bool,
    /// The refunds of the payment by any party.
    #[serde(default)]
    pub refunds: Vec<ProcessorRefund>,
    /// The open or closed dispute.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dispute: Option<ProcessorDispute>,
    /// The authorised amount that may still be captured after a partial capture.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uncaptured: Option<Money>,
}

/// A refund, as a processor lists the refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessorRefund {
    /// The processor's id of the refund.
    pub id: String,
    /// The refunded amount.
    pub amount: Money,
    /// The state at the processor.
    pub state: RefundState,
    /// The time of creation.
    pub at: Timestamp,
    /// The alert or manual refund for which we made the refund, from the refund's metadata: our
    /// mark.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub alert: Option<String>,
    /// The acquirer reference number (ARN) of the credit, once the processor has the number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arn: Option<String>,
}

/// The state of a refund at the processor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefundState {
    /// The processor accepted the refund; the money has not moved for certain.
    Pending,
    /// The processor confirmed the refund.
    Succeeded,
    /// The refund failed or was cancelled, with the processor's reason.
    Failed(String),
}

/// A dispute, as a processor lists the dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessorDispute {
    /// The processor's id of the dispute.
    pub id: String,
    /// The time of the opening.
    pub opened: Timestamp,
    /// Whether the processor still allows a refund (an inquiry, for example).
    pub refundable: bool,
    /// Whether the network already gave the money back (RDR, for example).
    pub prevented: bool,
}

impl PaymentStanding {
    /// Returns the sum of the confirmed and pending refunds, in minor units.
    #[must_use]
    pub fn refunded_minor_units(&self) -> u64 {
        let live =
            self.refunds.iter().filter(|refund| !matches!(refund.state, RefundState::Failed(_)));
        live.map(|refund| refund.amount.minor).fold(0, u64::saturating_add)
    }
}
