//! The next step for an alert. The holder of the lease decides from the payment as the processor
//! lists it now.

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

/// The next step for an alert, after a look-up at the processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundStep {
    /// The refund exists already: adopt it.
    Found(ProcessorRefund),
    Refund(Money),
    /// The payment has not settled: void the whole payment.
    Void,
    /// The processor refunds nothing; only the subscription ends.
    OnlyCancel,
    /// The alert proves invalid.
    Invalid(InvalidAlertReason),
    Person(ReviewReason),
    /// The deadline is too near for a call.
    TooLate,
}

/// The facts for the decision.
#[derive(Debug, Clone, Copy)]
pub struct RefundContext<'a> {
    pub alert: &'a Alert,
    /// The sale as the processor lists the payment, read under the lease.
    pub sale: &'a Sale,
    pub ledger: &'a RefundLedger,
    /// Another alert of the same card and amount that gave money back, possibly for this sale.
    pub rival: Option<&'a AlertId>,
    pub rates: Option<&'a ExchangeRates>,
    /// The latest time at which a call may start.
    pub last_call: Timestamp,
    pub now: Timestamp,
}

impl<'a> RefundContext<'a> {
    /// Decides the next step. The sequence of the checks: cancellation only, existing refund,
    /// invalid alert, review, deadline, rival, open dispute. Only then follows a void or a new
    /// refund.
    #[must_use]
    pub fn next_step(self) -> RefundStep {
        if !self.alert.decision().is_some_and(crate::alert::Decision::refunds_at_processor) {
            return RefundStep::OnlyCancel;
        }
        if let Some(step) = self.decide_by_earlier_refund() {
            return step;
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

    /// Decides by a refund that exists already: this alert's own refund, else a refund of the
    /// disputed amount. An own attempt at another endpoint without a result needs a person.
    fn decide_by_earlier_refund(self) -> Option<RefundStep> {
        if let Some(made) = self.find_own_refund() {
            return Some(match &made.state {
                RefundState::Failed(reason) => {
                    RefundStep::Person(ReviewReason::RefundFailed { reason: reason.clone() })
                }
                RefundState::Pending | RefundState::Succeeded => RefundStep::Found(made.clone()),
            });
        }
        let mut elsewhere = self.ledger.causes_begun_elsewhere();
        if elsewhere.any(|cause| cause.alert_id() == Some(&self.alert.id)) {
            return Some(RefundStep::Person(ReviewReason::RefundUnconfirmed));
        }
        find_covering_refund(&self.alert.claim, self.alert.received_at, self.sale)
            .map(RefundStep::Found)
    }

    /// Returns the review reason where money went back already, or may have gone back. The
    /// remainder is refunded automatically only if the whole sale is disputed. In addition, the
    /// partial refund must be older than the alert, and for no other alert.
    fn find_person_need(self, other: bool) -> Option<ReviewReason> {
        if let Some(decision) =
            self.alert.decision().filter(|decision| decision.rests_on_other_refund())
        {
            // The refund on which the decision rests no longer stands.
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

    /// Checks whether a rule, and not a person, decided.
    fn is_automatic(self) -> bool {
        self.alert.decision().is_some_and(crate::alert::Decision::is_automatic)
    }

    /// Finds a live refund with this alert's mark, else a refund that failed since the decision.
    fn find_own_refund(self) -> Option<&'a ProcessorRefund> {
        let decided = self.alert.decision().map_or(self.now, |decision| decision.at);
        let ours =
            |refund: &&ProcessorRefund| refund.alert.as_deref() == Some(self.alert.id.as_str());
        let failed = |refund: &ProcessorRefund| matches!(refund.state, RefundState::Failed(_));
        let refunds = &self.sale.standing.refunds;
        let live = refunds.iter().find(|refund| ours(refund) && !failed(refund));
        // Processors report times in whole seconds.
        live.or_else(|| {
            refunds
                .iter()
                .find(|refund| ours(refund) && refund.at.as_second() >= decided.as_second())
        })
    }

    /// Finds another alert with a pending refund.
    fn find_other_pending_alert(self) -> Option<AlertId> {
        let this = &self.alert.id;
        self.ledger
            .other_pending_alert(this)
            .cloned()
            .or_else(|| find_other_marked_alert(self.sale, this, &RefundState::Pending))
    }

    /// Returns the amount that a person set.
    fn amount_from_person(self) -> Option<Money> {
        match self.alert.decision().map(|decision| &decision.course) {
            Some(CourseOfAction::Act { amount, .. }) => *amount,
            _ => None,
        }
    }

    /// Returns the amount to refund in the sale's currency, at most the remaining amount. The
    /// amount that a person set replaces the disputed amount.
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

    /// Checks whether an amount in another currency disputes the whole sale. The amount converted
    /// at the dated rate must be within 3 % of the sale's, and strong evidence must support the
    /// match.
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

/// Checks whether the match has strong evidence, which hardly any other payment shares.
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
