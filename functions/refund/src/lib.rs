//! The refund stage, the only function that moves money.
//!
//! The worker refunds or voids the payment of a decided alert, and cancels the subscription. The
//! protocol: take the lease on the sale's ledger, re-read the payment at the processor, decide,
//! call, record. A retry starts with the read again, which makes a repeated message idempotent.

use std::time::Duration;

use domain::account::{AutomationLevel, ProcessorCall};
use domain::alert::pipeline::PipelineStage;
use domain::alert::transition::InvalidTransition;
use domain::alert::{Alert, CancellationResult, Decision, HistoryActor, ReviewReason};
use domain::basics::money::{ExchangeRates, convert_with_rates};
use domain::basics::time::{add_seconds, utc_day};
use domain::calls::lane::{CallPace, SLOW_CALL};
use domain::matching::setup::EnrolmentSetup;
use domain::refund::{AttemptResult, RefundCause, RefundContext, RefundLedger, RefundStep};
use domain::sale::Sale;
use flows::refund_report::apply_payment_read;
use flows::{ProcessorClients, StageFailure, integration_health, unanswered};
use partners::{PartnerError, ProcessorClient};
use runtime::{MessageJob, PipelineMessage};
use store::Store;
use tokio::time::Instant;

mod by_hand;
mod cancel;
mod claim;
mod hold;
mod lane;
mod list;
mod outage;
mod release;
mod rival;
mod step;
mod waiting;

/// The dependencies of the refund worker, and the duration of the lease.
#[derive(Debug, Clone)]
pub struct RefundWorker {
    pub store: Store,
    pub processors: ProcessorClients,
    /// The duration of a lease in seconds: this function's timeout and the processor's own bound
    /// for committing a call.
    pub claim_seconds: i64,
    /// The duration after which a read of the payment counts as slow.
    pub slow_after: Duration,
}

impl RefundWorker {
    /// Creates a worker with the usual limit for a slow read.
    #[must_use]
    pub const fn new(store: Store, processors: ProcessorClients, claim_seconds: i64) -> Self {
        Self { store, processors, claim_seconds, slow_after: SLOW_CALL }
    }
}

/// Processes the message of an alert with a decided refund or cancellation, or of a manual refund.
/// If the processor does not answer, the alert is deferred, and the sweep wakes the alert again.
///
/// # Errors
/// [`StageFailure`] returns the message to the queue for a retry. The retry re-reads the payment
/// before any call.
pub async fn handle(refunds: &RefundWorker, job: MessageJob) -> Result<(), StageFailure> {
    match Box::pin(refund_alert(refunds, job.clone())).await {
        Err(StageFailure::Partner(error))
            if job.alert_id().is_some() || job.deliveries >= integration_health::LAST_DELIVERY =>
        {
            tracing::warn!(message = ?job.message, "Processor does not answer; the message is \
                left to the sweep: {error}");
            refunds.put_off(&job, &error).await
        }
        done => done,
    }
}

/// Processes the alert of a message: asks the lane and the rate limit, takes the lease, decides the
/// next step, and carries out the step.
async fn refund_alert(refunds: &RefundWorker, job: MessageJob) -> Result<(), StageFailure> {
    if let PipelineMessage::Refund(id) = &job.message {
        return Box::pin(by_hand::handle(refunds, id, job.now)).await;
    }
    let store = &refunds.store;
    let Some(id) = job.alert_id() else { return Ok(()) };
    let Some(alert) = store.read_alert_at_stage(id, PipelineStage::Refund).await? else {
        return Ok(());
    };
    let job = MessageJob { deliveries: unanswered::count_tries(&job, &alert), ..job.clone() };
    let setup =
        store.read_setup(&alert).await?.ok_or(StageFailure::Missing("the alert's enrolment"))?;
    let Some((sale, processor)) = refunds.sale_at_processor(&setup, &alert, &job).await? else {
        return Ok(store.commit(&without_processor(alert, &job)?).await?);
    };
    let integration =
        sale.payment.as_ref().and_then(|payment| setup.find_integration(&payment.integration));
    let Some(alert) = refunds.admit_alert(alert, integration, &processor, job.now).await? else {
        return Ok(());
    };
    let Some(claimed) =
        refunds.lease_ledger(&alert, &sale, processor.refund_address(), &job).await?
    else {
        // the ledger was sealed before, and the worker was killed before the alert expired
        return Ok(store.commit(&alert.mark_expired(job.now)).await?);
    };
    let Some(alert) = store.read_alert_at_stage(id, PipelineStage::Refund).await? else {
        // another worker finished before this worker took the lease
        return Ok(store.commit_ledger(&claimed.record_result(AttemptResult::NotAsked)).await?);
    };
    let mut work = RefundAttempt { refunds, setup: &setup, alert, claimed, processor, sale, job };
    let next = Box::pin(work.next_step()).await?;
    Box::pin(work.carry_out(next)).await // boxed: a worker's stack is small
}

/// Handles an alert without a callable processor. A refund or cancellation needs a person. After a
/// declared refund, only the cancellation fails, visibly.
fn without_processor(alert: Alert, job: &MessageJob) -> Result<Alert, InvalidTransition> {
    if alert.decision().is_some_and(Decision::needs_sale) {
        return alert.require_action(ReviewReason::NoProcessor, job.now);
    }
    let reason = "the payment is at no processor that can be called".to_owned();
    let failed = CancellationResult::Failed { subscription: String::new(), reason };
    alert.complete_action(None, Some(failed), HistoryActor::System, job.now)
}

