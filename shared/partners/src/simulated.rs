//! TEST mode: a simulated processor without outside calls, at which every request succeeds unless
//! the payment's behaviour says otherwise.

mod behaviour;

use domain::alert::CancellationResult;
use domain::basics::card::TruncatedCard;
use domain::basics::id::IntegrationId;
use domain::basics::money::Money;
use domain::basics::time::ReportedTime;
use domain::network::claim::Claim;
use domain::sale::{ProcessorPayment, ProcessorRefund, RefundState, Sale};
use jiff::Timestamp;

use crate::RefundMark;
use crate::stripe::AccountContext;
pub use behaviour::SimulatedBehaviour;

/// A simulated processor.
#[derive(Debug, Clone)]
pub struct SimulatedProcessor {
    /// The time of the simulated refunds.
    pub now: Timestamp,
    /// The account that the simulation stands for.
    pub seat: AccountContext,
}

impl SimulatedProcessor {
    /// Returns the sale with the simulated payment. A payment that an order names counts as
    /// captured, with the order's amounts; a simulated reference alone is enough, too. The
    /// simulation stores no refunds: only the refunds that come with the sale count.
    pub(crate) fn refresh_sale(&self, sale: &Sale) -> Option<Sale> {
        let reference = &sale.payment.as_ref()?.reference;
        let amount =
            if sale.has_amount() { sale.amount } else { behaviour::amount_of_reference(reference) };
        let captured = Sale { amount, ..sale.clone() };
        match SimulatedBehaviour::from_reference(reference) {
            Some(SimulatedBehaviour::NotFound) => None,
            Some(behaviour) => Some(behaviour.apply_to(captured, self.now)),
            None => sale.order.is_some().then_some(captured),
        }
    }

    /// Returns the payments that a claim names by a simulated reference, with the claim's facts.
    pub(crate) fn search(&self, claim: &Claim) -> Vec<Sale> {
        let Some(named) = claim.transaction_id.as_deref() else { return Vec::new() };
        let hidden = TruncatedCard {
            last4: claim.card.last4.as_deref().map(other_last4),
            ..claim.card.clone()
        };
        let like =
            |reference: String, card: &TruncatedCard| self.to_sale(claim, reference, card.clone());
        match SimulatedBehaviour::from_reference(named) {
            None | Some(SimulatedBehaviour::NotFound) => Vec::new(),
            // Neither twin has the reference that the claim names: only the facts can match.
            Some(SimulatedBehaviour::Ambiguous) => {
                ["a", "b"].map(|twin| like(format!("{named}{twin}"), &claim.card)).into()
            }
            Some(SimulatedBehaviour::MaskedCard) => vec![like(format!("{named}a"), &hidden)],
            Some(_) => vec![like(named.to_owned(), &claim.card)],
        }
    }

    /// Simulates a refund, idempotent by payment and cause.
    pub(crate) fn refund(
        &self,
        payment: &ProcessorPayment,
        amount: Money,
        mark: &RefundMark,
    ) -> ProcessorRefund {
        let id = format!("re_{}", derived_id(&["refund", &payment.reference, mark.cause.as_str()]));
        let state = match SimulatedBehaviour::from_reference(&payment.reference) {
            Some(SimulatedBehaviour::RefundFailure) => {
                RefundState::Failed("expired_or_canceled_card".to_owned())
            }
            Some(SimulatedBehaviour::SlowProcessor) => RefundState::Pending,
            _ => RefundState::Succeeded,
        };
        ProcessorRefund {
            id,
            amount,
            state,
            at: self.now,
            alert: Some(mark.cause.to_string()),
            arn: None,
        }
    }

    /// Returns the id of the payment's subscription: every simulated payment has a subscription.
    pub(crate) fn subscription_id(payment: &ProcessorPayment) -> String {
        format!("sub_{}", derived_id(&["subscription", &payment.reference]))
    }

    pub(crate) fn cancel(payment: &ProcessorPayment, subscription: &str) -> CancellationResult {
        let subscription = subscription.to_owned();
        if SimulatedBehaviour::from_reference(&payment.reference)
            == Some(SimulatedBehaviour::CancelFailure)
        {
            return CancellationResult::Failed {
                subscription,
                reason: "the simulated processor does not end it".to_owned(),
            };
        }
        CancellationResult::Cancelled { subscription }
    }

    fn to_sale(&self, claim: &Claim, reference: String, card: TruncatedCard) -> Sale {
        let AccountContext { organisation, integration, merchant, account, connected, .. } =
            self.seat.clone();
        let payment = ProcessorPayment::new_minimal(
            integration.clone(),
            connected.or(account),
            reference.clone(),
            None,
        );
        let authorised =
            claim.transacted.unwrap_or_else(|| ReportedTime::from_instant(claim.alerted_at));
        let bare = Sale::new_minimal(
            payment.sale_id(&organisation),
            reference,
            integration,
            claim.amount,
            authorised,
        );
        Sale {
            payment: Some(payment),
            merchant,
            card,
            auth_code: claim.auth_code.clone(),
            descriptor: Some(claim.descriptor.clone()),
            ..bare
        }
    }
}

/// Returns the last four digits that a wallet has in place of the card's own. Applied twice, the
/// card's own digits return.
#[must_use]
pub fn other_last4(last4: &str) -> String {
    last4
        .chars()
        .map(|digit| {
            digit.to_digit(10).and_then(|digit| char::from_digit(9 - digit, 10)).unwrap_or(digit)
        })
        .collect()
}

/// Returns a deterministic id, marked as simulated.
fn derived_id(words: &[&str]) -> String {
    IntegrationId::derived(words).as_str().replacen(IntegrationId::PREFIX, "simulated", 1)
}

#[cfg(test)]
mod tests {
    use domain::basics::id::{AlertId, OrganisationId};
    use domain::basics::money::parse_currency;

    use super::*;

    fn simulated() -> SimulatedProcessor {
        let (organisation, integration) =
            (OrganisationId::from_seed(1), IntegrationId::from_seed(1));
        let connect = domain::account::ConnectRefunds::default();
        let seat = AccountContext {
            organisation,
            integration,
            merchant: None,
            account: None,
            connected: None,
            connect,
        };
        SimulatedProcessor { now: Timestamp::UNIX_EPOCH, seat }
    }

    #[test]
    fn a_wallets_digits_are_others_and_lead_back() {
        assert_eq!(
            (other_last4("4242"), other_last4("5757")),
            ("5757".to_owned(), "4242".to_owned())
        );
    }

    #[test]
    fn an_alerts_refund_of_a_payment_is_one_and_the_same() {
        let simulated = simulated();
        let payment = |reference: &str| {
            ProcessorPayment::new_minimal(IntegrationId::from_seed(1), None, reference.into(), None)
        };
        let usd = Money::new(4900, parse_currency("USD").expect("a currency"));
        let refund = |reference, alert, attempt| {
            simulated.refund(
                &payment(reference),
                usd,
                &RefundMark { cause: (&AlertId::from_seed(alert)).into(), attempt },
            )
        };
        assert_eq!(refund("pi_1", 1, 1), refund("pi_1", 1, 2));
        assert_ne!(refund("pi_1", 1, 1).id, refund("pi_1", 2, 1).id);
        assert_ne!(refund("pi_1", 1, 1).id, refund("pi_2", 1, 1).id);
        assert!(refund("pi_1", 1, 1).id.starts_with("re_simulated"));
    }
}
