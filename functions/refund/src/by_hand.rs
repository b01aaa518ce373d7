//! A refund that a person asked for, whatever alerts there are: the same ledger, the same steps.

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

/// Why nothing is known where no processor can be asked, or it does not have the payment.
const GONE: &str = "The payment cannot be found any more where the refund was begun.";

/// Makes the refund, or looks what has become of it.
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
        if began && asked.is_late(now) {
            return report_unconfirmed(refunds, asked, GONE.to_owned(), now).await;
        }
        if began {
            return Err(StageFailure::Missing("the processor that was asked for the refund"));
        }
        return Ok(refunds
            .store
            .commit_manual_refund(&asked.into_refused(RefundRefusal::NoProcessor, now))
            .await?);
    };
    let deadline = if asked.is_late(now) { now } else { Timestamp::MAX };
    if refunds.left_alone_until(Some(&holder.integration), deadline, now).await?.is_some() {
        return Ok(()); // the sweep asks again
    }
    let claimed = ledger
        .take_lease(id, false, now, add_seconds(now, refunds.claim_seconds))
        .map_err(StoreError::from)?;
    let claimed = claimed.with_endpoint(holder.processor.refund_address());
    refunds.store.commit_ledger(&claimed).await?;
    let Some(asked) = refunds.store.read_manual_refund(id).await?.filter(|asked| !asked.is_over())
    else {
        // another worker was done before the claim was won
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

/// Nobody tells whether the money went back: whoever asked for it is told so, once. It rings for
/// nobody else, since refunds by hand can be asked for at will.
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

struct ManualRefundAttempt<'a> {
    refunds: &'a RefundWorker,
    asked: ManualRefund,
    claimed: RefundLedger,
    holder: PaymentHolder,
    /// The sale as the processor has it.
    seen: Option<Sale>,
    now: Timestamp,
}

impl ManualRefundAttempt<'_> {
    /// Looks at the processor under the claim, and does what follows.
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
            self.holder.payment.clone_from(payment); // with what a refund of it must name
        }
        let next = ManualRefundContext { asked: &self.asked, sale: &seen }.next_step();
        self.seen = Some(seen);
        self.follow_step(next).await
    }

    /// Does what is next; where another ledger held the payment meanwhile, looks again.
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
            // what was seen may be old
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

    /// The sale with what the ledger knows, once both are told what failed.
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

    async fn is_held_by_other(&self) -> Result<bool, StageFailure> {
        let PaymentHolder { payment, processor, .. } = &self.holder;
        self.refunds.hold_payment(&self.claimed, processor, Some(payment), self.now).await
    }

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

    /// The processor cannot be looked at. It is said to have failed only where no attempt before
    /// this one may have moved money.
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

    /// The processor does not know the payment, or not as this one. It is no refusal where it was
    /// asked for the refund before.
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

    /// Nobody waits for the processor any more: what was never asked of it did not happen, of the
    /// rest nothing is known.
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

    fn has_begun(&self) -> bool {
        self.claimed.may_have_moved_money(&self.asked.id, self.claimed.attempt)
    }

    async fn record_failure(self, reason: String) -> Result<(), StageFailure> {
        self.record_result(AttemptResult::Failed { reason: reason.clone() }, |asked, now| {
            asked.into_failed(reason, now)
        })
        .await
    }

    async fn record_refusal(self, why: RefundRefusal) -> Result<(), StageFailure> {
        self.record_result(AttemptResult::NotAsked, |asked, now| asked.into_refused(why, now)).await
    }

    async fn record_result(
        self,
        result: AttemptResult,
        step: impl FnOnce(ManualRefund, Timestamp) -> ManualRefund,
    ) -> Result<(), StageFailure> {
        self.refunds.store.commit_ledger(&self.claimed.record_result(result)).await?;
        Ok(self.refunds.store.commit_manual_refund(&step(self.asked, self.now)).await?)
    }
}
