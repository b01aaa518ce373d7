//! What the holder of a sale's claim does next for an alert, from what the processor says now.

use jiff::Timestamp;

use super::given_back::{live, marked_for_another};
use super::{Disputed, Ledger, given_back, is_since, part_refunded, refunded_for_another};
use crate::alert::{Alert, Course, Need};
use crate::basics::id::AlertId;
use crate::basics::money::{Money, Rates};
use crate::matching::{Candidate, Evidence, Invalid, pre_check};
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
                RefundState::Failed(reason) => {
                    Next::Person(Need::RefundFailed { reason: reason.clone() })
                }
                RefundState::Pending | RefundState::Succeeded => Next::Found(made.clone()),
            };
        }
        let mut elsewhere = self.ledger.begun_elsewhere();
        if elsewhere.any(|cause| cause.alert() == Some(&self.alert.id)) {
            return Next::Person(Need::RefundUnconfirmed);
        }
        if let Some(made) = given_back(&self.alert.claim, self.alert.received_at, self.sale) {
            return Next::Found(made);
        }
        let other = refunded_for_another(self.ledger, self.sale, &self.alert.id);
        if let Some(invalid) =
            pre_check(&self.alert.claim, self.alert.received_at, self.sale, other.as_ref())
        {
            return Next::Invalid(invalid);
        }
        if let Some(need) = self.handed_over(other.is_some()) {
            return Next::Person(need);
        }
        if self.now >= self.last_call {
            return Next::TooLate;
        }
        if let Some(alert) = self.rival.filter(|_| self.automatic()) {
            return Next::Person(Need::Rival { alert: alert.clone() });
        }
        match &self.sale.standing.dispute {
            Some(dispute) if !dispute.refundable => Next::Person(Need::DisputeOpen),
            _ if self.sale.standing.unsettled => Next::Void,
            _ => self.how_much().map_or_else(Next::Person, Next::Refund),
        }
    }

    /// Why a person goes on, where money went back already or may have done so. By itself the
    /// remainder goes back only of a sale of which all is disputed and a part was refunded
    /// before the alert came, for no other alert.
    fn handed_over(self, other: bool) -> Option<Need> {
        if let Some(decision) = self.alert.decision().filter(|decision| decision.rests_on_another())
        {
            // the refund it rests on does not stand any more
            return Some(decision.need.clone().unwrap_or_else(|| part_refunded(self.sale)));
        }
        if !self.automatic() {
            return None;
        }
        if let Some(alert) = self.pending_for_another().filter(|_| !other) {
            return Some(Need::Rival { alert });
        }
        let (all, received_at) =
            (Disputed::of(&self.alert.claim, self.sale) == Disputed::Whole, self.alert.received_at);
        let mut refunds = live(self.sale);
        if other || refunds.any(|refund| !all || is_since(refund, received_at)) {
            return Some(part_refunded(self.sale));
        }
        self.ledger.begun_elsewhere().next().map(|_| Need::AmountUnclear)
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
        live.or_else(|| {
            refunds
                .iter()
                .find(|refund| ours(refund) && refund.at.as_second() >= decided.as_second())
        })
    }

    /// Another alert whose refund is on its way.
    fn pending_for_another(self) -> Option<AlertId> {
        let this = &self.alert.id;
        self.ledger
            .pending_for(this)
            .cloned()
            .or_else(|| marked_for_another(self.sale, this, &RefundState::Pending))
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
        if left.minor == 0 {
            return Err(part_refunded(self.sale));
        }
        let wanted = match (self.asked(), Disputed::of(&self.alert.claim, self.sale)) {
            (Some(asked), _) => asked,
            (None, Disputed::Whole) => whole,
            (None, Disputed::Part(disputed)) => disputed,
            (None, Disputed::Unclear) => self.alert.claim.disputed(),
        };
        if wanted.currency != whole.currency {
            return if self.is_whole_in_other_currency(wanted) {
                Ok(left)
            } else {
                Err(Need::AmountUnclear)
            };
        }
        if wanted.minor > whole.minor {
            return Err(Need::AmountUnclear);
        }
        let amount =
            self.sale.in_refund_steps(Money::new(wanted.minor.min(left.minor), whole.currency));
        if amount.minor > 0 { Ok(amount) } else { Err(Need::AmountUnclear) }
    }

    /// A full dispute in another currency: within 3 % at the dated rate, and strong evidence
    /// agrees.
    fn is_whole_in_other_currency(self, wanted: Money) -> bool {
        let proved = self.alert.sale().is_some_and(is_proved);
        let full = wanted == self.alert.claim.amount;
        let converted =
            self.rates.and_then(|rates| rates.convert(wanted, self.sale.amount.currency));
        let near = |money: Money| {
            money.minor.abs_diff(self.sale.amount.minor).saturating_mul(100)
                <= self.sale.amount.minor.saturating_mul(3)
        };
        proved && full && converted.is_some_and(near)
    }
}

/// Whether evidence that hardly any other payment has speaks for the sale.
#[must_use]
pub fn is_proved(found: &Candidate) -> bool {
    let strong = [
        Evidence::Arn,
        Evidence::AuthCode,
        Evidence::NetworkTransactionId,
        Evidence::ProcessorReference,
    ];
    found.evidence.iter().any(|one| strong.contains(one))
}
