//! Gives the money back and ends the subscription: claim, look, decide, call, record. The only
//! function that moves money.

use std::time::Duration;

use domain::account::{AutomationLevel, ProcessorCall};
use domain::alert::pipeline::PipelineStage;
use domain::alert::transition::InvalidTransition;
use domain::alert::{Alert, CancellationResult, Decision, HistoryActor, ReviewReason};
use domain::basics::money::{ExchangeRates, convert_with_rates};
use domain::basics::time::{add_seconds, utc_day};
use domain::calls::lane::CallPace;
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

/// What the refund worker may touch, and for how long it claims a sale.
#[derive(Debug, Clone)]
pub struct RefundWorker {
    pub store: Store,
    pub processors: ProcessorClients,
    /// This function's timeout and the processor's own bound for committing a call.
    pub claim_seconds: i64,
    /// A look at a processor that takes longer is slow.
    pub slow_after: Duration,
}

/// An alert for which something is to be moved, or a refund that a person asked for.
///
/// # Errors
/// [`Failure`] gives the message back; the next attempt looks at the processor before it does
/// anything.
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
    if let Some(until) =
        refunds.left_alone_until(integration, refunds.last_try_time(&alert), job.now).await?
    {
        return refunds.leave_alert(alert, until, false, job.now).await;
    }
    if refunds.is_for_slow_workers(integration, &alert, job.now) {
        return refunds.part_alert(alert, job.now).await;
    }
    if !refunds.take_account_slot(&alert, integration, &processor, job.now).await? {
        return Ok(());
    }
    let Some(claimed) =
        refunds.lease_ledger(&alert, &sale, processor.refund_address(), &job).await?
    else {
        // closed before, and killed before it was said
        return Ok(store.commit(&alert.mark_expired(job.now)).await?);
    };
    let Some(alert) = store.read_alert_at_stage(id, PipelineStage::Refund).await? else {
        // another worker was done before the claim was won
        return Ok(store.commit_ledger(&claimed.record_result(AttemptResult::NotAsked)).await?);
    };
    let mut work = RefundAttempt { refunds, setup: &setup, alert, claimed, processor, sale, job };
    let next = Box::pin(work.next_step()).await?;
    Box::pin(work.carry_out(next)).await // boxed: a worker's stack is small
}

/// Nobody can be called. A refund or a cancellation that nobody can make needs a person. Where the
/// money is declared to be back, only the cancellation fails, visibly.
fn without_processor(alert: Alert, job: &MessageJob) -> Result<Alert, InvalidTransition> {
    if alert.decision().is_some_and(Decision::needs_sale) {
        return alert.require_action(ReviewReason::NoProcessor, job.now);
    }
    let reason = "the payment is at no processor that can be called".to_owned();
    let failed = CancellationResult::Failed { subscription: String::new(), reason };
    alert.complete_action(None, Some(failed), HistoryActor::System, job.now)
}

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
    /// The next step: it rests on a look under the payment's hold, and no rule takes it under a
    /// brake.
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

    /// What to do, from what the processor says now that the claim is won.
    async fn decide_step(&mut self) -> Result<RefundStep, StageFailure> {
        let (seen, pace) = self.read_payment().await;
        let seen = match seen {
            Ok(seen) => seen,
            Err(error) => return self.handle_failed_read(error, pace).await,
        };
        self.note_answer(ProcessorCall::Look, pace).await?;
        let Some(seen) = seen else { return Ok(self.person_step(ReviewReason::NoProcessor)) };
        if seen.id != self.claimed.sale {
            // another ledger's: a person names it
            let reason = format!("the processor knows the payment as `{}`", seen.transaction_id);
            return Ok(self.person_step(ReviewReason::RefundFailed { reason }));
        }
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
        self.sale.payment.clone_from(&seen.payment); // with what a refund of it must name
        // what is told rests on the refunds as they are now
        self.alert = self.alert.clone().with_sale(&seen);
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

    /// Rings for the operator where no exchange rate tells what the disputed amount is worth.
    fn report_missing_rates(&self, seen: &Sale, rates: Option<&ExchangeRates>) {
        let disputed = self.alert.claim.disputed_amount();
        let is_unknown = convert_with_rates(disputed, seen.amount.currency, rates).is_none()
            && !self.alert.connection.is_simulated();
        if is_unknown {
            tracing::error!(alert = %self.alert.id, "Exchange rates are missing or too old: \
                {disputed} cannot be compared with the sale");
        }
    }

    /// The payment as its processor has it, and how long that took. The ledger goes along for a
    /// simulated processor, which keeps nothing; a real one tells of its own.
    async fn read_payment(&self) -> (Result<Option<Sale>, PartnerError>, CallPace) {
        let began = Instant::now();
        let seen =
            self.processor.refresh_sale(&self.claimed.merge_refunds_into(self.sale.clone())).await;
        (seen, CallPace::from_duration(began.elapsed(), self.refunds.slow_after))
    }

    /// Takes hold of the payment; whether it was another ledger's, so that one must look again.
    async fn is_held_by_other(&self) -> Result<bool, StageFailure> {
        self.refunds
            .hold_payment(&self.claimed, &self.processor, self.sale.payment.as_ref(), self.job.now)
            .await
    }

    /// Whether the rules that decided may not act any more: a brake stops what its processor was
    /// not asked for yet.
    async fn is_braked(&self) -> Result<bool, StageFailure> {
        if !self.alert.decision().is_some_and(Decision::is_automatic) {
            return Ok(false);
        }
        Ok(self.refunds.store.read_brakes(&self.setup.organisation).await?.automation
            != AutomationLevel::On)
    }

    /// A person, who is not told that nothing was given back where an attempt before this one may
    /// have done so.
    fn person_step(&self, need: ReviewReason) -> RefundStep {
        let unknown = self.claimed.may_have_moved_money(&self.alert.id, self.claimed.attempt);
        RefundStep::Person(if unknown { ReviewReason::RefundUnconfirmed } else { need })
    }
}
