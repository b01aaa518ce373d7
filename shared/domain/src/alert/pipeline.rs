//! The pipeline on one screen: which stage a state waits for, when a write wakes it, and what falls
//! due when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, AlertState, ReviewReason};
use crate::basics::time::add_seconds;

/// A queue of the pipeline, and the function that reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PipelineStage {
    Matching,
    /// Where an order that arrives or changes is matched with the alerts that wait for one.
    OrderMatching,
    RulesetEvaluation,
    Refund,
    /// Refunds at processors that take long, by the same function with few at once.
    SlowRefund,
    VendorCallback,
    /// Where events are rendered and sent to subscribers.
    WebhookDelivery,
    /// Deliveries to receivers that take long, by the same function with few at once.
    SlowWebhookDelivery,
    /// Where members are written to.
    EmailNotification,
}

impl PipelineStage {
    /// Every stage, in the order in which alerts pass them.
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

    /// Its name, which is also its queue's.
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

/// What is to happen at a time, if nothing happens before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueAction {
    /// Matching takes long: subscribers are told without it.
    Announce,
    /// The stage has not moved: ask for it again.
    Nudge,
    /// The target time: a person should know.
    Warn,
    /// The last moment for an action: answer as it stands.
    Expire,
    /// A refund is unconfirmed: look at the processor.
    Recheck,
    /// The network takes no answer any more.
    Lapse,
    /// A processor could not be asked: search again.
    Search,
}

/// A refund that its processor has not confirmed at once is looked at first after this; most take
/// seconds.
pub const FIRST_RECHECK_SECONDS: i64 = 60;

/// An alert is told of so many seconds after it came, even if its matching has not finished.
pub const ANNOUNCE_SECONDS: i64 = 60;
/// A stage that has not moved for this long is asked for again.
pub const NUDGE_SECONDS: i64 = 15 * 60;
/// The longest that a stage leaves an alert whose processor does not answer.
const MOST_WAIT_SECONDS: i64 = 20 * 60;

/// How long a refund that is on its way is left alone, by how often it was looked at: a minute,
/// then as a stage that does not move is nudged.
#[must_use]
pub fn recheck_seconds(looks: u32) -> i64 {
    looks.checked_sub(1).map_or(FIRST_RECHECK_SECONDS, |again| NUDGE_SECONDS << again.min(4))
}

impl Alert {
    /// The stage this state waits for: the route map of the whole pipeline.
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
            AlertState::Refunding { .. } => None, // waits for the processor's word, or falls due
            AlertState::Decided { .. }
            | AlertState::Actioned { .. }
            | AlertState::Expired { .. } => Some(PipelineStage::VendorCallback),
            AlertState::Resolved { .. } | AlertState::Retracted { .. } => None,
        }
    }

    /// The stage that a write wakes: only when the state changed, or a nudge asks for it.
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

    /// What falls due next, and when; nothing once all is said.
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
            AlertState::ActionRequired { why, .. } => {
                let person = if self.warned {
                    (action, DueAction::Expire)
                } else {
                    earlier_due(
                        (action, DueAction::Expire),
                        (self.deadlines.target, DueAction::Warn),
                    )
                };
                let by_itself = self.due_beside_person(why);
                Some(by_itself.map_or(person, |by_itself| earlier_due(person, by_itself)))
            }
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

    /// What falls due without a person, while a person is asked: another search, or a last look.
    fn due_beside_person(&self, why: &ReviewReason) -> Option<(Timestamp, DueAction)> {
        let unnamed =
            || self.next_unidentified_search().filter(|_| self.waits_without_identifiers());
        let search = self.next_search().filter(|_| why.waits_for_source()).or_else(unnamed);
        let search = search
            // a search that waits for its slot is not repeated before
            .map(|at| (self.slot_retry_at().map_or(at, |slot| slot.max(at)), DueAction::Search));
        let look =
            self.last_try().filter(|_| why.keeps_decision()).map(|at| (at, DueAction::Recheck));
        search.or(look)
    }

    /// How many seconds its stage leaves it next, where the first wait is so long: twice as long
    /// each time in a row, and never longer than 20 minutes.
    #[must_use]
    pub fn next_wait(&self, first_seconds: i64) -> i64 {
        let times = self.put_off.as_ref().map_or(0, |known| known.times);
        (first_seconds << times.min(6)).min(MOST_WAIT_SECONDS)
    }

    /// Whether it waits with those for slow processors.
    #[must_use]
    pub fn is_in_slow_queue(&self) -> bool {
        self.deferred_until().is_some()
            && self.put_off.as_ref().is_some_and(|put_off| put_off.is_parted)
    }

    /// Until when its stage leaves it, while that is so.
    #[must_use]
    pub fn deferred_until(&self) -> Option<Timestamp> {
        self.put_off.as_ref().map(|put_off| put_off.to).filter(|to| *to > self.moved_at)
    }

    /// The given time, or the last moment before the network's limit at which an answer may still
    /// wait, where that comes first.
    fn cap_at_last_call(&self, at: Timestamp) -> Timestamp {
        let last = self.deadlines.last_call();
        if self.moved_at < last { at.min(last) } else { at }
    }

    /// The given time, or the action deadline where that comes first and has not been seen yet.
    fn cap_at_deadline(&self, at: Timestamp) -> Timestamp {
        if self.moved_at < self.deadlines.action { at.min(self.deadlines.action) } else { at }
    }
}

/// What falls due earlier; `a` where both fall due at one time.
fn earlier_due(a: (Timestamp, DueAction), b: (Timestamp, DueAction)) -> (Timestamp, DueAction) {
    if b.0 < a.0 { b } else { a }
}
