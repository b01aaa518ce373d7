//! Alerts that wait for a processor. The search is repeated at growing intervals, shortly before
//! the deadline, and as soon as the integration works again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::pipeline::{NUDGE_SECONDS, PipelineStage};
use crate::alert::{Alert, AlertState, HistoryActor, ReviewReason, StepKind};
use crate::basics::id::{AlertId, IntegrationId};
use crate::basics::time::add_seconds;

/// The time before the deadline at which the last search begins. A sale that this search matches
/// can still be refunded.
const LAST_SEARCH_SECONDS: i64 = 15 * 60;

/// A pass over the alerts that wait for an integration, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingAlertScan {
    pub integration: IntegrationId,
    /// The last alert of the previous page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<AlertId>,
    /// The start of the pass. An alert that moved later needs no wake.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub began: Option<Timestamp>,
    /// Whether the integration is called in a new way, for example with new credentials. The pass
    /// then also wakes the alerts that the old credentials blocked.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_anew: bool,
}

impl WaitingAlertScan {
    /// Starts a pass.
    #[must_use]
    pub const fn for_integration(integration: IntegrationId, is_anew: bool) -> Self {
        Self { integration, after: None, began: None, is_anew }
    }
}

impl Alert {
    /// Checks whether the alert waits for a person because a processor was unavailable or no source
    /// exists.
    #[must_use]
    pub fn waits_for_source(&self) -> bool {
        matches!(self.state(), AlertState::ActionRequired { why, .. } if why.waits_for_source())
    }

    /// Checks whether nothing matched and no late order can match, because the claim has no payment
    /// identifier.
    #[must_use]
    pub fn waits_without_identifiers(&self) -> bool {
        matches!(self.state(), AlertState::ActionRequired { why: ReviewReason::NotFound, .. })
            && !self.claim.has_payment_identifier()
    }

    /// Checks whether matching has work: the alert waits for the stage, or for a processor or an
    /// order that may be available now.
    #[must_use]
    pub fn needs_search(&self) -> bool {
        self.next_stage() == Some(PipelineStage::Matching)
            || self.waits_for_source()
            || self.waits_without_identifiers()
    }

    /// Checks whether this integration could end the wait: the processor was unavailable, or no
    /// source existed.
    #[must_use]
    pub fn waits_for_integration(&self, integration: &IntegrationId) -> bool {
        self.review_reason().is_some_and(|why| why.waits_for_integration(integration))
    }

    /// Wakes the alert in a pass. Returns `None` if the pass does not help the alert.
    #[must_use]
    pub fn wake_for_integration(self, waking: &WaitingAlertScan, now: Timestamp) -> Option<Self> {
        match self.state() {
            AlertState::ActionRequired { why, .. }
                if why.waits_for_integration(&waking.integration) =>
            {
                self.wake_search(now)
            }
            AlertState::ActionRequired { why, .. }
                if waking.is_anew && why.waits_for_credentials_of(&waking.integration) =>
            {
                self.begin_recheck(HistoryActor::System, now).ok()
            }
            _ => None,
        }
    }

    /// Requests another search, because the integration may work now. The intervals start again.
    #[must_use]
    pub fn wake_search(self, now: Timestamp) -> Option<Self> {
        // a reserved slot is used: a new slot would be the last of a long queue
        let put_off = self.put_off.clone().filter(|_| self.expects_slot(now));
        self.waits_for_source().then(|| Self {
            nudges: 0,
            moved_at: now,
            put_off,
            ..self.append_step(StepKind::Nudged, HistoryActor::System, now)
        })
    }

    /// Requests another search at the due time. `moved_at` stays, because the alert has not moved.
    pub(crate) fn repeat_search(self, now: Timestamp) -> Self {
        let nudges = self.nudges.saturating_add(1);
        Self {
            nudges,
            put_off: None,
            ..self.append_step(StepKind::Nudged, HistoryActor::System, now)
        }
    }

    /// Checks whether this write requested another search.
    pub(crate) fn asks_for_search(&self, before: Option<&Self>) -> bool {
        let waits = |alert: &Self| alert.waits_for_source() || alert.waits_without_identifiers();
        let is_later = before.is_some_and(|before| waits(before) && before.version != self.version);
        waits(self)
            && is_later
            && self.history.last().is_some_and(|step| step.did == StepKind::Nudged)
    }

    /// Returns the time of the next automatic search: after 15 minutes, another 30, and growing
    /// intervals. The last search is shortly before the deadline.
    pub(crate) fn next_search(&self) -> Option<Timestamp> {
        let last = self.last_try()?;
        let at = |searches: u32| {
            add_seconds(self.moved_at, (0..searches).map(|done| NUDGE_SECONDS << done.min(4)).sum())
        };
        (at(self.nudges) < last).then(|| at(self.nudges.saturating_add(1)).min(last))
    }

    /// Returns the time of the next search for an alert that no order can wake. The searches follow
    /// after an hour, after six hours, and at the target time.
    pub(crate) fn next_unidentified_search(&self) -> Option<Timestamp> {
        let times = [
            add_seconds(self.moved_at, 3600),
            add_seconds(self.moved_at, 6 * 3600),
            self.deadlines.target,
        ];
        times
            .into_iter()
            .nth(usize::try_from(self.nudges).ok()?)
            .filter(|at| *at > self.moved_at && *at < self.deadlines.action)
    }

    /// Returns the time of the last attempt for an alert that waits for a processor, or `None` once
    /// the attempt was made.
    pub(crate) fn last_try(&self) -> Option<Timestamp> {
        let last = add_seconds(self.deadlines.action, -LAST_SEARCH_SECONDS);
        (self.moved_at < last).then_some(last)
    }
}
