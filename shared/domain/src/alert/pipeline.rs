//! The pipeline on a single screen: the next stage of each state, the writes that wake a stage, and
//! the due actions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, AlertState, ReviewReason};
use crate::basics::time::add_seconds;

/// A stage of the pipeline: a queue and the function that reads the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PipelineStage {
    Matching,
    /// Matches a new or changed order with the alerts that wait for an order.
    OrderMatching,
    RulesetEvaluation,
    Refund,
    /// Refunds at slow processors, by the same function with low concurrency.
    SlowRefund,
    VendorCallback,
    /// Renders events and sends webhooks to subscribers.
    WebhookDelivery,
    /// Delivers to slow receivers, by the same function with low concurrency.
    SlowWebhookDelivery,
    /// Notifies members by e-mail.
    EmailNotification,
}

impl PipelineStage {
    /// All stages, in the sequence in which alerts pass.
    pub const ALL: [Self; 9] = [
        Self::Matching,
        Self::OrderMatching,
        Self::RulesetEvaluation,
        Self::Refund,
        Self::SlowRefund,
        Self::VendorCallback,
        Self::WebhookDelivery,
        Self::SlowWebhookDelivery,
        Self::EmailNotification,
    ];

    /// Returns the name of the stage and of the queue.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matching => "matching",
            Self::OrderMatching => "order-matching",
            Self::RulesetEvaluation => "ruleset-evaluation",
            Self::Refund => "refund",
            Self::SlowRefund => "slow-refund",
            Self::VendorCallback => "vendor-callback",
            Self::WebhookDelivery => "webhook-delivery",
            Self::SlowWebhookDelivery => "slow-webhook-delivery",
            Self::EmailNotification => "email-notification",
        }
    }
}

/// The action that falls due, unless the alert moves before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueAction {
    /// Matching takes long: notify subscribers before the result.
    Announce,
    /// The stage has stalled: wake the stage again.
    Nudge,
    /// The target time has come: warn a person.
    Warn,
    /// The action deadline has come: answer as is.
    Expire,
    /// A refund is unconfirmed: re-read the payment.
    Recheck,
    /// The network accepts no answer any more.
    Lapse,
    /// A processor was unavailable: search again.
    Search,
}

/// The delay before the first re-check of an unconfirmed refund. Most refunds are confirmed within
/// seconds.
pub const FIRST_RECHECK_SECONDS: i64 = 60;

/// The time after which subscribers are notified of an alert, even before the matching has
/// finished.
pub const ANNOUNCE_SECONDS: i64 = 60;
/// The time after which a stalled stage is woken again.
pub const NUDGE_SECONDS: i64 = 15 * 60;
/// The longest deferral of an alert after the processor did not answer.
const MOST_WAIT_SECONDS: i64 = 20 * 60;

/// Returns the delay before the next re-check of a pending refund, by the number of earlier
/// re-checks. The first delay is a minute; later delays are those of nudges.
#[must_use]
pub fn recheck_seconds(looks: u32) -> i64 {
    looks.checked_sub(1).map_or(FIRST_RECHECK_SECONDS, |again| NUDGE_SECONDS << again.min(4))
}

impl Alert {
    /// Returns the stage for which the state waits: the route map of the whole pipeline.
    #[must_use]
    #[allow(clippy::match_same_arms, reason = "in the order in which alerts pass")]
    pub fn next_stage(&self) -> Option<PipelineStage> {
        match self.state() {
            AlertState::Received { .. } => Some(PipelineStage::Matching),
            AlertState::Matched { .. } => Some(PipelineStage::RulesetEvaluation),
            // waits for a person, a late order or the deadline
            AlertState::ActionRequired { .. } => None,
            AlertState::Decided { decision, .. } if decision.needs_processor() => {
                Some(PipelineStage::Refund)
            }
            AlertState::Refunding { .. } => None, // waits for the processor's report, or falls due
            AlertState::Decided { .. }
            | AlertState::Actioned { .. }
            | AlertState::Expired { .. } => Some(PipelineStage::VendorCallback),
            AlertState::Resolved { .. } | AlertState::Retracted { .. } => None,
        }
    }

