//! The history of an alert, and of a refund by hand: one step for each write, from which the state
//! can be told.

mod proof;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::person::Person;
use crate::alert::{Alert, Settled, State};

pub use proof::{Matched, Proof};

/// One write, kept so that the history replays to the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step<D = Did> {
    pub version: u64,
    pub at: Timestamp,
    pub did: D,
    pub by: Actor,
    /// The id of the write, by which a repeated write meets itself.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub write: String,
    /// What it rests on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proof: Option<Box<Proof>>,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = StepKind))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Did {
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
pub enum Actor {
    System,
    Vendor,
    Processor,
    Operator,
    Person(Person),
}

/// Puts the id of the write that will store a history onto its latest step.
pub(crate) fn stamp<D>(history: &mut [Step<D>], write: &str) {
    if let Some(step) = history.last_mut() {
        write.clone_into(&mut step.write);
    }
}

/// Whether the given write made the given version.
pub(crate) fn was_written<D>(history: &[Step<D>], version: u64, write: &str) -> bool {
    history.iter().any(|step| step.version == version && step.write == write)
}

impl Alert {
    /// The alert with the id of the write that will store it.
    #[must_use]
    pub fn stamped(&self, write: &str) -> Self {
        let mut stamped = self.clone();
        stamp(&mut stamped.history, write);
        stamped
    }

    /// Whether the given write made the given version: a repeated write that meets itself.
    #[must_use]
    pub fn was_written(&self, version: u64, write: &str) -> bool {
        was_written(&self.history, version, write)
    }

    pub(crate) fn moved(mut self, state: State, by: Actor, now: Timestamp) -> Self {
        self.state = state;
        self.nudges = 0;
        self.put_off = None;
        self.unnotified = None;
        self.moved_at = now;
        let did = self.state.did();
        self.stepped(did, by, now)
    }

    /// One version on. Nudges in a row are one step, so that a long outage does not swell the
    /// history.
    pub(crate) fn stepped(mut self, did: Did, by: Actor, now: Timestamp) -> Self {
        if did == Did::Nudged && self.history.last().is_some_and(|last| last.did == Did::Nudged) {
            self.history.pop();
        }
        self.version = self.version.saturating_add(1);
        self.updated_at = now;
        let proof = Proof::of(did, &self.state).map(Box::new);
        self.history.push(Step {
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

impl State {
    /// What was settled, once it is.
    pub(crate) fn settled(&self) -> Option<&Settled> {
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
    pub const fn did(&self) -> Did {
        match self {
            Self::Received { .. } => Did::Received,
            Self::Matched { .. } => Did::Matched,
            Self::ActionRequired { .. } => Did::RequiredAction,
            Self::Decided { .. } => Did::Decided,
            Self::Refunding { .. } => Did::Refunding,
            Self::Actioned { .. } => Did::Actioned,
            Self::Expired { .. } => Did::Expired,
            Self::Resolved { .. } => Did::Resolved,
            Self::Retracted { .. } => Did::Retracted,
        }
    }
}
