//! Alerts that wait for a processor: searched for again by themselves, at growing distances and
//! shortly before the deadline, and at once when the integration works again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::pipeline::{NUDGE_SECONDS, PipelineStage};
use crate::alert::{Alert, AlertState, HistoryActor, ReviewReason, StepKind};
use crate::basics::id::{AlertId, IntegrationId};
use crate::basics::time::add_seconds;

/// The last search begins so long before the deadline, so that what it finds may still be given
/// back.
const LAST_SEARCH_SECONDS: i64 = 15 * 60;

/// A pass over the alerts that wait for an integration, a page at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingAlertScan {
    pub integration: IntegrationId,
    /// The last alert of the page before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<AlertId>,
    /// When the pass began: an alert that moved since needs no waking.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub began: Option<Timestamp>,
    /// Whether the integration is called in another way since: what its old credentials kept back
    /// is done then.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_anew: bool,
}

impl WaitingAlertScan {
    /// A pass from its beginning.
    #[must_use]
    pub const fn for_integration(integration: IntegrationId, is_anew: bool) -> Self {
        Self { integration, after: None, began: None, is_anew }
    }
}

impl Alert {
    /// Whether a person is asked because a processor could not be, or because there is none.
    #[must_use]
    pub fn waits_for_source(&self) -> bool {
        matches!(self.state(), AlertState::ActionRequired { why, .. } if why.waits_for_source())
    }

    /// Whether nothing was found and no late order can say so, since the bank tells nothing by
    /// which one would find the alert.
    #[must_use]
    pub fn waits_without_identifiers(&self) -> bool {
        matches!(self.state(), AlertState::ActionRequired { why: ReviewReason::NotFound, .. })
            && !self.claim.has_payment_identifier()
    }

    /// Whether matching has work: the alert waits for its stage, or for a processor or an order
    /// that may be there now.
    #[must_use]
    pub fn needs_search(&self) -> bool {
        self.next_stage() == Some(PipelineStage::Matching)
            || self.waits_for_source()
            || self.waits_without_identifiers()
    }

    /// Whether this integration could help: its processor could not be asked, or there was none.
    #[must_use]
    pub fn waits_for_integration(&self, integration: &IntegrationId) -> bool {
        matches!(self.state(), AlertState::ActionRequired { why, .. } if why.waits_for_integration(integration))
    }

    /// The alert as a pass wakes it; nothing where the pass does not help it.
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

    /// The search is asked for again, since the integration may work now; its distances begin anew.
    #[must_use]
    pub fn wake_search(self, now: Timestamp) -> Option<Self> {
        // a slot that is still to come is used: a new one would be the last of a long queue
        let put_off = self.put_off.clone().filter(|_| self.expects_slot(now));
        self.waits_for_source().then(|| Self {
            nudges: 0,
            moved_at: now,
            put_off,
            ..self.append_step(StepKind::Nudged, HistoryActor::System, now)
        })
    }

    /// The search is asked for again, since its time has come. The alert itself has not moved.
    pub(crate) fn repeat_search(self, now: Timestamp) -> Self {
        let nudges = self.nudges.saturating_add(1);
        Self {
            nudges,
            put_off: None,
            ..self.append_step(StepKind::Nudged, HistoryActor::System, now)
        }
    }

    /// Whether this write asked for another search.
    pub(crate) fn asks_for_search(&self, before: Option<&Self>) -> bool {
        let waits = |alert: &Self| alert.waits_for_source() || alert.waits_without_identifiers();
        let is_later = before.is_some_and(|before| waits(before) && before.version != self.version);
        waits(self)
            && is_later
            && self.history.last().is_some_and(|step| step.did == StepKind::Nudged)
    }

    /// When the search is repeated by itself: after 15 minutes, 30 more, and so on, and once
    /// shortly before the deadline.
    pub(crate) fn next_search(&self) -> Option<Timestamp> {
        let last = self.last_try()?;
        let at = |searches: u32| {
            add_seconds(self.moved_at, (0..searches).map(|done| NUDGE_SECONDS << done.min(4)).sum())
        };
        (at(self.nudges) < last).then(|| at(self.nudges.saturating_add(1)).min(last))
    }

    /// When an alert that no order wakes is searched for again: after an hour, after six, and when
    /// a person is warned.
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

    /// When what waits for a processor is tried once more, while something can still be done;
    /// nothing once it was.
    pub(crate) fn last_try(&self) -> Option<Timestamp> {
        let last = add_seconds(self.deadlines.action, -LAST_SEARCH_SECONDS);
        (self.moved_at < last).then_some(last)
    }
}
