//! What can be tried, and what of it the payload or the payment must carry.

use partners::ethoca::AlertType;
use partners::simulated::Behaviour;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is to be seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Scenario {
    /// An alert that can be matched, and whose refund succeeds.
    #[default]
    Plain,
    /// The network delivers the same alert twice.
    Duplicate,
    AlreadyRefunded,
    AlreadyChargedBack,
    /// The payment never took money.
    FailedSale,
    /// The bank knows another last four than the processor, as with wallets.
    MaskedCard,
    /// The refund is on its way at first.
    SlowProcessor,
    RefundFailure,
    CancelFailure,
    /// No payment fits.
    NotFound,
    /// Two payments fit equally well.
    Ambiguous,
    /// The deadline is minutes away, and nothing acts by itself.
    Expiry,
}

/// The kinds of alert, and the spellings in which they are attested.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[schema(as = SimulatedType)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Type {
    Fraud,
    #[default]
    Dispute,
    ConfirmedFraud,
    IssuerAlert,
    FraudReporterAlert,
    CustomerDispute,
    CustomerDisputeAlert,
}

impl Scenario {
    /// How often the network delivers the alert.
    pub const fn deliveries(self) -> usize {
        if matches!(self, Self::Duplicate) { 2 } else { 1 }
    }

    /// How the payment behaves that is made up for it; nothing where none is to be found.
    pub const fn behaviour(self) -> Option<Behaviour> {
        match self {
            Self::Plain | Self::Duplicate => Some(Behaviour::Plain),
            Self::AlreadyRefunded => Some(Behaviour::AlreadyRefunded),
            Self::AlreadyChargedBack => Some(Behaviour::AlreadyChargedBack),
            Self::FailedSale => Some(Behaviour::FailedSale),
            Self::MaskedCard => Some(Behaviour::MaskedCard),
            Self::SlowProcessor => Some(Behaviour::SlowProcessor),
            Self::RefundFailure => Some(Behaviour::RefundFailure),
            Self::CancelFailure => Some(Behaviour::CancelFailure),
            Self::Ambiguous => Some(Behaviour::Ambiguous),
            Self::NotFound | Self::Expiry => None,
        }
    }

    /// Whether it may be about a payment that is there, because the alert alone is what is special.
    pub const fn takes_reference(self) -> bool {
        matches!(self, Self::Plain | Self::Duplicate | Self::MaskedCard | Self::Expiry)
    }

    /// Whether an order that fits is what it is about.
    pub const fn may_be_an_orders(self) -> bool {
        matches!(self, Self::Plain | Self::Duplicate)
    }
}

impl From<Type> for AlertType {
    fn from(kind: Type) -> Self {
        match kind {
            Type::Fraud | Type::ConfirmedFraud => Self::ConfirmedFraud,
            Type::IssuerAlert => Self::IssuerAlert,
            Type::FraudReporterAlert => Self::FraudReporterAlert,
            Type::Dispute | Type::CustomerDispute => Self::CustomerDispute,
            Type::CustomerDisputeAlert => Self::CustomerDisputeAlert,
        }
    }
}