/// An attempt to refund an alert, under the lease on the sale's ledger.
struct RefundAttempt<'a> {
    refunds: &'a RefundWorker,
    setup: &'a EnrolmentSetup,
    alert: Alert,
    claimed: RefundLedger,
    processor: ProcessorClient,
    sale: Sale,
    job: MessageJob,
}

impl RefundAttempt<'_> {
    /// Returns the next step. A refund or void needs the hold on the payment: after another
    /// ledger's hold, the worker re-reads the payment and decides again. While automation is
    /// paused, no rule moves money or cancels a subscription; a person decides.
    async fn next_step(&mut self) -> Result<RefundStep, StageFailure> {
        let mut next = Box::pin(self.decide_step()).await?;
        if matches!(next, RefundStep::Refund(_) | RefundStep::Void)
            && self.is_held_by_other().await?
        {
            next = Box::pin(self.decide_step()).await?;
        }
        let moves =
            matches!(next, RefundStep::Refund(_) | RefundStep::Void | RefundStep::OnlyCancel);
        if moves && self.is_braked().await? {
            Ok(self.person_step(ReviewReason::NotAutomatic))
        } else {
            Ok(next)
        }
    }

    /// Re-reads the payment under the lease, and decides the next step from the present refunds. A
    /// payment of another ledger needs a person.
    async fn decide_step(&mut self) -> Result<RefundStep, StageFailure> {
        let (seen, pace) = self.read_payment().await;
        let seen = match seen {
            Ok(seen) => seen,
            Err(error) => return self.handle_failed_read(error, pace).await,
        };
        self.note_answer(ProcessorCall::Look, pace).await?;
        let Some(seen) = seen else { return Ok(self.person_step(ReviewReason::NoProcessor)) };
        if seen.id != self.claimed.sale {
            // the payment is in another ledger: a person must name the sale
            let reason = format!("the processor knows the payment as `{}`", seen.transaction_id);
            return Ok(self.person_step(ReviewReason::RefundFailed { reason }));
        }
        let seen = self.apply_read(seen).await?;
        let rival = rival::find_rival(&self.refunds.store, &self.alert, &seen).await?;
        let rates = self.refunds.store.read_rates(utc_day(self.job.now)).await?;
        let last_call = add_seconds(self.alert.deadlines.action, -self.refunds.claim_seconds);
        let known = RefundContext {
            alert: &self.alert,
            sale: &seen,
            ledger: &self.claimed,
            rival: rival.as_ref(),
            rates: rates.as_ref(),
            last_call,
            now: self.job.now,
        };
        let next = known.next_step();
        if matches!(next, RefundStep::Person(ReviewReason::AmountUnclear)) {
            self.report_missing_rates(&seen, rates.as_ref());
        }
        Ok(next)
    }

    /// Applies the read of the payment to the ledger, to the alert, and to the other causes of
    /// refunds on the payment. Returns the sale with the ledger's refunds merged in.
    async fn apply_read(&mut self, seen: Sale) -> Result<Sale, StageFailure> {
        let reader = RefundCause::from(&self.alert.id);
        apply_payment_read(
            &self.refunds.store,
            &self.alert.organisation,
            (&seen, &reader),
            self.job.now,
        )
        .await?;
        self.claimed = self.claimed.clone().correct_failed_refunds(&seen);
        let seen = self.claimed.merge_refunds_into(seen);
        self.sale.payment.clone_from(&seen.payment); // with the fields that a refund must name
        // the answer rests on the present refunds
        self.alert = self.alert.clone().with_sale(&seen);
        Ok(seen)
    }

    /// Raises the operator's alarm if no exchange rate can compare the disputed amount with the
    /// sale.
    fn report_missing_rates(&self, seen: &Sale, rates: Option<&ExchangeRates>) {
        let disputed = self.alert.claim.disputed_amount();
        let is_unknown = convert_with_rates(disputed, seen.amount.currency, rates).is_none()
            && !self.alert.connection.is_simulated();
        if is_unknown {
            tracing::error!(alert = %self.alert.id, "Exchange rates are missing or too old: \
                {disputed} cannot be compared with the sale");
        }
    }

    /// Reads the payment at the processor, and measures the duration. The ledger's refunds are
    /// merged in for a simulated processor, which stores none; a real processor lists all refunds.
    async fn read_payment(&self) -> (Result<Option<Sale>, PartnerError>, CallPace) {
        let began = Instant::now();
        let seen =
            self.processor.refresh_sale(&self.claimed.merge_refunds_into(self.sale.clone())).await;
        (seen, CallPace::from_duration(began.elapsed(), self.refunds.slow_after))
    }

    /// Takes the hold on the payment. Returns whether another ledger had the hold before, which
    /// makes the last read stale.
    async fn is_held_by_other(&self) -> Result<bool, StageFailure> {
        self.refunds
            .hold_payment(&self.claimed, &self.processor, self.sale.payment.as_ref(), self.job.now)
            .await
    }

    /// Checks whether automation was paused after a rule decided. The worker then starts no new
    /// call for that decision.
    async fn is_braked(&self) -> Result<bool, StageFailure> {
        if !self.alert.decision().is_some_and(Decision::is_automatic) {
            return Ok(false);
        }
        Ok(self.refunds.store.read_brakes(&self.setup.organisation).await?.automation
            != AutomationLevel::On)
    }

    /// Returns the step that hands the alert to a person. If an earlier attempt may have moved
    /// money, the reason is an unconfirmed refund instead of the given reason.
    fn person_step(&self, need: ReviewReason) -> RefundStep {
        let unknown = self.claimed.may_have_moved_money(&self.alert.id, self.claimed.attempt);
        RefundStep::Person(if unknown { ReviewReason::RefundUnconfirmed } else { need })
    }
}
