//! Later reports on the refund of a settled alert. The answer to the network stays as sent.

use jiff::Timestamp;

use super::InvalidTransition;
use crate::alert::{Alert, AlertSettlement, AlertState, HistoryActor, RefundRecord, StepKind};
use crate::refund::RefundFailure;

impl Alert {
    /// Checks whether the refund on which the alert was settled has failed.
    #[must_use]
    pub fn has_failed_refund(&self) -> bool {
        self.settlement()
            .and_then(|done| done.refund.as_ref())
            .is_some_and(RefundRecord::has_failed)
    }

    /// Records that the refund failed, after the network was informed of the refund.
    ///
    /// # Errors
    /// [`InvalidTransition`] if no refund stands, or if the network has not been informed yet: see
    /// [`Alert::reopen_failed_refund`].
    pub fn record_failed_refund(
        self,
        reason: &str,
        by: HistoryActor,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let refund = match self.settlement() {
            Some(done) if !self.has_unreported_refund() => {
                let refund = done.refund.clone().or_else(|| done.reported_refund(&self.claim));
                refund.filter(|refund| !refund.has_failed())
            }
            _ => None,
        };
        let Some(refund) = refund else {
            return Err(self.invalid_transition("given a failed refund"));
        };
        let failure = Some(RefundFailure { reason: reason.to_owned(), at: now });
        Ok(self.replace_refund(RefundRecord { failure, ..refund }, StepKind::RefundFailed, by, now))
    }

    /// Records a confirmed refund for an alert that was settled without a refund, or after an
    /// earlier refund failed.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless the alert is settled and no refund stands.
    pub fn record_confirmed_refund(
        self,
        refund: RefundRecord,
        by: HistoryActor,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        match self.settlement() {
            Some(done) if done.refund.as_ref().is_none_or(RefundRecord::has_failed) => {
                Ok(self.replace_refund(refund, StepKind::RefundConfirmed, by, now))
            }
            _ => Err(self.invalid_transition("given a confirmed refund")),
        }
    }

    /// Records the acquirer's reference of the refund. A reference before the answer goes to the
    /// network with the answer.
    ///
    /// # Errors
    /// [`InvalidTransition`] unless the alert is settled with a refund that lacks this reference.
    pub fn record_refund_reference(
        self,
        arn: &str,
        by: HistoryActor,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let refund = self.settlement().and_then(|done| done.refund.clone());
        match refund.filter(|refund| refund.arn.as_deref() != Some(arn)) {
            Some(refund) => Ok(self.replace_refund(
                RefundRecord { arn: Some(arn.to_owned()), ..refund },
                StepKind::RefundReferenced,
                by,
                now,
            )),
            None => Err(self.invalid_transition("given a reference of its refund")),
        }
    }

    /// Checks whether the answer to the network reports, or will report, this refund: made for this
    /// alert, or before the alert.
    #[must_use]
    pub fn rests_on_refund(&self, refund: &str) -> bool {
        let done = self.settlement().cloned().or_else(|| self.unreported_settlement());
        let is_earlier = |done: &AlertSettlement| {
            done.refund.is_none()
                && done.reported_refund(&self.claim).is_some_and(|told| told.id == refund)
        };
        done.is_some_and(|done| done.reports_refund(refund) || is_earlier(&done))
    }

    /// Checks whether an answer is due that reports a refund.
    fn has_unreported_refund(&self) -> bool {
        self.unreported_settlement().is_some_and(|done| done.outcome.is_refunded())
    }

    fn replace_refund(
        mut self,
        refund: RefundRecord,
        did: StepKind,
        by: HistoryActor,
        now: Timestamp,
    ) -> Self {
        if let Some(done) = self.settlement_mut() {
            done.refund = Some(refund);
        }
        self.append_step(did, by, now)
    }

    fn settlement_mut(&mut self) -> Option<&mut AlertSettlement> {
        match &mut self.state {
            AlertState::Actioned { done }
            | AlertState::Expired { done }
            | AlertState::Resolved { done, .. } => Some(done),
            AlertState::Retracted { done, .. } => done.as_deref_mut(),
            _ => None,
        }
    }
}
