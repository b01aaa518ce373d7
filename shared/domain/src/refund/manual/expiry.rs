//! A refund by hand whose processor tells nothing for too long: none is made any more, and what is
//! not known is said so.

use jiff::Timestamp;

use super::{HandDid, HandRefund, HandState, Refusal};
use crate::account::person::Person;
use crate::alert::{Actor, Refund, Way};
use crate::basics::money::Money;
use crate::basics::time::after;
use crate::refund::Attempted;
use crate::sale::RefundState;

/// After so long nothing is made any more: whoever asked may have helped themselves meanwhile.
const LATE_SECONDS: i64 = 48 * 3600;
/// A refund that its processor has may be on its way for weeks.
const PENDING_SECONDS: i64 = 30 * 86_400;
/// How often one that is not known is looked at, and for how long after it was asked for.
pub(super) const UNCONFIRMED_SECONDS: i64 = 86_400;
const LOOKED_AT_SECONDS: i64 = 60 * 86_400;

impl HandRefund {
    /// Whether it was asked for so long ago that nobody waits for its processor any more.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        let wait = if matches!(self.state, HandState::Pending { .. }) {
            PENDING_SECONDS
        } else {
            LATE_SECONDS
        };
        self.is_unconfirmed() || now >= after(self.wish.at, wait)
    }

    /// Whether it is still looked at by itself at a time.
    pub(super) fn is_looked_at(&self, at: Timestamp) -> bool {
        !self.is_unconfirmed() || at < after(self.wish.at, LOOKED_AT_SECONDS)
    }

    /// Whether it is not known if the money went back.
    #[must_use]
    pub const fn is_unconfirmed(&self) -> bool {
        matches!(self.state, HandState::Unconfirmed { .. })
    }

    /// The processor told nothing for too long, with what stood in the way: a person or its own
    /// late word must say.
    #[must_use]
    pub fn unconfirmed(self, reason: String, now: Timestamp) -> Self {
        let refund = self.refund().cloned();
        self.moved(HandState::Unconfirmed { refund, reason }, Actor::System, now)
    }

    /// A person says what the processor shows: that the money went back, under this reference, or
    /// that it did not.
    #[must_use]
    pub fn declared(
        self,
        went_back: bool,
        reference: Option<String>,
        by: Person,
        now: Timestamp,
    ) -> Self {
        let id = reference
            .or_else(|| self.refund().map(|refund| refund.id.clone()))
            .unwrap_or_else(|| self.id.to_string());
        let refund = Refund::new(id, self.wanted(), now, Way::Declared);
        let state = if went_back {
            HandState::Succeeded { refund }
        } else {
            HandState::Failed { reason: "By a person's word the money did not go back.".to_owned() }
        };
        self.moved(state, Actor::Person(by), now)
    }

    /// What the ledger is to hold once it is over, and how much that was.
    #[must_use]
    pub fn told(&self) -> Option<(Attempted, Option<Money>)> {
        match &self.state {
            HandState::Succeeded { refund } => {
                Some((Attempted::Confirmed { refund: refund.id.clone() }, Some(refund.amount)))
            }
            HandState::Failed { reason } => {
                Some((Attempted::Failed { reason: reason.clone() }, None))
            }
            _ => None,
        }
    }

    /// The processor tells of it by itself: who waits looks again, and so does who ended without
    /// its word.
    #[must_use]
    pub fn heard_of(self, told: &RefundState, now: Timestamp) -> Option<Self> {
        match told {
            _ if !self.is_over() => self.nudged(Actor::Processor, now),
            RefundState::Failed(_) => None,
            RefundState::Pending | RefundState::Succeeded => self.reopened(now),
        }
    }

    fn reopened(self, now: Timestamp) -> Option<Self> {
        let by_word =
            self.is_denied() || self.state == (HandState::Refused { why: Refusal::TooLate });
        by_word.then(|| self.looked_at_again(now))
    }

    /// The processor lists as confirmed what it had reported as failed: the refund stage looks
    /// again.
    #[must_use]
    pub fn listed_as_confirmed(self, now: Timestamp) -> Option<Self> {
        matches!(self.state, HandState::Failed { .. }).then(|| self.looked_at_again(now))
    }

    /// The refund, confirmed before, with the acquirer's reference of it; nothing where that is
    /// known.
    #[must_use]
    pub fn referenced(mut self, arn: &str, now: Timestamp) -> Option<Self> {
        match &mut self.state {
            HandState::Succeeded { refund } if refund.arn.as_deref() != Some(arn) => {
                refund.arn = Some(arn.to_owned());
            }
            _ => return None,
        }
        Some(self.stepped(HandDid::Referenced, Actor::Processor, now))
    }

    fn looked_at_again(self, now: Timestamp) -> Self {
        let (nudges, reason) =
            (self.nudges.saturating_add(1), "The processor tells of it after all.".to_owned());
        Self {
            nudges,
            ..self.moved(HandState::Unconfirmed { refund: None, reason }, Actor::Processor, now)
        }
    }

    /// Whether it failed by a person's word only.
    fn is_denied(&self) -> bool {
        let failed = self.history.iter().rfind(|step| step.did == HandDid::Failed);
        matches!(self.state, HandState::Failed { .. })
            && failed.is_some_and(|step| matches!(step.by, Actor::Person(_)))
    }

    fn wanted(&self) -> Money {
        self.refund()
            .map(|refund| refund.amount)
            .or(self.wish.amount)
            .unwrap_or_else(|| self.sale.remaining())
    }
}
