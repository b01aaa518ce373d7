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
