//! Manual refunds: a person requests a refund, with or without an alert. The ledger and the
//! protocol are the same as for alerts.

mod holder;
mod refund;

use domain::account::ProcessorCall;
use domain::basics::id::HandRefundId;
use domain::basics::time::add_seconds;
use domain::calls::lane::CallPace;
use domain::refund::manual::{ManualRefund, ManualRefundContext, ManualRefundStep, RefundRefusal};
use domain::refund::{AttemptResult, RefundCause, RefundLedger};
use domain::sale::Sale;
use flows::refund_report::apply_payment_read;
use flows::tenant_warning::warn_tenant;
use flows::{StageFailure, integration_health};
use jiff::Timestamp;
use partners::PartnerError;
use store::StoreError;

use self::holder::PaymentHolder;
use crate::{RefundWorker, waiting};

/// The reason for an unconfirmed refund, if no processor can be asked or the processor does not
/// list the payment.
const GONE: &str = "The payment cannot be found any more where the refund was begun.";

/// Makes the refund, or re-reads the state of the refund. A closed refund only wakes the waiting
/// alerts.
pub(crate) async fn handle(
    refunds: &RefundWorker,
    id: &HandRefundId,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let Some(asked) = refunds.store.read_manual_refund(id).await? else { return Ok(()) };
    if asked.is_over() {
        // boxed: a worker's stack is small
        return Box::pin(waiting::wake_waiting_alerts(&refunds.store, &asked, now)).await;
    }
    let ledger = refunds.store.read_ledger(&asked.sale.id).await?;
    let began = ledger.may_have_moved_money(id, u32::MAX);
    let Some(holder) = refunds.find_holder(&asked, began, now).await? else {
        return close_without_processor(refunds, asked, began, now).await;
    };
    let deadline = if asked.is_late(now) { now } else { Timestamp::MAX };
    if refunds.left_alone_until(Some(&holder.integration), deadline, now).await?.is_some() {
        return Ok(()); // the sweep wakes the refund again
    }
    let claimed = ledger
        .take_lease(id, false, now, add_seconds(now, refunds.claim_seconds))
        .map_err(StoreError::from)?;
    let claimed = claimed.with_endpoint(holder.processor.refund_address());
    refunds.store.commit_ledger(&claimed).await?;
    let Some(asked) = refunds.store.read_manual_refund(id).await?.filter(|asked| !asked.is_over())
    else {
        // another worker finished before this worker took the lease
        return Ok(refunds
            .store
            .commit_ledger(&claimed.record_result(AttemptResult::NotAsked))
            .await?);
    };
    Box::pin(
        ManualRefundAttempt { refunds, asked, claimed, holder, seen: None, now }.read_and_follow(),
    )
    .await
}

/// Handles a manual refund without a callable processor. A refund that has not begun is refused.
/// Any other refund is retried until late, and then reported as unconfirmed.
async fn close_without_processor(
    refunds: &RefundWorker,
    asked: ManualRefund,
    began: bool,
    now: Timestamp,
) -> Result<(), StageFailure> {
    if began && asked.is_late(now) {
        return report_unconfirmed(refunds, asked, GONE.to_owned(), now).await;
    }
    if began {
        return Err(StageFailure::Missing("the processor that was asked for the refund"));
    }
    let refused = asked.into_refused(RefundRefusal::NoProcessor, now);
    Ok(refunds.store.commit_manual_refund(&refused).await?)
}

/// Reports to the requesting organisation, only once, that the result of the refund is unknown. No
/// operator alarm is raised, because a tenant can request manual refunds at will.
async fn report_unconfirmed(
    refunds: &RefundWorker,
    asked: ManualRefund,
    reason: String,
    now: Timestamp,
) -> Result<(), StageFailure> {
    if asked.is_unconfirmed() {
        tracing::warn!(refund = %asked.id, "Refund by hand is still unconfirmed: {reason}");
        return Ok(());
    }
    warn_tenant(&asked.organisation, "REFUND_UNCONFIRMED", asked.id.as_str(), &reason);
    Ok(refunds.store.commit_manual_refund(&asked.into_unconfirmed(reason, now)).await?)
}

/// An attempt to make a manual refund, under the lease on the sale's ledger.
struct ManualRefundAttempt<'a> {
    refunds: &'a RefundWorker,
    asked: ManualRefund,
    claimed: RefundLedger,
    holder: PaymentHolder,
    /// The sale as the processor lists the payment.
    seen: Option<Sale>,
    now: Timestamp,
}

