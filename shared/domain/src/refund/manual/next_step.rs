//! What the holder of a sale's claim does next for a person's refund, from what the processor says
//! now.

use super::{HandRefund, Refusal};
use crate::basics::money::Money;
use crate::refund::Cause;
use crate::sale::{RefundSeen, RefundState, Sale};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandNext {
    /// It was made before: take it as it is.
    Found(RefundSeen),
    Refund(Money),
    /// Not settled yet: void the whole payment.
    Void,
    Refused(Refusal),
}

/// What the holder of the claim knows.
#[derive(Debug, Clone, Copy)]
pub struct HandKnown<'a> {
    pub asked: &'a HandRefund,
    /// The sale as the processor has it, read after the claim was won.
    pub sale: &'a Sale,
}

impl<'a> HandKnown<'a> {
    /// What to do next. What is there already is found before anything is made.
    #[must_use]
    pub fn next(self) -> HandNext {
        if let Some(made) = self.made_for_us() {
            return HandNext::Found(made.clone());
        }
        let standing = &self.sale.standing;
        if standing.failed {
            return HandNext::Refused(Refusal::NotPaid);
        }
        if standing.dispute.as_ref().is_some_and(|dispute| !dispute.refundable) {
            return HandNext::Refused(Refusal::DisputeOpen);
        }
        match self.how_much() {
            Ok(amount) if !standing.unsettled => HandNext::Refund(amount),
            Ok(amount) if amount == self.sale.amount => HandNext::Void,
            Ok(_) => HandNext::Refused(Refusal::NotSettled),
            Err(why) => HandNext::Refused(why),
        }
    }

    /// A live refund in this one's name, else one that failed.
    fn made_for_us(self) -> Option<&'a RefundSeen> {
        let own = Cause::Hand(self.asked.id.clone());
        let ours = |refund: &&RefundSeen| refund.alert.as_deref() == Some(own.as_str());
        let refunds = &self.sale.standing.refunds;
        let live = refunds
            .iter()
            .find(|refund| ours(refund) && !matches!(refund.state, RefundState::Failed(_)));
        live.or_else(|| refunds.iter().find(ours))
    }

    /// What was asked for, at most what is left; all of that where nothing was named.
    fn how_much(self) -> Result<Money, Refusal> {
        let left = self.sale.remaining();
        let wanted = self.asked.wish.amount.unwrap_or(left);
        if left.minor == 0 {
            return Err(Refusal::NothingRemains);
        }
        if wanted.currency != left.currency || wanted.minor > left.minor {
            return Err(Refusal::MoreThanRemains);
        }
        let amount = self.sale.in_refund_steps(wanted);
        if amount.minor > 0 { Ok(amount) } else { Err(Refusal::NothingRemains) }
    }
}
