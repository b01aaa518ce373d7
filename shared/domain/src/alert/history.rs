//! The history of an alert or a manual refund, with a step for each write. The history replays to
//! the state.

mod proof;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::person::Requester;
use crate::alert::{Alert, AlertSettlement, AlertState};

pub use proof::{MatchedSale, StepEvidence};

/// A step of a history: a single write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryStep<D = StepKind> {
    pub version: u64,
    pub at: Timestamp,
    pub did: D,
    pub by: HistoryActor,
    /// The id of the write. A retried write recognises the step as already stored.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub write: String,
    /// The evidence for the step.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proof: Option<Box<StepEvidence>>,
}

/// The kind of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = StepKind))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepKind {
    /// The alert arrived from the network.
    Received,
    /// The alert was matched to a sale.
    Matched,
    /// A person must decide.
    RequiredAction,
    /// A rule or a person decided.
    Decided,
    /// The refund is pending at the processor.
    Refunding,
    /// The decided action is done.
    Actioned,
    /// The deadline passed first.
    Expired,
    /// The network has the answer.
    Resolved,
    /// The network retracted the alert.
    Retracted,
    /// A person requested an action while the alert was being processed; the action follows.
    Asked,
    /// A stalled alert was woken.
    Nudged,
    /// The target time passed.
    Warned,
    /// Subscribers were notified before the matching finished.
    Announced,
    /// A user wrote a note.
    Noted,
    /// The customer's personal data was erased.
    Erased,
    /// The refund failed after the answer to the network.
    RefundFailed,
    /// A refund was confirmed after an answer that reported none, or after an earlier refund
    /// failed.
    RefundConfirmed,
    /// The acquirer's reference of the refund became available.
    RefundReferenced,
    /// The alert waits for a person, and no member could be notified.
    NobodyNotified,
    /// Members were notified after an earlier failure.
    MembersNotified,
}

/// The actor of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HistoryActor {
    System,
    Vendor,
    Processor,
    Operator,
    Person(Requester),
}

/// Sets the id of the write on the latest step.
pub(crate) fn stamp_write_id<D>(history: &mut [HistoryStep<D>], write: &str) {
    if let Some(step) = history.last_mut() {
        write.clone_into(&mut step.write);
    }
}

/// Checks whether the given write made the given version.
pub(crate) fn has_write<D>(history: &[HistoryStep<D>], version: u64, write: &str) -> bool {
    history.iter().any(|step| step.version == version && step.write == write)
}

impl Alert {
    /// Returns the alert with the id of the write that will store the alert.
    #[must_use]
    pub fn with_write_id(&self, write: &str) -> Self {
        let mut stamped = self.clone();
        stamp_write_id(&mut stamped.history, write);
        stamped
    }

    /// Checks whether the given write made the given version. A retried write is then already
    /// stored.
    #[must_use]
    pub fn has_write(&self, version: u64, write: &str) -> bool {
        has_write(&self.history, version, write)
    }

    /// Moves the alert to a state. A new state resets the nudges, the deferral and the notification
    /// failure.
    pub(crate) fn move_to_state(
        mut self,
        state: AlertState,
        by: HistoryActor,
        now: Timestamp,
    ) -> Self {
        self.state = state;
        self.nudges = 0;
        self.put_off = None;
        self.unnotified = None;
        self.moved_at = now;
        let did = self.state.step_kind();
        self.append_step(did, by, now)
    }

    /// Appends a step and raises the version. Nudges in a row share a step, because a long outage
    /// would otherwise bloat the history.
    pub(crate) fn append_step(mut self, did: StepKind, by: HistoryActor, now: Timestamp) -> Self {
        if did == StepKind::Nudged
            && self.history.last().is_some_and(|last| last.did == StepKind::Nudged)
        {
            self.history.pop();
        }
        self.version = self.version.saturating_add(1);
        self.updated_at = now;
        let proof = StepEvidence::for_step(did, &self.state).map(Box::new);
        self.history.push(HistoryStep {
            version: self.version,
            at: now,
            did,
            by,
            write: String::new(),
            proof,
        });
        self
    }
}

impl AlertState {
    /// Returns the settlement, once the alert is settled.
    pub(crate) fn settlement(&self) -> Option<&AlertSettlement> {
        match self {
            Self::Actioned { done } | Self::Expired { done } | Self::Resolved { done, .. } => {
                Some(done)
            }
            Self::Retracted { done, .. } => done.as_deref(),
            _ => None,
        }
    }

    /// Returns the kind of the step that leads into this state.
    #[must_use]
    pub const fn step_kind(&self) -> StepKind {
        match self {
            Self::Received { .. } => StepKind::Received,
            Self::Matched { .. } => StepKind::Matched,
            Self::ActionRequired { .. } => StepKind::RequiredAction,
            Self::Decided { .. } => StepKind::Decided,
            Self::Refunding { .. } => StepKind::Refunding,
            Self::Actioned { .. } => StepKind::Actioned,
            Self::Expired { .. } => StepKind::Expired,
            Self::Resolved { .. } => StepKind::Resolved,
            Self::Retracted { .. } => StepKind::Retracted,
        }
    }
}
