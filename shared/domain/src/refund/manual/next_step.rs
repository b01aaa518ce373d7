//! The next step for a manual refund. The holder of the lease decides from the payment as the
//! processor lists it now.

use super::{ManualRefund, RefundRefusal};
use crate::basics::money::Money;
use crate::refund::RefundCause;
use crate::sale::{ProcessorRefund, RefundState, Sale};

/// The next step for a manual refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManualRefundStep {
    /// The refund exists already: adopt it.
    Found(ProcessorRefund),
    Refund(Money),
    /// The payment has not settled: void the whole payment.
    Void,
    Refused(RefundRefusal),
}

/// The facts for the decision.
#[derive(Debug, Clone, Copy)]
pub struct ManualRefundContext<'a> {
    pub asked: &'a ManualRefund,
    /// The sale as the processor lists the payment, read under the lease.
    pub sale: &'a Sale,
}

impl<'a> ManualRefundContext<'a> {
    /// Decides the next step. An existing refund is adopted before a new refund is made.
    #[must_use]
    pub fn next_step(self) -> ManualRefundStep {
        if let Some(made) = self.find_own_refund() {
            return ManualRefundStep::Found(made.clone());
        }
        let standing = &self.sale.standing;
        if standing.failed {
            return ManualRefundStep::Refused(RefundRefusal::NotPaid);
        }
        if standing.dispute.as_ref().is_some_and(|dispute| !dispute.refundable) {
            return ManualRefundStep::Refused(RefundRefusal::DisputeOpen);
        }
        match self.amount_to_refund() {
            Ok(amount) if !standing.unsettled => ManualRefundStep::Refund(amount),
            Ok(amount) if amount == self.sale.amount => ManualRefundStep::Void,
            Ok(_) => ManualRefundStep::Refused(RefundRefusal::NotSettled),
            Err(why) => ManualRefundStep::Refused(why),
        }
    }

    /// Finds a live refund with this refund's mark, else a failed refund.
    fn find_own_refund(self) -> Option<&'a ProcessorRefund> {
        let own = RefundCause::Hand(self.asked.id.clone());
        let ours = |refund: &&ProcessorRefund| refund.alert.as_deref() == Some(own.as_str());
        let refunds = &self.sale.standing.refunds;
        let live = refunds
            .iter()
            .find(|refund| ours(refund) && !matches!(refund.state, RefundState::Failed(_)));
        live.or_else(|| refunds.iter().find(ours))
    }

    /// Returns the requested amount, or all that remains without a requested amount. A request for
    /// more than remains is refused.
    fn amount_to_refund(self) -> Result<Money, RefundRefusal> {
        let left = self.sale.remaining_amount();
        let wanted = self.asked.wish.amount.unwrap_or(left);
        if left.minor == 0 {
            return Err(RefundRefusal::NothingRemains);
        }
        if wanted.currency != left.currency || wanted.minor > left.minor {
            return Err(RefundRefusal::MoreThanRemains);
        }
        let amount = self.sale.round_to_refund_step(wanted);
        if amount.minor > 0 { Ok(amount) } else { Err(RefundRefusal::NothingRemains) }
    }
}
