//! TEST mode: nobody outside is called, and everything that is asked for happens.

use domain::alert::Cancellation;
use domain::id::IntegrationId;
use domain::money::Money;
use domain::sale::{Payment, RefundSeen, RefundState, Sale};
use jiff::Timestamp;

use crate::{Mark, OutgoingAnswer, Taken};

/// A partner that is none.
#[derive(Debug, Clone, Copy)]
pub struct Simulated {
    /// The time at which its refunds are made.
    pub now: Timestamp,
}

impl Simulated {
    /// The payment that an order names counts as captured, standing as the order has it.
    pub(crate) fn payment(sale: &Sale) -> Option<Sale> {
        sale.payment.as_ref().map(|_| sale.clone())
    }

    /// The same alert's refund of a payment is the same refund, however often it is asked for.
    pub(crate) fn refund(self, payment: &Payment, amount: Money, mark: &Mark) -> RefundSeen {
        let id = format!("re_{}", word(&["refund", &payment.reference, mark.alert.as_str()]));
        RefundSeen { id, amount, state: RefundState::Succeeded, at: self.now, alert: Some(mark.alert.to_string()) }
    }

    /// Every payment belongs to a subscription.
    pub(crate) fn subscription(payment: &Payment) -> String {
        format!("sub_{}", word(&["subscription", &payment.reference]))
    }

    pub(crate) fn cancel(subscription: &str) -> Cancellation {
        Cancellation::Cancelled { subscription: subscription.to_owned() }
    }

    pub(crate) fn answer(answers: &[OutgoingAnswer]) -> Vec<(String, Taken)> {
        answers.iter().map(|answer| (answer.vendor_alert_id.clone(), Taken::Accepted)).collect()
    }
}

/// A word that always comes of the same words, marked as no processor's.
fn word(words: &[&str]) -> String {
    IntegrationId::derived(words).as_str().replacen(IntegrationId::PREFIX, "simulated", 1)
}

#[cfg(test)]
mod tests {
    use domain::id::AlertId;
    use domain::money::currency;

    use super::*;

    #[test]
    fn an_alerts_refund_of_a_payment_is_one_and_the_same() {
        let simulated = Simulated { now: Timestamp::UNIX_EPOCH };
        let payment = |reference: &str| Payment {
            integration: IntegrationId::from_seed(1),
            account: None,
            reference: reference.into(),
            charge: None,
        };
        let usd = Money::new(4900, currency("USD").expect("a currency"));
        let refund =
            |reference, alert, attempt| simulated.refund(&payment(reference), usd, &Mark { alert: AlertId::from_seed(alert), attempt });
        assert_eq!(refund("pi_1", 1, 1), refund("pi_1", 1, 2));
        assert_ne!(refund("pi_1", 1, 1).id, refund("pi_1", 2, 1).id);
        assert_ne!(refund("pi_1", 1, 1).id, refund("pi_2", 1, 1).id);
        assert!(refund("pi_1", 1, 1).id.starts_with("re_simulated"));
    }
}
