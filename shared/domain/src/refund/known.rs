//! What the holder of a sale's claim does next for an alert, from what the processor says now.

use jiff::Timestamp;

use super::{Cause, Ledger};
use crate::alert::{Alert, Course, Need};
use crate::claim::Claim;
use crate::id::AlertId;
use crate::matching::{Evidence, Invalid, pre_check};
use crate::money::{Money, Rates};
use crate::sale::{RefundSeen, RefundState, Sale};

/// What the holder of the claim does next, after looking at the processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// It was made before: take it as it is.
    Found(RefundSeen),
    Refund(Money),
    /// Not settled yet: void the whole payment.
    Void,
    /// Nothing is to be given back by the processor; only the subscription ends.
    OnlyCancel,
    /// The alert is invalid after all.
    Invalid(Invalid),
    Person(Need),
    /// The deadline is too near for a call.
    TooLate,
}

/// What the holder of the claim knows.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    pub alert: &'a Alert,
    /// The sale as the processor has it, read after the claim was won.
    pub sale: &'a Sale,
    pub ledger: &'a Ledger,
    /// An alert of the same card and amount that gave money back for a sale nobody named.
    pub rival: Option<&'a AlertId>,
    pub rates: Option<&'a Rates>,
    /// No call starts after this.
    pub last_call: Timestamp,
    pub now: Timestamp,
}

impl<'a> Known<'a> {
    /// What to do next. What is there already is found before anything is made.
    #[must_use]
    pub fn next(self) -> Next {
        if !self.alert.decision().is_some_and(crate::alert::Decision::refunds_at_processor) {
            return Next::OnlyCancel;
        }
        if let Some(made) = self.made_for_us() {
            return match &made.state {
                RefundState::Failed(reason) => Next::Person(Need::RefundFailed { reason: reason.clone() }),
                RefundState::Pending | RefundState::Succeeded => Next::Found(made.clone()),
            };
        }
        let mut elsewhere = self.ledger.begun_elsewhere();
        if elsewhere.any(|cause| cause.alert() == Some(&self.alert.id)) {
            return Next::Person(Need::RefundUnconfirmed);
        }
        let other = self.made_for_another();
        if let Some(invalid) = pre_check(&self.alert.claim, self.alert.received_at, self.sale, other.as_ref()) {
            return Next::Invalid(invalid);
        }
        if let Some(made) = self.made_by_hand() {
            return Next::Found(made);
        }
        if let Some(need) = self.handed_over(other.is_some()) {
            return Next::Person(need);
        }
        if self.now >= self.last_call {
            return Next::TooLate;
        }
        let rival = self.rival.cloned().or_else(|| self.pending_for_another());
        if let Some(alert) = rival.filter(|_| self.automatic()) {
            return Next::Person(Need::Rival { alert });
        }
        match &self.sale.standing.dispute {
            Some(dispute) if !dispute.refundable => Next::Person(Need::DisputeOpen),
            _ if self.sale.standing.unsettled => Next::Void,
            _ => self.how_much().map_or_else(Next::Person, Next::Refund),
        }
    }

    /// Why a person goes on, where money may have gone back for another.
    fn handed_over(self, other: bool) -> Option<Need> {
        if let Some(decision) = self.alert.decision().filter(|decision| decision.rests_on.is_some()) {
            return Some(decision.need.clone().unwrap_or(Need::AmountUnclear)); // the refund it rests on does not stand any more
        }
        let given = other || by_hand(self.sale).next().is_some() || self.ledger.begun_elsewhere().next().is_some();
        (given && self.automatic()).then_some(Need::AmountUnclear) // a second refund of the remainder is only ever a person's
    }

    fn automatic(self) -> bool {
        self.alert.decision().is_some_and(crate::alert::Decision::is_automatic)
    }

