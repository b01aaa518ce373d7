//! What the holder of a sale's claim does next for an alert, from what the processor says now.

use jiff::Timestamp;

use super::given_back::{find_other_marked_alert, live_refunds};
use super::{
    DisputedShare, RefundLedger, find_covering_refund, find_other_refunded_alert, is_made_since,
    part_refunded_need,
};
use crate::alert::{Alert, CourseOfAction, ReviewReason};
use crate::basics::id::AlertId;
use crate::basics::money::{ExchangeRates, Money};
use crate::matching::{InvalidAlertReason, MatchCandidate, MatchEvidence, pre_check_alert};
use crate::sale::{ProcessorRefund, RefundState, Sale};

/// What the holder of the claim does next, after looking at the processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundStep {
    /// It was made before: take it as it is.
    Found(ProcessorRefund),
    Refund(Money),
    /// Not settled yet: void the whole payment.
    Void,
    /// Nothing is to be given back by the processor; only the subscription ends.
    OnlyCancel,
    /// The alert is invalid after all.
    Invalid(InvalidAlertReason),
    Person(ReviewReason),
    /// The deadline is too near for a call.
    TooLate,
}

/// What the holder of the claim knows.
#[derive(Debug, Clone, Copy)]
pub struct RefundContext<'a> {
    pub alert: &'a Alert,
    /// The sale as the processor has it, read after the claim was won.
    pub sale: &'a Sale,
    pub ledger: &'a RefundLedger,
    /// An alert of the same card and amount that gave money back for a sale nobody named.
    pub rival: Option<&'a AlertId>,
    pub rates: Option<&'a ExchangeRates>,
    /// No call starts after this.
    pub last_call: Timestamp,
    pub now: Timestamp,
}

impl<'a> RefundContext<'a> {
    /// What to do next. What is there already is found before anything is made.
    #[must_use]
    pub fn next_step(self) -> RefundStep {
        if !self.alert.decision().is_some_and(crate::alert::Decision::refunds_at_processor) {
            return RefundStep::OnlyCancel;
        }
        if let Some(made) = self.find_own_refund() {
            return match &made.state {
                RefundState::Failed(reason) => {
                    RefundStep::Person(ReviewReason::RefundFailed { reason: reason.clone() })
                }
                RefundState::Pending | RefundState::Succeeded => RefundStep::Found(made.clone()),
            };
        }
        let mut elsewhere = self.ledger.causes_begun_elsewhere();
        if elsewhere.any(|cause| cause.alert_id() == Some(&self.alert.id)) {
            return RefundStep::Person(ReviewReason::RefundUnconfirmed);
        }
        if let Some(made) =
            find_covering_refund(&self.alert.claim, self.alert.received_at, self.sale)
        {
            return RefundStep::Found(made);
        }
        let other = find_other_refunded_alert(self.ledger, self.sale, &self.alert.id);
        if let Some(invalid) =
            pre_check_alert(&self.alert.claim, self.alert.received_at, self.sale, other.as_ref())
        {
            return RefundStep::Invalid(invalid);
        }
        if let Some(need) = self.find_person_need(other.is_some()) {
            return RefundStep::Person(need);
        }
        if self.now >= self.last_call {
            return RefundStep::TooLate;
        }
        if let Some(alert) = self.rival.filter(|_| self.is_automatic()) {
            return RefundStep::Person(ReviewReason::Rival { alert: alert.clone() });
        }
        match &self.sale.standing.dispute {
            Some(dispute) if !dispute.refundable => RefundStep::Person(ReviewReason::DisputeOpen),
            _ if self.sale.standing.unsettled => RefundStep::Void,
            _ => self.amount_to_refund().map_or_else(RefundStep::Person, RefundStep::Refund),
        }
    }

