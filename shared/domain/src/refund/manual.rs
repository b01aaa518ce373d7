//! A refund that a person asks for, whatever alerts there are: over the same ledger and protocol as
//! an alert's.

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

/// A person's own refund, and all that has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualRefund {
    pub id: HandRefundId,
    pub organisation: OrganisationId,
    /// The sale as its processor had it when the refund was asked for.
    pub sale: Sale,
    pub wish: ManualRefundRequest,
    pub state: ManualRefundState,
    pub updated_at: Timestamp,
    /// When the state last changed or was nudged.
    pub moved_at: Timestamp,
    /// How often the refund stage was asked for again since the state changed.
    #[serde(default)]
    pub nudges: u32,
    pub version: u64,
    pub history: Vec<HistoryStep<ManualStepKind>>,
}

/// What was asked for, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManualRefundRequest {
    pub by: Requester,
    pub at: Timestamp,
    /// All that remains, where none is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

impl ManualRefund {
    /// The next version of a refund of which a customer's address was taken out.
    #[must_use]
    pub fn record_erasure(self, by: HistoryActor, now: Timestamp) -> Self {
        self.append_step(ManualStepKind::Erased, by, now)
    }

    /// A refund as it is asked for.
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

    /// Whether it asks for the same: what was sent again is no second refund.
    #[must_use]
    pub fn is_same_request(&self, other: &Self) -> bool {
        let said = |one: &Self| {
            (one.sale.id.clone(), one.wish.amount, one.wish.reason.clone(), one.wish.note.clone())
        };
        said(self) == said(other)
    }

    /// Whether nothing more will be done.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        !matches!(
            self.state,
            ManualRefundState::Asked
                | ManualRefundState::Pending { .. }
                | ManualRefundState::Unconfirmed { .. }
        )
    }

    /// Whether a write wakes the refund stage: the first, each nudge, and its success, for the
    /// alerts that wait.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> bool {
        let succeeded = |one: &Self| matches!(one.state, ManualRefundState::Succeeded { .. });
        match before {
            Some(old) if self.is_over() => succeeded(self) && !succeeded(old),
            old => !self.is_over() && old.is_none_or(|old| old.nudges != self.nudges),
        }
    }

    /// When the processor is looked at again.
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

    /// The refund, with the refund stage asked for again, unless it is over.
    #[must_use]
    pub fn nudge_stage(mut self, by: HistoryActor, now: Timestamp) -> Option<Self> {
        if self.is_over() {
            return None;
        }
        self.nudges = self.nudges.saturating_add(1);
        self.moved_at = now;
        Some(self.append_step(ManualStepKind::Nudged, by, now))
    }

    /// The same, once it is due.
    #[must_use]
    pub fn apply_due(self, now: Timestamp) -> Option<Self> {
        self.due().filter(|at| *at <= now)?;
        self.nudge_stage(HistoryActor::System, now)
    }

    /// The processor has the refund and has not confirmed it; each look that finds it so lengthens
    /// the wait for the next.
    #[must_use]
    pub fn into_pending(self, refund: RefundRecord, now: Timestamp) -> Self {
        let nudges = self.nudges;
        Self {
            nudges,
            ..self.move_to_state(ManualRefundState::Pending { refund }, HistoryActor::System, now)
        }
    }

    /// The money is back for certain.
    #[must_use]
    pub fn into_succeeded(self, refund: RefundRecord, now: Timestamp) -> Self {
        self.move_to_state(ManualRefundState::Succeeded { refund }, HistoryActor::Processor, now)
    }

    /// The processor will not, or took it back.
    #[must_use]
    pub fn into_failed(self, reason: String, now: Timestamp) -> Self {
        self.move_to_state(ManualRefundState::Failed { reason }, HistoryActor::Processor, now)
    }

    /// The processor is not asked.
    #[must_use]
    pub fn into_refused(self, why: RefundRefusal, now: Timestamp) -> Self {
        self.move_to_state(ManualRefundState::Refused { why }, HistoryActor::System, now)
    }

    /// The refund at the processor, once it has one.
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

    /// The refund with the id of the write that will store it.
    #[must_use]
    pub fn with_write_id(&self, write: &str) -> Self {
        let mut stamped = self.clone();
        stamp_write_id(&mut stamped.history, write);
        stamped
    }

    /// Whether the given write made the given version: a repeated write that meets itself.
    #[must_use]
    pub fn was_written(&self, version: u64, write: &str) -> bool {
        has_write(&self.history, version, write)
    }

    fn move_to_state(mut self, state: ManualRefundState, by: HistoryActor, now: Timestamp) -> Self {
        self.state = state;
        self.nudges = 0;
        self.moved_at = now;
        let did = self.state.step_kind();
        self.append_step(did, by, now)
    }

    /// One version on. Nudges in a row are one step.
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