    /// A live refund in this alert's name, else one that failed since the decision.
    fn made_for_us(self) -> Option<&'a RefundSeen> {
        let decided = self.alert.decision().map_or(self.now, |decision| decision.at);
        let ours = |refund: &&RefundSeen| refund.alert.as_deref() == Some(self.alert.id.as_str());
        let failed = |refund: &RefundSeen| matches!(refund.state, RefundState::Failed(_));
        let refunds = &self.sale.standing.refunds;
        let live = refunds.iter().find(|refund| ours(refund) && !failed(refund));
        // Processors tell of whole seconds.
        live.or_else(|| refunds.iter().find(|refund| ours(refund) && refund.at.as_second() >= decided.as_second()))
    }

    /// Another alert of ours that money went back for: by the ledger, or by the refund's own metadata where the worker
    /// that made it was killed before it could write.
    fn made_for_another(self) -> Option<AlertId> {
        self.ledger.refunded_for(&self.alert.id).cloned().or_else(|| self.marked_for_another(&RefundState::Succeeded))
    }

    /// The same of money that is on its way.
    fn pending_for_another(self) -> Option<AlertId> {
        self.ledger.pending_for(&self.alert.id).cloned().or_else(|| self.marked_for_another(&RefundState::Pending))
    }

    fn marked_for_another(self, state: &RefundState) -> Option<AlertId> {
        let seen = self.sale.standing.refunds.iter().filter(|refund| refund.state == *state);
        seen.filter_map(|refund| refund.alert.as_deref()?.parse().ok()).find(|alert| *alert != self.alert.id)
    }

    /// What people gave back by hand, where it is all that is disputed: the alert needs no other, unless its person names an amount.
    fn made_by_hand(self) -> Option<RefundSeen> {
        given_by_hand(&self.alert.claim, self.sale).filter(|_| self.asked().is_none())
    }

    /// The amount that a person named.
    fn asked(self) -> Option<Money> {
        match self.alert.decision().map(|decision| &decision.course) {
            Some(Course::Act { amount, .. }) => *amount,
            _ => None,
        }
    }

    /// The disputed amount in the sale's currency, at most what is left of it.
    fn how_much(self) -> Result<Money, Need> {
        let (left, whole) = (self.sale.remaining(), self.sale.amount);
        let wanted = self.asked().unwrap_or_else(|| self.alert.claim.disputed());
        if left.minor == 0 {
            return Err(Need::AmountUnclear);
        }
        if wanted.currency != whole.currency {
            let is_whole = self.is_whole_as_presented(wanted) || self.is_whole_in_other_currency(wanted);
            return if is_whole { Ok(left) } else { Err(Need::AmountUnclear) };
        }
        let given_meanwhile = self.automatic() && self.sale.standing.refunded() >= wanted.minor; // by whom, a person may know
        if wanted.minor > whole.minor || given_meanwhile {
            return Err(Need::AmountUnclear);
        }
        let amount = self.sale.in_refund_steps(Money::new(wanted.minor.min(left.minor), whole.currency));
        if amount.minor > 0 { Ok(amount) } else { Err(Need::AmountUnclear) }
    }

    /// All that the cardholder was asked for, in their own currency and to the cent. A part of it goes to a person: nobody
    /// told the rate.
    fn is_whole_as_presented(self, wanted: Money) -> bool {
        self.sale.presented == Some(wanted)
    }

    /// A full dispute in another currency: within 3 % at the dated rate, and strong evidence agrees.
    fn is_whole_in_other_currency(self, wanted: Money) -> bool {
        let strong = [Evidence::Arn, Evidence::AuthCode, Evidence::NetworkTransactionId, Evidence::ProcessorReference];
        let proved = self.alert.sale().is_some_and(|found| found.evidence.iter().any(|one| strong.contains(one)));
        let full = wanted == self.alert.claim.amount;
        let converted = self.rates.and_then(|rates| rates.convert(wanted, self.sale.amount.currency));
        let near =
            |money: Money| money.minor.abs_diff(self.sale.amount.minor).saturating_mul(100) <= self.sale.amount.minor.saturating_mul(3);
        proved && full && converted.is_some_and(near)
    }
}

/// The refunds of a sale that stand and that a person asked for, whatever alerts there are.
fn by_hand(sale: &Sale) -> impl Iterator<Item = &RefundSeen> {
    let stands = |refund: &&RefundSeen| !matches!(refund.state, RefundState::Failed(_));
    let asked = |refund: &&RefundSeen| refund.cause().is_some_and(|cause| matches!(cause, Cause::Hand(_)));
    sale.standing.refunds.iter().filter(move |refund| stands(refund) && asked(refund))
}

/// The refund by hand that gives back all that is disputed, else confirmed ones that do so together, as the latest of them.
#[must_use]
pub fn given_by_hand(claim: &Claim, sale: &Sale) -> Option<RefundSeen> {
    let (disputed, whole) = (claim.disputed(), sale.amount);
    let wanted = if disputed.currency == whole.currency { disputed.minor.min(whole.minor) } else { whole.minor };
    let own = || by_hand(sale).filter(|refund| refund.amount.currency == whole.currency);
    if let Some(one) = own().find(|refund| refund.amount.minor >= wanted) {
        return Some(one.clone());
    }
    let confirmed = || own().filter(|refund| refund.state == RefundState::Succeeded);
    let sum = confirmed().map(|refund| refund.amount.minor).fold(0, u64::saturating_add);
    let latest = confirmed().max_by_key(|refund| refund.at).filter(|_| sum >= wanted)?;
    Some(RefundSeen { amount: Money::new(sum, whole.currency), ..latest.clone() })
}
