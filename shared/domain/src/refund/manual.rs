//! Manual refunds: a person asks for the refund, with or without an alert. The ledger and the
//! refund protocol are the same as for an alert.

mod expiry;
mod next_step;
mod state;
mod waiting_alerts;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::person::Requester;
use crate::alert::history::{HistoryStep, has_write, stamp_write_id};
use crate::alert::pipeline::{NUDGE_SECONDS, recheck_seconds};
use crate::alert::{HistoryActor, RefundRecord};
use crate::basics::id::{HandRefundId, OrganisationId};
use crate::basics::money::Money;
use crate::basics::time::add_seconds;
use crate::sale::Sale;

pub use next_step::{ManualRefundContext, ManualRefundStep};
pub use state::{ManualRefundState, ManualStepKind, RefundRefusal};

/// A manual refund: the request, the state and the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualRefund {
    pub id: HandRefundId,
    pub organisation: OrganisationId,
    /// The sale as the processor listed the payment at the time of the request.
    pub sale: Sale,
    pub wish: ManualRefundRequest,
    pub state: ManualRefundState,
    pub updated_at: Timestamp,
    /// The time of the last state change or nudge.
    pub moved_at: Timestamp,
    /// The number of nudges since the state changed. A nudge asks the refund stage to look again.
    #[serde(default)]
    pub nudges: u32,
    pub version: u64,
    pub history: Vec<HistoryStep<ManualStepKind>>,
}

/// A person's request for a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualRefundRequest {
    pub by: Requester,
    pub at: Timestamp,
    /// The requested amount. `None` asks for all that remains.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

impl ManualRefund {
    /// Records, as a new version, that a customer's address was erased.
    #[must_use]
    pub fn record_erasure(self, by: HistoryActor, now: Timestamp) -> Self {
        self.append_step(ManualStepKind::Erased, by, now)
    }

    /// Creates the refund from the request.
    #[must_use]
    pub fn from_request(
        id: HandRefundId,
        organisation: OrganisationId,
        sale: Sale,
        wish: ManualRefundRequest,
    ) -> Self {
        let now = wish.at;
        let first = HistoryStep {
            version: 1,
            at: now,
            did: ManualStepKind::Asked,
            by: HistoryActor::Person(wish.by.clone()),
            write: String::new(),
            proof: None,
        };
        let (state, history) = (ManualRefundState::Asked, vec![first]);
        Self {
            id,
            organisation,
            sale,
            wish,
            state,
            updated_at: now,
            moved_at: now,
            nudges: 0,
            version: 1,
            history,
        }
    }

    /// Checks whether both requests ask for the same refund. A repeated request is idempotent and
    /// makes no second refund.
    #[must_use]
    pub fn is_same_request(&self, other: &Self) -> bool {
        let said = |one: &Self| {
            (one.sale.id.clone(), one.wish.amount, one.wish.reason.clone(), one.wish.note.clone())
        };
        said(self) == said(other)
    }

