//! A refund by hand whose processor tells nothing for too long: none is made any more, and what is
//! not known is said so.

use jiff::Timestamp;

use super::{ManualRefund, ManualRefundState, ManualStepKind, RefundRefusal};
use crate::account::person::Requester;
use crate::alert::{HistoryActor, RefundRecord, ReturnMethod};
use crate::basics::money::Money;
use crate::basics::time::add_seconds;
use crate::refund::AttemptResult;
use crate::sale::RefundState;

/// After so long nothing is made any more: whoever asked may have helped themselves meanwhile.
const LATE_SECONDS: i64 = 48 * 3600;
/// A refund that its processor has may be on its way for weeks.
const PENDING_SECONDS: i64 = 30 * 86_400;
/// How often one that is not known is looked at, and for how long after it was asked for.
pub(super) const UNCONFIRMED_SECONDS: i64 = 86_400;
const LOOKED_AT_SECONDS: i64 = 60 * 86_400;

impl ManualRefund {
    /// Whether it was asked for so long ago that nobody waits for its processor any more.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        let wait = if matches!(self.state, ManualRefundState::Pending { .. }) {
            PENDING_SECONDS
        } else {
            LATE_SECONDS
        };
        self.is_unconfirmed() || now >= add_seconds(self.wish.at, wait)
    }

    /// Whether it is still looked at by itself at a time.
    pub(super) fn is_rechecked_at(&self, at: Timestamp) -> bool {
        !self.is_unconfirmed() || at < add_seconds(self.wish.at, LOOKED_AT_SECONDS)
    }

    /// Whether it is not known if the money went back.
    #[must_use]
    pub const fn is_unconfirmed(&self) -> bool {
        matches!(self.state, ManualRefundState::Unconfirmed { .. })
    }

    /// The processor told nothing for too long, with what stood in the way: a person or its own
    /// late word must say.
    #[must_use]
    pub fn into_unconfirmed(self, reason: String, now: Timestamp) -> Self {
        let refund = self.refund().cloned();
        self.move_to_state(
            ManualRefundState::Unconfirmed { refund, reason },
            HistoryActor::System,
            now,
        )
    }

    /// A person says what the processor shows: that the money went back, under this reference, or
    /// that it did not.
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

    /// What the ledger is to hold once it is over, and how much that was.
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

    /// The processor tells of it by itself: who waits looks again, and so does who ended without
    /// its word.
    #[must_use]
    pub fn apply_processor_report(self, told: &RefundState, now: Timestamp) -> Option<Self> {
        match told {
            _ if !self.is_over() => self.nudge_stage(HistoryActor::Processor, now),
            RefundState::Failed(_) => None,
            RefundState::Pending | RefundState::Succeeded => self.reopen_after_report(now),
        }
    }

    fn reopen_after_report(self, now: Timestamp) -> Option<Self> {
        let by_word = self.is_declared_failed()
            || self.state == (ManualRefundState::Refused { why: RefundRefusal::TooLate });
        by_word.then(|| self.reopen_unconfirmed(now))
    }

    /// The processor lists as confirmed what it had reported as failed: the refund stage looks
    /// again.
    #[must_use]
    pub fn reopen_failed_refund(self, now: Timestamp) -> Option<Self> {
        matches!(self.state, ManualRefundState::Failed { .. }).then(|| self.reopen_unconfirmed(now))
    }

    /// The refund, confirmed before, with the acquirer's reference of it; nothing where that is
    /// known.
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

    /// Whether it failed by a person's word only.
    fn is_declared_failed(&self) -> bool {
        let failed = self.history.iter().rfind(|step| step.did == ManualStepKind::Failed);
        matches!(self.state, ManualRefundState::Failed { .. })
            && failed.is_some_and(|step| matches!(step.by, HistoryActor::Person(_)))
    }

    fn requested_amount(&self) -> Money {
        self.refund()
            .map(|refund| refund.amount)
            .or(self.wish.amount)
            .unwrap_or_else(|| self.sale.remaining_amount())
    }
}
