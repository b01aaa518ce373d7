//! What can be tried, and what of it the payload or the payment must carry.

use partners::ethoca::EthocaAlertType;
use partners::simulated::SimulatedBehaviour;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is to be seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[schema(as = Scenario)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum SimulationScenario {
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
pub(super) enum SimulatedAlertType {
    Fraud,
    #[default]
    Dispute,
    ConfirmedFraud,
    IssuerAlert,
    FraudReporterAlert,
    CustomerDispute,
    CustomerDisputeAlert,
}

impl SimulationScenario {
    /// How often the network delivers the alert.
    pub const fn delivery_count(self) -> usize {
        if matches!(self, Self::Duplicate) { 2 } else { 1 }
    }

    /// How the payment behaves that is made up for it; nothing where none is to be found.
    pub const fn payment_behaviour(self) -> Option<SimulatedBehaviour> {
        match self {
            Self::Plain | Self::Duplicate => Some(SimulatedBehaviour::Plain),
            Self::AlreadyRefunded => Some(SimulatedBehaviour::AlreadyRefunded),
            Self::AlreadyChargedBack => Some(SimulatedBehaviour::AlreadyChargedBack),
            Self::FailedSale => Some(SimulatedBehaviour::FailedSale),
            Self::MaskedCard => Some(SimulatedBehaviour::MaskedCard),
            Self::SlowProcessor => Some(SimulatedBehaviour::SlowProcessor),
            Self::RefundFailure => Some(SimulatedBehaviour::RefundFailure),
            Self::CancelFailure => Some(SimulatedBehaviour::CancelFailure),
            Self::Ambiguous => Some(SimulatedBehaviour::Ambiguous),
            Self::NotFound | Self::Expiry => None,
        }
    }

    /// Whether it may be about a payment that is there, because the alert alone is what is special.
    pub const fn takes_reference(self) -> bool {
        matches!(self, Self::Plain | Self::Duplicate | Self::MaskedCard | Self::Expiry)
    }

    /// Whether an order that fits is what it is about.
    pub const fn can_match_orders(self) -> bool {
        matches!(self, Self::Plain | Self::Duplicate)
    }
}

impl From<SimulatedAlertType> for EthocaAlertType {
    fn from(kind: SimulatedAlertType) -> Self {
        match kind {
            SimulatedAlertType::Fraud | SimulatedAlertType::ConfirmedFraud => Self::ConfirmedFraud,
            SimulatedAlertType::IssuerAlert => Self::IssuerAlert,
            SimulatedAlertType::FraudReporterAlert => Self::FraudReporterAlert,
            SimulatedAlertType::Dispute | SimulatedAlertType::CustomerDispute => {
                Self::CustomerDispute
            }
            SimulatedAlertType::CustomerDisputeAlert => Self::CustomerDisputeAlert,
        }
    }
}