impl ManualRefundAttempt<'_> {
    /// Re-reads the payment under the lease, decides the next step, and carries out the step.
    async fn read_and_follow(mut self) -> Result<(), StageFailure> {
        let known = self.claimed.merge_refunds_into(self.asked.sale.clone());
        let seen = match self.holder.processor.refresh_sale(&known).await {
            Ok(seen) => seen,
            Err(error) => return self.handle_failed_read(error).await,
        };
        integration_health::note_success(
            &self.refunds.store,
            &self.holder.integration,
            (ProcessorCall::Look, CallPace::Unknown),
            self.now,
        )
        .await?;
        let seen = match seen {
            Some(seen) if seen.id == self.claimed.sale => self.correct_ledger(seen).await?,
            Some(_) => return self.handle_missing_payment(RefundRefusal::OtherPayment).await,
            None => return self.handle_missing_payment(RefundRefusal::NoProcessor).await,
        };
        if let Some(payment) = &seen.payment {
            self.holder.payment.clone_from(payment); // with the fields that a refund must name
        }
        let next = ManualRefundContext { asked: &self.asked, sale: &seen }.next_step();
        self.seen = Some(seen);
        self.follow_step(next).await
    }

    /// Carries out the next step. A late refund is refused. An earlier attempt at another endpoint
    /// blocks the refund, because the look-up cannot prove that no money moved. After another
    /// ledger's hold, the worker re-reads the payment and decides again.
    async fn follow_step(self, next: ManualRefundStep) -> Result<(), StageFailure> {
        match next {
            ManualRefundStep::Found(made) => Box::pin(self.record_refund(made)).await,
            _ if self
                .claimed
                .causes_begun_elsewhere()
                .any(|cause| *cause == RefundCause::from(&self.asked.id)) =>
            {
                Box::pin(self.handle_missing_payment(RefundRefusal::NoProcessor)).await
            }
            ManualRefundStep::Refund(_) | ManualRefundStep::Void
                if self.asked.is_late(self.now) =>
            {
                Box::pin(self.record_refusal(RefundRefusal::TooLate)).await
            }
            ManualRefundStep::Refund(_) | ManualRefundStep::Void if !self.holder.is_up => {
                Box::pin(self.record_refusal(RefundRefusal::NoProcessor)).await
            }
            // the last read may be stale
            ManualRefundStep::Refund(_) | ManualRefundStep::Void
                if self.is_held_by_other().await? =>
            {
                Box::pin(self.read_and_follow()).await
            }
            ManualRefundStep::Refund(amount) => Box::pin(self.refund(amount)).await,
            ManualRefundStep::Void => Box::pin(self.void()).await,
            ManualRefundStep::Refused(why) => Box::pin(self.record_refusal(why)).await,
        }
    }

    /// Applies the read to the ledger and to other causes. Returns the sale with the ledger's
    /// refunds merged in.
    async fn correct_ledger(&mut self, seen: Sale) -> Result<Sale, StageFailure> {
        let reader = RefundCause::from(&self.asked.id);
        apply_payment_read(
            &self.refunds.store,
            &self.asked.organisation,
            (&seen, &reader),
            self.now,
        )
        .await?;
        self.claimed = self.claimed.clone().correct_failed_refunds(&seen);
        Ok(self.claimed.merge_refunds_into(seen))
    }

    /// Takes the hold on the payment. Returns whether another ledger had the hold before, which
    /// makes the last read stale.
    async fn is_held_by_other(&self) -> Result<bool, StageFailure> {
        let PaymentHolder { payment, processor, .. } = &self.holder;
        self.refunds.hold_payment(&self.claimed, processor, Some(payment), self.now).await
    }

    /// Notes at the integration whether the processor answered a call that did not succeed.
    async fn note_lane(
        &self,
        call: ProcessorCall,
        error: &PartnerError,
    ) -> Result<(), StageFailure> {
        Ok(integration_health::note_lane(
            &self.refunds.store,
            &self.holder.integration,
            call,
            (error, CallPace::Unknown),
            self.now,
        )
        .await?)
    }

    /// Handles a failed read of the payment. The refund fails only if no earlier attempt may have
    /// moved money; otherwise the message is retried.
    async fn handle_failed_read(self, error: PartnerError) -> Result<(), StageFailure> {
        self.note_lane(ProcessorCall::Look, &error).await?;
        if self.asked.is_late(self.now) {
            return self.close_late(error.to_string()).await;
        }
        if error.is_transient() || self.has_begun() {
            self.refunds
                .store
                .commit_ledger(&self.claimed.record_result(AttemptResult::NotAsked))
                .await?;
            return Err(error.into());
        }
        self.record_failure(error.to_string()).await
    }

    /// Handles a payment that the processor does not list, or lists as another sale. The refund is
    /// refused only if no earlier attempt may have moved money.
    async fn handle_missing_payment(self, why: RefundRefusal) -> Result<(), StageFailure> {
        if self.has_begun() && self.asked.is_late(self.now) {
            return self.close_late(GONE.to_owned()).await;
        }
        if self.has_begun() {
            self.refunds
                .store
                .commit_ledger(&self.claimed.record_result(AttemptResult::NotAsked))
                .await?;
            return Err(StageFailure::Missing("the payment that was being refunded"));
        }
        self.record_refusal(why).await
    }

    /// Closes a late refund. A refund that the processor never received is refused; the result of
    /// any other refund is unknown.
    async fn close_late(self, reason: String) -> Result<(), StageFailure> {
        if !self.has_begun() {
            return self.record_refusal(RefundRefusal::TooLate).await;
        }
        self.refunds
            .store
            .commit_ledger(&self.claimed.record_result(AttemptResult::NotAsked))
            .await?;
        report_unconfirmed(self.refunds, self.asked, reason, self.now).await
    }

    /// Checks whether an earlier attempt may have moved money.
    fn has_begun(&self) -> bool {
        self.claimed.may_have_moved_money(&self.asked.id, self.claimed.attempt)
    }

    /// Records in the ledger and on the manual refund that the refund failed.
    async fn record_failure(self, reason: String) -> Result<(), StageFailure> {
        self.record_result(AttemptResult::Failed { reason: reason.clone() }, |asked, now| {
            asked.into_failed(reason, now)
        })
        .await
    }

    /// Records that the refund is refused and the processor was not asked.
    async fn record_refusal(self, why: RefundRefusal) -> Result<(), StageFailure> {
        self.record_result(AttemptResult::NotAsked, |asked, now| asked.into_refused(why, now)).await
    }

    /// Records the result in the ledger, which releases the lease, and then moves the manual
    /// refund.
    async fn record_result(
        self,
        result: AttemptResult,
        step: impl FnOnce(ManualRefund, Timestamp) -> ManualRefund,
    ) -> Result<(), StageFailure> {
        self.refunds.store.commit_ledger(&self.claimed.record_result(result)).await?;
        Ok(self.refunds.store.commit_manual_refund(&step(self.asked, self.now)).await?)
    }
}