    /// Checks whether the refund is closed: succeeded, failed or refused.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        !matches!(
            self.state,
            ManualRefundState::Asked
                | ManualRefundState::Pending { .. }
                | ManualRefundState::Unconfirmed { .. }
        )
    }

    /// Checks whether a write wakes the refund stage. The first write and each nudge wake the stage
    /// for this refund. A success wakes the stage for the alerts that wait.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> bool {
        let succeeded = |one: &Self| matches!(one.state, ManualRefundState::Succeeded { .. });
        match before {
            Some(old) if self.is_over() => succeeded(self) && !succeeded(old),
            old => !self.is_over() && old.is_none_or(|old| old.nudges != self.nudges),
        }
    }

    /// Returns the time of the next recheck at the processor. Each nudge lengthens the wait, except
    /// while the refund is unconfirmed. A closed refund is not rechecked, nor an unconfirmed refund
    /// 60 days after the request.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        let wait = match self.state {
            ManualRefundState::Pending { .. } => recheck_seconds(self.nudges),
            ManualRefundState::Unconfirmed { .. } => expiry::UNCONFIRMED_SECONDS,
            _ => NUDGE_SECONDS << self.nudges.min(4),
        };
        Some(add_seconds(self.moved_at, wait))
            .filter(|at| !self.is_over() && self.is_rechecked_at(*at))
    }

    /// Asks the refund stage to look again. Returns `None` if the refund is closed.
    #[must_use]
    pub fn nudge_stage(mut self, by: HistoryActor, now: Timestamp) -> Option<Self> {
        if self.is_over() {
            return None;
        }
        self.nudges = self.nudges.saturating_add(1);
        self.moved_at = now;
        Some(self.append_step(ManualStepKind::Nudged, by, now))
    }

    /// Nudges the refund stage, if a recheck is due.
    #[must_use]
    pub fn apply_due(self, now: Timestamp) -> Option<Self> {
        self.due().filter(|at| *at <= now)?;
        self.nudge_stage(HistoryActor::System, now)
    }

    /// Moves to `Pending`: the processor accepted the refund without a confirmation yet. The nudges
    /// stay counted, which lengthens the wait for the next recheck.
    #[must_use]
    pub fn into_pending(self, refund: RefundRecord, now: Timestamp) -> Self {
        let nudges = self.nudges;
        Self {
            nudges,
            ..self.move_to_state(ManualRefundState::Pending { refund }, HistoryActor::System, now)
        }
    }

    /// Moves to `Succeeded`: the money went back for certain.
    #[must_use]
    pub fn into_succeeded(self, refund: RefundRecord, now: Timestamp) -> Self {
        self.move_to_state(ManualRefundState::Succeeded { refund }, HistoryActor::Processor, now)
    }

    /// Moves to `Failed`: the processor rejected the refund, or the refund failed later.
    #[must_use]
    pub fn into_failed(self, reason: String, now: Timestamp) -> Self {
        self.move_to_state(ManualRefundState::Failed { reason }, HistoryActor::Processor, now)
    }

    /// Moves to `Refused`: the processor is not asked.
    #[must_use]
    pub fn into_refused(self, why: RefundRefusal, now: Timestamp) -> Self {
        self.move_to_state(ManualRefundState::Refused { why }, HistoryActor::System, now)
    }

    /// Returns the processor's refund, if any.
    #[must_use]
    pub const fn refund(&self) -> Option<&RefundRecord> {
        match &self.state {
            ManualRefundState::Pending { refund } | ManualRefundState::Succeeded { refund } => {
                Some(refund)
            }
            ManualRefundState::Unconfirmed { refund, .. } => refund.as_ref(),
            ManualRefundState::Asked
            | ManualRefundState::Failed { .. }
            | ManualRefundState::Refused { .. } => None,
        }
    }

    /// Returns a copy with the id of the write that will store the refund.
    #[must_use]
    pub fn with_write_id(&self, write: &str) -> Self {
        let mut stamped = self.clone();
        stamp_write_id(&mut stamped.history, write);
        stamped
    }

    /// Checks whether the given write made the given version. A retried write recognises the
    /// version as already stored.
    #[must_use]
    pub fn was_written(&self, version: u64, write: &str) -> bool {
        has_write(&self.history, version, write)
    }

    /// Moves to the state with a new step, and resets the nudges.
    fn move_to_state(mut self, state: ManualRefundState, by: HistoryActor, now: Timestamp) -> Self {
        self.state = state;
        self.nudges = 0;
        self.moved_at = now;
        let did = self.state.step_kind();
        self.append_step(did, by, now)
    }

    /// Appends a step as the next version. Consecutive nudges count as a single step.
    fn append_step(mut self, did: ManualStepKind, by: HistoryActor, now: Timestamp) -> Self {
        if did == ManualStepKind::Nudged
            && self.history.last().is_some_and(|last| last.did == ManualStepKind::Nudged)
        {
            self.history.pop();
        }
        self.version = self.version.saturating_add(1);
        self.updated_at = now;
        self.history.push(HistoryStep {
            version: self.version,
            at: now,
            did,
            by,
            write: String::new(),
            proof: None,
        });
        self
    }
}

#[cfg(test)]
mod tests;