    /// Why a person goes on, where money went back already or may have done so. By itself the
    /// remainder goes back only of a sale of which all is disputed and a part was refunded
    /// before the alert came, for no other alert.
    fn find_person_need(self, other: bool) -> Option<ReviewReason> {
        if let Some(decision) =
            self.alert.decision().filter(|decision| decision.rests_on_other_refund())
        {
            // the refund it rests on does not stand any more
            return Some(decision.need.clone().unwrap_or_else(|| part_refunded_need(self.sale)));
        }
        if !self.is_automatic() {
            return None;
        }
        if let Some(alert) = self.find_other_pending_alert().filter(|_| !other) {
            return Some(ReviewReason::Rival { alert });
        }
        let (all, received_at) = (
            DisputedShare::from_claim_and_sale(&self.alert.claim, self.sale)
                == DisputedShare::Whole,
            self.alert.received_at,
        );
        let mut refunds = live_refunds(self.sale);
        if other || refunds.any(|refund| !all || is_made_since(refund, received_at)) {
            return Some(part_refunded_need(self.sale));
        }
        self.ledger.causes_begun_elsewhere().next().map(|_| ReviewReason::AmountUnclear)
    }

    fn is_automatic(self) -> bool {
        self.alert.decision().is_some_and(crate::alert::Decision::is_automatic)
    }

    /// A live refund in this alert's name, else one that failed since the decision.
    fn find_own_refund(self) -> Option<&'a ProcessorRefund> {
        let decided = self.alert.decision().map_or(self.now, |decision| decision.at);
        let ours =
            |refund: &&ProcessorRefund| refund.alert.as_deref() == Some(self.alert.id.as_str());
        let failed = |refund: &ProcessorRefund| matches!(refund.state, RefundState::Failed(_));
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
    fn find_other_pending_alert(self) -> Option<AlertId> {
        let this = &self.alert.id;
        self.ledger
            .other_pending_alert(this)
            .cloned()
            .or_else(|| find_other_marked_alert(self.sale, this, &RefundState::Pending))
    }

    /// The amount that a person named.
    fn amount_from_person(self) -> Option<Money> {
        match self.alert.decision().map(|decision| &decision.course) {
            Some(CourseOfAction::Act { amount, .. }) => *amount,
            _ => None,
        }
    }

    /// The disputed amount in the sale's currency, at most what is left of it.
    fn amount_to_refund(self) -> Result<Money, ReviewReason> {
        let (left, whole) = (self.sale.remaining_amount(), self.sale.amount);
        if left.minor == 0 {
            return Err(part_refunded_need(self.sale));
        }
        let wanted = match (
            self.amount_from_person(),
            DisputedShare::from_claim_and_sale(&self.alert.claim, self.sale),
        ) {
            (Some(asked), _) => asked,
            (None, DisputedShare::Whole) => whole,
            (None, DisputedShare::Part(disputed)) => disputed,
            (None, DisputedShare::Unclear) => self.alert.claim.disputed_amount(),
        };
        if wanted.currency != whole.currency {
            return if self.is_whole_in_other_currency(wanted) {
                Ok(left)
            } else {
                Err(ReviewReason::AmountUnclear)
            };
        }
        if wanted.minor > whole.minor {
            return Err(ReviewReason::AmountUnclear);
        }
        let amount = self
            .sale
            .round_to_refund_step(Money::new(wanted.minor.min(left.minor), whole.currency));
        if amount.minor > 0 { Ok(amount) } else { Err(ReviewReason::AmountUnclear) }
    }

    /// A full dispute in another currency: within 3 % at the dated rate, and strong evidence
    /// agrees.
    fn is_whole_in_other_currency(self, wanted: Money) -> bool {
        let proved = self.alert.sale().is_some_and(has_strong_evidence);
        let full = wanted == self.alert.claim.amount;
        let converted =
            self.rates.and_then(|rates| rates.convert_money(wanted, self.sale.amount.currency));
        let near = |money: Money| {
            money.minor.abs_diff(self.sale.amount.minor).saturating_mul(100)
                <= self.sale.amount.minor.saturating_mul(3)
        };
        proved && full && converted.is_some_and(near)
    }
}

/// Whether evidence that hardly any other payment has speaks for the sale.
#[must_use]
pub fn has_strong_evidence(found: &MatchCandidate) -> bool {
    let strong = [
        MatchEvidence::Arn,
        MatchEvidence::AuthCode,
        MatchEvidence::NetworkTransactionId,
        MatchEvidence::ProcessorReference,
    ];
    found.evidence.iter().any(|one| strong.contains(one))
}
