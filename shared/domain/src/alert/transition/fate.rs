//! What becomes of an alert's refund after the alert was settled. The answer to the network stays
//! as it was given.

use jiff::Timestamp;

use super::WrongState;
use crate::alert::{Actor, Alert, Did, Refund, Settled, State};
use crate::refund::RefundFailure;

impl Alert {
    /// Whether the refund that was settled on did not arrive.
    #[must_use]
    pub fn has_failed_refund(&self) -> bool {
        self.settled().and_then(|done| done.refund.as_ref()).is_some_and(Refund::has_failed)
    }

    /// The processor reports that the refund failed, after the network was told of it.
    ///
    /// # Errors
    /// [`WrongState`] where no refund stands, or the network has not been told of it yet: see
    /// [`Alert::doubted`].
    pub fn with_failed_refund(
        self,
        reason: &str,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, WrongState> {
        let refund = match self.settled() {
            Some(done) if !self.is_to_be_told_of_refund() => {
                let refund = done.refund.clone().or_else(|| done.told_refund(&self.claim));
                refund.filter(|refund| !refund.has_failed())
            }
            _ => None,
        };
        let Some(refund) = refund else { return Err(self.wrong("given a failed refund")) };
        let failure = Some(RefundFailure { reason: reason.to_owned(), at: now });
        Ok(self.with_refund(Refund { failure, ..refund }, Did::RefundFailed, by, now))
    }

    /// A refund for the alert is confirmed after the alert was settled without one, or its refund
    /// failed.
    ///
    /// # Errors
    /// [`WrongState`] unless the alert is settled and no refund of it stands.
    pub fn with_confirmed_refund(
        self,
        refund: Refund,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, WrongState> {
        match self.settled() {
            Some(done) if done.refund.as_ref().is_none_or(Refund::has_failed) => {
                Ok(self.with_refund(refund, Did::RefundConfirmed, by, now))
            }
            _ => Err(self.wrong("given a confirmed refund")),
        }
    }

    /// The acquirer's reference of the refund is known. Before the answer it goes to the network
    /// with the answer.
    ///
    /// # Errors
    /// [`WrongState`] unless the alert is settled with a refund of another reference, or of none.
    pub fn with_refund_reference(
        self,
        arn: &str,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, WrongState> {
        let refund = self.settled().and_then(|done| done.refund.clone());
        match refund.filter(|refund| refund.arn.as_deref() != Some(arn)) {
            Some(refund) => Ok(self.with_refund(
                Refund { arn: Some(arn.to_owned()), ..refund },
                Did::RefundReferenced,
                by,
                now,
            )),
            None => Err(self.wrong("given a reference of its refund")),
        }
    }

    /// Whether the network was told of this refund, or is to be: made for this alert, or before it.
    #[must_use]
    pub fn rests_on_refund(&self, refund: &str) -> bool {
        let done = self.settled().cloned().or_else(|| self.to_tell());
        let is_earlier = |done: &Settled| {
            done.refund.is_none()
                && done.told_refund(&self.claim).is_some_and(|told| told.id == refund)
        };
        done.is_some_and(|done| done.tells_of(refund) || is_earlier(&done))
    }

    fn is_to_be_told_of_refund(&self) -> bool {
        self.to_tell().is_some_and(|done| done.outcome.refunded())
    }

    fn with_refund(mut self, refund: Refund, did: Did, by: Actor, now: Timestamp) -> Self {
        if let Some(done) = self.settled_mut() {
            done.refund = Some(refund);
        }
        self.stepped(did, by, now)
    }

    fn settled_mut(&mut self) -> Option<&mut Settled> {
        match &mut self.state {
            State::Actioned { done } | State::Expired { done } | State::Resolved { done, .. } => {
                Some(done)
            }
            State::Retracted { done, .. } => done.as_deref_mut(),
            _ => None,
        }
    }
}
