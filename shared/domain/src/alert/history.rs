//! The history of an alert, and of a refund by hand: one step for each write, from which the state
//! can be told.

mod proof;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::person::Requester;
use crate::alert::{Alert, AlertSettlement, AlertState};

pub use proof::{MatchedSale, StepEvidence};

/// One write, kept so that the history replays to the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryStep<D = StepKind> {
    pub version: u64,
    pub at: Timestamp,
    pub did: D,
    pub by: HistoryActor,
    /// The id of the write, by which a repeated write meets itself.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub write: String,
    /// What it rests on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proof: Option<Box<StepEvidence>>,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = StepKind))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepKind {
    /// It came from the network.
    Received,
    /// Its sale was found.
    Matched,
    /// A person is needed.
    RequiredAction,
    /// A rule or a person decided.
    Decided,
    /// The refund is on its way.
    Refunding,
    /// What was decided is done.
    Actioned,
    /// The deadline came before.
    Expired,
    /// The network has the answer.
    Resolved,
    /// The network took it back.
    Retracted,
    /// A person asked for an action while it was still being worked; that is done next.
    Asked,
    /// It was woken, having stood still.
    Nudged,
    /// Its target time has passed.
    Warned,
    /// Subscribers were told of it before its matching finished.
    Announced,
    /// Somebody wrote a note.
    Noted,
    /// What it told of a customer was taken out.
    Erased,
    /// Its refund failed after the network was told.
    RefundFailed,
    /// A refund for it was confirmed after the network was told otherwise, or after its refund
    /// failed.
    RefundConfirmed,
    /// The acquirer's reference of its refund is known.
    RefundReferenced,
    /// It waits for a person, and no member could be written to.
    NobodyNotified,
    /// Members were written to after all.
    MembersNotified,
}

/// Who made a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HistoryActor {
    System,
    Vendor,
    Processor,
    Operator,
    Person(Requester),
}

/// Puts the id of the write that will store a history onto its latest step.
pub(crate) fn stamp_write_id<D>(history: &mut [HistoryStep<D>], write: &str) {
    if let Some(step) = history.last_mut() {
        write.clone_into(&mut step.write);
    }
}

/// Whether the given write made the given version.
pub(crate) fn has_write<D>(history: &[HistoryStep<D>], version: u64, write: &str) -> bool {
    history.iter().any(|step| step.version == version && step.write == write)
}

impl Alert {
    /// The alert with the id of the write that will store it.
    #[must_use]
    pub fn with_write_id(&self, write: &str) -> Self {
        let mut stamped = self.clone();
        stamp_write_id(&mut stamped.history, write);
        stamped
    }

    /// Whether the given write made the given version: a repeated write that meets itself.
    #[must_use]
    pub fn has_write(&self, version: u64, write: &str) -> bool {
        has_write(&self.history, version, write)
    }

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

    /// One version on. Nudges in a row are one step, so that a long outage does not swell the
    /// history.
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
    /// What was settled, once it is.
    pub(crate) fn settlement(&self) -> Option<&AlertSettlement> {
        match self {
            Self::Actioned { done } | Self::Expired { done } | Self::Resolved { done, .. } => {
                Some(done)
            }
            Self::Retracted { done, .. } => done.as_deref(),
            _ => None,
        }
    }

    /// The step that leads into this state.
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
