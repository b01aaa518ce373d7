//! The expiry of a manual refund. After a long silence of the processor no refund is made, and a
//! missing result is declared unconfirmed.

use jiff::Timestamp;

use super::{ManualRefund, ManualRefundState, ManualStepKind, RefundRefusal};
use crate::account::person::Requester;
use crate::alert::{HistoryActor, RefundRecord, ReturnMethod};
use crate::basics::money::Money;
use crate::basics::time::add_seconds;
use crate::refund::AttemptResult;
use crate::sale::RefundState;

/// The time after the request in which a refund may still be made. Later the person may have
/// refunded by other means.
const LATE_SECONDS: i64 = 48 * 3600;
/// The time after the request in which a pending refund may settle. The money may be on the way for
/// weeks.
const PENDING_SECONDS: i64 = 30 * 86_400;
/// The time between two rechecks of an unconfirmed refund.
pub(super) const UNCONFIRMED_SECONDS: i64 = 86_400;
/// The time after the request in which an unconfirmed refund is rechecked.
const LOOKED_AT_SECONDS: i64 = 60 * 86_400;

impl ManualRefund {
    /// Checks whether the processor's answer comes too late: 48 hours after the request, or 30 days
    /// for a pending refund. An unconfirmed refund is always late.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        let wait = if matches!(self.state, ManualRefundState::Pending { .. }) {
            PENDING_SECONDS
        } else {
            LATE_SECONDS
        };
        self.is_unconfirmed() || now >= add_seconds(self.wish.at, wait)
    }

    /// Checks whether the refund is still rechecked automatically at a time.
    pub(super) fn is_rechecked_at(&self, at: Timestamp) -> bool {
        !self.is_unconfirmed() || at < add_seconds(self.wish.at, LOOKED_AT_SECONDS)
    }

    /// Checks whether the result is unconfirmed: the money may have gone back or not.
    #[must_use]
    pub const fn is_unconfirmed(&self) -> bool {
        matches!(self.state, ManualRefundState::Unconfirmed { .. })
    }

    /// Moves to `Unconfirmed`, with the obstacle as the reason: the processor was silent for too
    /// long. A person, or a late report of the processor, must settle the result.
    #[must_use]
    pub fn into_unconfirmed(self, reason: String, now: Timestamp) -> Self {
        let refund = self.refund().cloned();
        self.move_to_state(
            ManualRefundState::Unconfirmed { refund, reason },
            HistoryActor::System,
            now,
        )
    }

    /// Records a person's declaration after a check at the processor: the money went back under
    /// this reference, or did not go back.
    #[must_use]
    pub fn declare_result(
        self,
        went_back: bool,
        reference: Option<String>,
        by: Requester,
        now: Timestamp,
    ) -> Self {
        let id = reference
            .or_else(|| self.refund().map(|refund| refund.id.clone()))
            .unwrap_or_else(|| self.id.to_string());
        let refund = RefundRecord::new(id, self.requested_amount(), now, ReturnMethod::Declared);
        let state = if went_back {
            ManualRefundState::Succeeded { refund }
        } else {
            ManualRefundState::Failed {
                reason: "By a person's word the money did not go back.".to_owned(),
            }
        };
        self.move_to_state(state, HistoryActor::Person(by), now)
    }

    /// Returns the result and the amount to record in the ledger, once the refund succeeded or
    /// failed.
    #[must_use]
    pub fn ledger_result(&self) -> Option<(AttemptResult, Option<Money>)> {
        match &self.state {
            ManualRefundState::Succeeded { refund } => {
                Some((AttemptResult::Confirmed { refund: refund.id.clone() }, Some(refund.amount)))
            }
            ManualRefundState::Failed { reason } => {
                Some((AttemptResult::Failed { reason: reason.clone() }, None))
            }
            _ => None,
        }
    }

    /// Applies a report of the processor. An open refund is rechecked. A refund that was closed
    /// without the processor's answer is reopened, unless the report is a failure.
    #[must_use]
    pub fn apply_processor_report(self, told: &RefundState, now: Timestamp) -> Option<Self> {
        match told {
            _ if !self.is_over() => self.nudge_stage(HistoryActor::Processor, now),
            RefundState::Failed(_) => None,
            RefundState::Pending | RefundState::Succeeded => self.reopen_after_report(now),
        }
    }

    /// Reopens a refund that a person declared as failed, or that was refused as too late.
    fn reopen_after_report(self, now: Timestamp) -> Option<Self> {
        let by_word = self.is_declared_failed()
            || self.state == (ManualRefundState::Refused { why: RefundRefusal::TooLate });
        by_word.then(|| self.reopen_unconfirmed(now))
    }

    /// Reopens a failed refund that the processor now lists as confirmed. The refund stage re-reads
    /// the payment.
    #[must_use]
    pub fn reopen_failed_refund(self, now: Timestamp) -> Option<Self> {
        matches!(self.state, ManualRefundState::Failed { .. }).then(|| self.reopen_unconfirmed(now))
    }

    /// Records the acquirer reference number (ARN) of a succeeded refund. Returns `None` if this
    /// ARN is recorded already.
    #[must_use]
    pub fn record_acquirer_reference(mut self, arn: &str, now: Timestamp) -> Option<Self> {
        match &mut self.state {
            ManualRefundState::Succeeded { refund } if refund.arn.as_deref() != Some(arn) => {
                refund.arn = Some(arn.to_owned());
            }
            _ => return None,
        }
        Some(self.append_step(ManualStepKind::Referenced, HistoryActor::Processor, now))
    }

    /// Moves back to `Unconfirmed` with a nudge for the refund stage.
    fn reopen_unconfirmed(self, now: Timestamp) -> Self {
        let (nudges, reason) =
            (self.nudges.saturating_add(1), "The processor tells of it after all.".to_owned());
        Self {
            nudges,
            ..self.move_to_state(
                ManualRefundState::Unconfirmed { refund: None, reason },
                HistoryActor::Processor,
                now,
            )
        }
    }

    /// Checks whether the failure is only a person's declaration.
    fn is_declared_failed(&self) -> bool {
        let failed = self.history.iter().rfind(|step| step.did == ManualStepKind::Failed);
        matches!(self.state, ManualRefundState::Failed { .. })
            && failed.is_some_and(|step| matches!(step.by, HistoryActor::Person(_)))
    }

    /// Returns the refunded amount, else the requested amount, else all that remains.
    fn requested_amount(&self) -> Money {
        self.refund()
            .map(|refund| refund.amount)
            .or(self.wish.amount)
            .unwrap_or_else(|| self.sale.remaining_amount())
    }
}
