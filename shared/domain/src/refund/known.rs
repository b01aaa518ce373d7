//! What the holder of a sale's claim does next for an alert, from what the processor says now.

use jiff::Timestamp;

use super::{Cause, Ledger};
use crate::alert::{Alert, Course, Need};
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
        let other = self.made_for_another();
        if let Some(invalid) = pre_check(&self.alert.claim, self.alert.received_at, self.sale, other.as_ref()) {
            return Next::Invalid(invalid);
        }
        if let Some(made) = self.made_by_hand() {
            return Next::Found(made.clone());
        }
        if (other.is_some() || self.by_hand().next().is_some()) && self.automatic() {
            return Next::Person(Need::AmountUnclear); // a second refund of the remainder is only ever a person's
        }
        if self.now >= self.last_call {
            return Next::TooLate;
        }
        let rival = self.rival.or_else(|| self.ledger.pending_for(&self.alert.id));
        if let Some(alert) = rival.filter(|_| self.automatic()) {
            return Next::Person(Need::Rival { alert: alert.clone() });
        }
        match &self.sale.standing.dispute {
            Some(dispute) if !dispute.refundable => Next::Person(Need::DisputeOpen),
            _ if self.sale.standing.unsettled => Next::Void,
            _ => self.how_much().map_or_else(Next::Person, Next::Refund),
        }
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
        live.or_else(|| refunds.iter().find(|refund| ours(refund) && refund.at >= decided))
    }

    /// Another alert of ours that money went back for: by the ledger, or by the refund's own metadata where the worker
    /// that made it was killed before it could write.
    fn made_for_another(self) -> Option<AlertId> {
        let seen = self.sale.standing.refunds.iter().filter(|refund| refund.state == RefundState::Succeeded);
        let named = seen.filter_map(|refund| refund.alert.as_deref()?.parse().ok()).find(|alert| *alert != self.alert.id);
        self.ledger.refunded_for(&self.alert.id).cloned().or(named)
    }

    /// The refunds of the sale that stand and that a person asked for, whatever alerts there are.
    fn by_hand(self) -> impl Iterator<Item = &'a RefundSeen> {
        let stands = |refund: &&RefundSeen| !matches!(refund.state, RefundState::Failed(_));
        let asked = |refund: &&RefundSeen| refund.cause().is_some_and(|cause| matches!(cause, Cause::Hand(_)));
        self.sale.standing.refunds.iter().filter(move |refund| stands(refund) && asked(refund))
    }

    /// One of them that gives back all that is disputed: the alert needs no other, unless its person names an amount.
    fn made_by_hand(self) -> Option<&'a RefundSeen> {
        let (disputed, whole) = (self.alert.claim.disputed(), self.sale.amount);
        let wanted = if disputed.currency == whole.currency { disputed.minor.min(whole.minor) } else { whole.minor };
        self.by_hand().find(|refund| self.asked().is_none() && refund.amount.currency == whole.currency && refund.amount.minor >= wanted)
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
            return if self.is_whole_in_other_currency(wanted) { Ok(left) } else { Err(Need::AmountUnclear) };
        }
        if wanted.minor > whole.minor {
            return Err(Need::AmountUnclear);
        }
        Ok(Money::new(wanted.minor.min(left.minor), whole.currency))
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
