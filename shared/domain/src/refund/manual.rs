//! A refund that a person asks for, whatever alerts there are: over the same ledger and protocol as
//! an alert's.

mod expiry;
mod next_step;
mod state;
mod waiting_alerts;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::person::Person;
use crate::alert::history::{Step, stamp, was_written};
use crate::alert::pipeline::{NUDGE_SECONDS, recheck_seconds};
use crate::alert::{Actor, Refund};
use crate::basics::id::{HandRefundId, OrganisationId};
use crate::basics::money::Money;
use crate::basics::time::after;
use crate::sale::Sale;

pub use next_step::{HandKnown, HandNext};
pub use state::{HandDid, HandState, Refusal};

/// A person's own refund, and all that has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandRefund {
    pub id: HandRefundId,
    pub organisation: OrganisationId,
    /// The sale as its processor had it when the refund was asked for.
    pub sale: Sale,
    pub wish: Wish,
    pub state: HandState,
    pub updated_at: Timestamp,
    /// When the state last changed or was nudged.
    pub moved_at: Timestamp,
    /// How often the refund stage was asked for again since the state changed.
    #[serde(default)]
    pub nudges: u32,
    pub version: u64,
    pub history: Vec<Step<HandDid>>,
}

/// What was asked for, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub by: Person,
    pub at: Timestamp,
    /// All that remains, where none is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

impl HandRefund {
    /// The next version of a refund of which a customer's address was taken out.
    #[must_use]
    pub fn erased(self, by: Actor, now: Timestamp) -> Self {
        self.stepped(HandDid::Erased, by, now)
    }

    /// A refund as it is asked for.
    #[must_use]
    pub fn asked(id: HandRefundId, organisation: OrganisationId, sale: Sale, wish: Wish) -> Self {
        let now = wish.at;
        let first = Step {
            version: 1,
            at: now,
            did: HandDid::Asked,
            by: Actor::Person(wish.by.clone()),
            write: String::new(),
            proof: None,
        };
        let (state, history) = (HandState::Asked, vec![first]);
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
    pub fn asks_same(&self, other: &Self) -> bool {
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
            HandState::Asked | HandState::Pending { .. } | HandState::Unconfirmed { .. }
        )
    }

    /// Whether a write wakes the refund stage: the first, each nudge, and its success, for the
    /// alerts that wait.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> bool {
        let succeeded = |one: &Self| matches!(one.state, HandState::Succeeded { .. });
        match before {
            Some(old) if self.is_over() => succeeded(self) && !succeeded(old),
            old => !self.is_over() && old.is_none_or(|old| old.nudges != self.nudges),
        }
    }

    /// When the processor is looked at again.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        let wait = match self.state {
            HandState::Pending { .. } => recheck_seconds(self.nudges),
            HandState::Unconfirmed { .. } => expiry::UNCONFIRMED_SECONDS,
            _ => NUDGE_SECONDS << self.nudges.min(4),
        };
        Some(after(self.moved_at, wait)).filter(|at| !self.is_over() && self.is_looked_at(*at))
    }

    /// The refund, with the refund stage asked for again, unless it is over.
    #[must_use]
    pub fn nudged(mut self, by: Actor, now: Timestamp) -> Option<Self> {
        if self.is_over() {
            return None;
        }
        self.nudges = self.nudges.saturating_add(1);
        self.moved_at = now;
        Some(self.stepped(HandDid::Nudged, by, now))
    }

    /// The same, once it is due.
    #[must_use]
    pub fn fell_due(self, now: Timestamp) -> Option<Self> {
        self.due().filter(|at| *at <= now)?;
        self.nudged(Actor::System, now)
    }

    /// The processor has the refund and has not confirmed it; each look that finds it so lengthens
    /// the wait for the next.
    #[must_use]
    pub fn pending(self, refund: Refund, now: Timestamp) -> Self {
        let nudges = self.nudges;
        Self { nudges, ..self.moved(HandState::Pending { refund }, Actor::System, now) }
    }

    /// The money is back for certain.
    #[must_use]
    pub fn succeeded(self, refund: Refund, now: Timestamp) -> Self {
        self.moved(HandState::Succeeded { refund }, Actor::Processor, now)
    }

    /// The processor will not, or took it back.
    #[must_use]
    pub fn failed(self, reason: String, now: Timestamp) -> Self {
        self.moved(HandState::Failed { reason }, Actor::Processor, now)
    }

    /// The processor is not asked.
    #[must_use]
    pub fn refused(self, why: Refusal, now: Timestamp) -> Self {
        self.moved(HandState::Refused { why }, Actor::System, now)
    }

    /// The refund at the processor, once it has one.
    #[must_use]
    pub const fn refund(&self) -> Option<&Refund> {
        match &self.state {
            HandState::Pending { refund } | HandState::Succeeded { refund } => Some(refund),
            HandState::Unconfirmed { refund, .. } => refund.as_ref(),
            HandState::Asked | HandState::Failed { .. } | HandState::Refused { .. } => None,
        }
    }

    /// The refund with the id of the write that will store it.
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

    fn moved(mut self, state: HandState, by: Actor, now: Timestamp) -> Self {
        self.state = state;
        self.nudges = 0;
        self.moved_at = now;
        let did = self.state.did();
        self.stepped(did, by, now)
    }

    /// One version on. Nudges in a row are one step.
    fn stepped(mut self, did: HandDid, by: Actor, now: Timestamp) -> Self {
        if did == HandDid::Nudged
            && self.history.last().is_some_and(|last| last.did == HandDid::Nudged)
        {
            self.history.pop();
        }
        self.version = self.version.saturating_add(1);
        self.updated_at = now;
        self.history.push(Step {
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
