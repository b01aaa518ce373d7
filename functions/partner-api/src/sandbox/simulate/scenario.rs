//! The scenarios of simulations, and their effects on payload and payment.

use partners::ethoca::EthocaAlertType;
use partners::simulated::SimulatedBehaviour;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The scenario to simulate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[schema(as = Scenario)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum SimulationScenario {
    /// An alert that matches, and whose refund succeeds.
    #[default]
    Plain,
    /// The network delivers the same alert twice.
    Duplicate,
    AlreadyRefunded,
    AlreadyChargedBack,
    /// The payment failed: no money was captured.
    FailedSale,
    /// The bank has other last four digits than the processor, as with wallets.
    MaskedCard,
    /// The refund is pending at first.
    SlowProcessor,
    RefundFailure,
    CancelFailure,
    /// No payment matches.
    NotFound,
    /// Two payments match equally well.
    Ambiguous,
    /// The deadline is minutes away, and no automatic action follows.
    Expiry,
}

/// The alert types, in all attested spellings.
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
    /// Returns the number of deliveries of the alert.
    pub const fn delivery_count(self) -> usize {
        if matches!(self, Self::Duplicate) { 2 } else { 1 }
    }

    /// Returns the behaviour of the simulated payment; `None` if the search must return no payment.
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

    /// Checks whether the alert may concern an existing payment, because only the alert itself is
    /// special.
    pub const fn takes_reference(self) -> bool {
        matches!(self, Self::Plain | Self::Duplicate | Self::MaskedCard | Self::Expiry)
    }

    /// Checks whether a matching order takes precedence over a simulated payment.
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