    /// Returns the stage that a write wakes: only after a change of state, or on a nudge.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> Option<PipelineStage> {
        let decided = |old: &Self| old.decision() != self.decision();
        let moved = |old: &Self| {
            old.next_stage() != self.next_stage()
                || old.moved_at != self.moved_at
                || old.nudges != self.nudges
        };
        let moved = |old: &Self| {
            moved(old) || decided(old) || (self.is_in_slow_queue() && !old.is_in_slow_queue())
        };
        let moved = |old: &Self| moved(old) || self.has_new_slot_wait(old);
        let again = self.asks_for_search(before).then_some(PipelineStage::Matching);
        self.next_stage().filter(|_| before.is_none_or(moved)).or(again)
    }

    /// Returns the next due action with the time, or `None` if nothing falls due.
    #[must_use]
    pub fn due(&self) -> Option<(Timestamp, DueAction)> {
        let wait = NUDGE_SECONDS << self.nudges.min(4);
        let again = self
            .slot_retry_at()
            .or_else(|| self.deferred_until())
            .unwrap_or_else(|| add_seconds(self.moved_at, wait));
        let (action, limit) = (self.deadlines.action, self.deadlines.limit);
        match self.state() {
            AlertState::Received { .. } if !self.is_announced() => {
                let announce =
                    (add_seconds(self.received_at, ANNOUNCE_SECONDS), DueAction::Announce);
                Some(earlier_due(
                    (action, DueAction::Expire),
                    earlier_due(announce, (again, DueAction::Nudge)),
                ))
            }
            AlertState::Received { .. } | AlertState::Matched { .. } => {
                Some(earlier_due((action, DueAction::Expire), (again, DueAction::Nudge)))
            }
            AlertState::ActionRequired { why, .. } if why.can_money_move() => {
                Some((again, DueAction::Recheck)).filter(|due| due.0 < limit)
            }
            AlertState::ActionRequired { why, .. } => Some(self.due_in_review(why)),
            AlertState::Decided { decision, .. } if decision.needs_processor() => {
                Some((self.cap_at_deadline(again), DueAction::Nudge))
            }
            AlertState::Refunding { .. } => Some((
                self.cap_at_deadline(add_seconds(self.moved_at, recheck_seconds(self.nudges))),
                DueAction::Recheck,
            )),
            AlertState::Decided { .. }
            | AlertState::Actioned { .. }
            | AlertState::Expired { .. } => Some(earlier_due(
                (limit, DueAction::Lapse),
                (self.cap_at_last_call(again), DueAction::Nudge),
            )),
            AlertState::Resolved { .. } | AlertState::Retracted { .. } => None,
        }
    }

    /// Returns the next due action while the alert waits for a person.
    fn due_in_review(&self, why: &ReviewReason) -> (Timestamp, DueAction) {
        let expire = (self.deadlines.action, DueAction::Expire);
        let person = if self.warned {
            expire
        } else {
            earlier_due(expire, (self.deadlines.target, DueAction::Warn))
        };
        let by_itself = self.due_beside_person(why);
        by_itself.map_or(person, |by_itself| earlier_due(person, by_itself))
    }

    /// Returns the action that falls due without a person, while the alert waits for a person:
    /// another search, or a last attempt.
    fn due_beside_person(&self, why: &ReviewReason) -> Option<(Timestamp, DueAction)> {
        let unnamed =
            || self.next_unidentified_search().filter(|_| self.waits_without_identifiers());
        let search = self.next_search().filter(|_| why.waits_for_source()).or_else(unnamed);
        let search = search
            // a search that waits for a slot is not repeated before the slot
            .map(|at| (self.slot_retry_at().map_or(at, |slot| slot.max(at)), DueAction::Search));
        let look =
            self.last_try().filter(|_| why.keeps_decision()).map(|at| (at, DueAction::Recheck));
        search.or(look)
    }

    /// Returns the seconds of the next deferral. Each deferral in a row doubles the wait, up to 20
    /// minutes.
    #[must_use]
    pub fn next_wait(&self, first_seconds: i64) -> i64 {
        let times = self.put_off.as_ref().map_or(0, |known| known.times);
        (first_seconds << times.min(6)).min(MOST_WAIT_SECONDS)
    }

    /// Checks whether the alert is in the queue for slow processors.
    #[must_use]
    pub fn is_in_slow_queue(&self) -> bool {
        self.deferred_until().is_some()
            && self.put_off.as_ref().is_some_and(|put_off| put_off.is_parted)
    }

    /// Returns the end of the deferral, while the alert is deferred.
    #[must_use]
    pub fn deferred_until(&self) -> Option<Timestamp> {
        self.put_off.as_ref().map(|put_off| put_off.to).filter(|to| *to > self.moved_at)
    }

    /// Caps a time at the last call before the network's limit, unless the alert moved after the
    /// last call.
    fn cap_at_last_call(&self, at: Timestamp) -> Timestamp {
        let last = self.deadlines.last_call();
        if self.moved_at < last { at.min(last) } else { at }
    }

    /// Caps a time at the action deadline, unless the alert moved after the deadline.
    fn cap_at_deadline(&self, at: Timestamp) -> Timestamp {
        if self.moved_at < self.deadlines.action { at.min(self.deadlines.action) } else { at }
    }
}

/// Returns the earlier of two due actions, or `a` if both fall due at the same time.
fn earlier_due(a: (Timestamp, DueAction), b: (Timestamp, DueAction)) -> (Timestamp, DueAction) {
    if b.0 < a.0 { b } else { a }
}
