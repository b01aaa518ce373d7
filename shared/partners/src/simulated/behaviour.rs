//! The behaviour of a simulated payment. The payment's reference encodes the behaviour, as test
//! cards do: nothing is stored.

use domain::account::REFERENCE_CURRENCY;
use domain::basics::money::{Money, parse_currency};
use domain::basics::time::add_seconds;
use domain::sale::{ProcessorDispute, ProcessorRefund, RefundState, Sale};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::derived_id;

/// The prefix of the references of simulated payments.
const PREFIX: &str = "pi_simulated_";

/// The duration of a refund at a slow processor.
const SLOW_SECONDS: i64 = 60;
/// The amount of a payment whose reference names no amount.
const MINOR: u64 = 4900;

/// The behaviour of a payment at the simulated processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SimulatedBehaviour {
    /// The payment exists, and every request succeeds at once.
    Plain,
    /// The payment was refunded before.
    AlreadyRefunded,
    /// The payment was charged back before.
    AlreadyChargedBack,
    /// The payment failed: no money was taken.
    FailedSale,
    /// The payment's card number is not the number in the bank's claim.
    MaskedCard,
    /// A refund is pending for a minute, then confirmed.
    SlowProcessor,
    /// A refund fails.
    RefundFailure,
    /// The subscription cannot be cancelled.
    CancelFailure,
    /// The processor does not have the payment.
    NotFound,
    /// A second payment matches all facts of the bank's claim.
    Ambiguous,
}

impl SimulatedBehaviour {
    /// Every behaviour but `Plain`, the fallback of all other references.
    const NAMED: [Self; 9] = [
        Self::AlreadyRefunded,
        Self::AlreadyChargedBack,
        Self::FailedSale,
        Self::MaskedCard,
        Self::SlowProcessor,
        Self::RefundFailure,
        Self::CancelFailure,
        Self::NotFound,
        Self::Ambiguous,
    ];

    /// Returns the behaviour of a payment by reference; `None` for a reference that is not
    /// simulated.
    #[must_use]
    pub fn from_reference(reference: &str) -> Option<Self> {
        let rest = reference.strip_prefix(PREFIX)?;
        Some(
            Self::NAMED
                .into_iter()
                .find(|one| rest.starts_with(one.reference_name()))
                .unwrap_or(Self::Plain),
        )
    }

    /// Returns the reference of a payment with this behaviour and amount.
    #[must_use]
    pub fn to_reference(self, amount: Money, own: &str) -> String {
        format!(
            "{PREFIX}{}_{}{}_{own}",
            self.reference_name(),
            amount.minor,
            amount.currency.code().to_lowercase()
        )
    }

    const fn reference_name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::AlreadyRefunded => "already_refunded",
            Self::AlreadyChargedBack => "already_charged_back",
            Self::FailedSale => "failed_sale",
            Self::MaskedCard => "masked_card",
            Self::SlowProcessor => "slow_processor",
            Self::RefundFailure => "refund_failure",
            Self::CancelFailure => "cancel_failure",
            Self::NotFound => "not_found",
            Self::Ambiguous => "ambiguous",
        }
    }

    /// Applies the behaviour to the sale.
    pub(super) fn apply_to(self, mut sale: Sale, now: Timestamp) -> Sale {
        let (at, standing) =
            (sale.authorised.to_instant(&TimeZone::UTC).unwrap_or(now), &mut sale.standing);
        match self {
            Self::AlreadyRefunded if standing.refunded_minor_units() == 0 => {
                let id = format!("re_{}", derived_id(&["refunded before", &sale.transaction_id]));
                standing.refunds.push(ProcessorRefund {
                    id,
                    amount: sale.amount,
                    state: RefundState::Succeeded,
                    at,
                    alert: None,
                    arn: None,
                });
            }
            Self::AlreadyChargedBack => {
                let id = format!("du_{}", derived_id(&["dispute", &sale.transaction_id]));
                standing.dispute =
                    Some(ProcessorDispute { id, opened: at, refundable: false, prevented: false });
            }
            Self::FailedSale => standing.failed = true,
            Self::SlowProcessor => {
                let pending = standing
                    .refunds
                    .iter_mut()
                    .filter(|refund| refund.state == RefundState::Pending);
                let confirmed =
                    pending.filter(|refund| add_seconds(refund.at, SLOW_SECONDS) <= now);
                confirmed.for_each(|refund| refund.state = RefundState::Succeeded);
            }
            _ => {}
        }
        sale
    }
}

/// Returns the amount that a reference names (`pi_simulated_plain_4900usd_1`), otherwise the fixed
/// amount.
pub(super) fn amount_of_reference(reference: &str) -> Money {
    let named = reference.split('_').find_map(|part| {
        let (minor, code) = part.split_at_checked(part.len().checked_sub(3)?)?;
        Some(Money::new(minor.parse().ok().filter(|minor| *minor > 0)?, parse_currency(code).ok()?))
    });
    named.unwrap_or_else(|| Money::new(MINOR, REFERENCE_CURRENCY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_tells_its_amount() {
        let of = |reference| amount_of_reference(reference).to_string();
        assert_eq!(of("pi_simulated_plain_700jpy_x"), "700 JPY");
        assert_eq!(
            (of("pi_simulated_1"), of("pi_simulated_0usd"), of("pi_simulated_5xyz_x")),
            ("49.00 USD".into(), "49.00 USD".into(), "49.00 USD".into())
        );
    }

    #[test]
    fn a_reference_tells_the_behaviour_it_was_made_of() {
        for behaviour in SimulatedBehaviour::NAMED.into_iter().chain([SimulatedBehaviour::Plain]) {
            let reference = behaviour.to_reference(Money::new(1250, REFERENCE_CURRENCY), "x1");
            assert_eq!(
                (
                    SimulatedBehaviour::from_reference(&reference),
                    amount_of_reference(&reference).minor
                ),
                (Some(behaviour), 1250)
            );
        }
        assert_eq!(
            SimulatedBehaviour::from_reference("pi_simulated_anything"),
            Some(SimulatedBehaviour::Plain)
        );
        assert_eq!(SimulatedBehaviour::from_reference("pi_3SPJ"), None);
    }
}
