//! Gives the money back and ends the subscription: claim, look, decide, call, record. The only
//! function that moves money.

use std::time::Duration;

use domain::account::{Automation, ProcessorCall};
use domain::alert::pipeline::Stage;
use domain::alert::transition::WrongState;
use domain::alert::{Actor, Alert, Cancellation, Decision, Need};
use domain::basics::money::{Rates, worth};
use domain::basics::time::{after, day_of};
use domain::calls::lane::Pace;
use domain::matching::setup::Setup;
use domain::refund::{Attempted, Cause, Known, Ledger, Next};
use domain::sale::Sale;
use flows::refund_report::apply_look;
use flows::{Failure, Processors, integration_health, unanswered};
use partners::{PartnerError, Processor};
use runtime::{Job, Message};
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
pub struct Refunds {
    pub store: Store,
    pub processors: Processors,
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
pub async fn handle(refunds: &Refunds, job: Job) -> Result<(), Failure> {
    match Box::pin(work(refunds, job.clone())).await {
        Err(Failure::Partner(error))
            if job.alert().is_some() || job.deliveries >= integration_health::LAST_DELIVERY =>
        {
            tracing::warn!(message = ?job.message, "Processor does not answer; the message is \
                left to the sweep: {error}");
            refunds.put_off(&job, &error).await
        }
        done => done,
    }
}

async fn work(refunds: &Refunds, job: Job) -> Result<(), Failure> {
    if let Message::Refund(id) = &job.message {
        return Box::pin(by_hand::handle(refunds, id, job.now)).await;
    }
    let store = &refunds.store;
    let Some(id) = job.alert() else { return Ok(()) };
    let Some(alert) = store.due(id, Stage::Refund).await? else { return Ok(()) };
    let job = Job { deliveries: unanswered::tries(&job, &alert), ..job.clone() };
    let setup = store.setup(&alert).await?.ok_or(Failure::Missing("the alert's enrolment"))?;
    let Some((sale, processor)) = refunds.at_processor(&setup, &alert, &job).await? else {
        return Ok(store.commit(&without_processor(alert, &job)?).await?);
    };
    let integration =
        sale.payment.as_ref().and_then(|payment| setup.integration(&payment.integration));
    if let Some(until) =
        refunds.left_alone_until(integration, refunds.last_try(&alert), job.now).await?
    {
        return refunds.leave(alert, until, false, job.now).await;
    }
    if refunds.takes_long(integration, &alert, job.now) {
        return refunds.part(alert, job.now).await;
    }
    if !refunds.takes_slot(&alert, integration, &processor, job.now).await? {
        return Ok(());
    }
    let Some(claimed) = refunds.claimed(&alert, &sale, processor.address(), &job).await? else {
        // closed before, and killed before it was said
        return Ok(store.commit(&alert.expired(job.now)).await?);
    };
    let Some(alert) = store.due(id, Stage::Refund).await? else {
        // another worker was done before the claim was won
        return Ok(store.enter(&claimed.recorded(Attempted::NotAsked)).await?);
    };
    let mut work = Work { refunds, setup: &setup, alert, claimed, processor, sale, job };
    let next = Box::pin(work.next_step()).await?;
    Box::pin(work.done(next)).await // boxed: a worker's stack is small
}

/// Nobody can be called. A refund or a cancellation that nobody can make needs a person. Where the
/// money is declared to be back, only the cancellation fails, visibly.
fn without_processor(alert: Alert, job: &Job) -> Result<Alert, WrongState> {
    if alert.decision().is_some_and(Decision::needs_sale) {
        return alert.needs_person(Need::NoProcessor, job.now);
    }
    let reason = "the payment is at no processor that can be called".to_owned();
    let failed = Cancellation::Failed { subscription: String::new(), reason };
    alert.actioned(None, Some(failed), Actor::System, job.now)
}

struct Work<'a> {
    refunds: &'a Refunds,
    setup: &'a Setup,
    alert: Alert,
    claimed: Ledger,
    processor: Processor,
    sale: Sale,
    job: Job,
}

impl Work<'_> {
    /// The next step: it rests on a look under the payment's hold, and no rule takes it under a
    /// brake.
    async fn next_step(&mut self) -> Result<Next, Failure> {
        let mut next = Box::pin(self.next()).await?;
        if matches!(next, Next::Refund(_) | Next::Void) && self.is_anothers().await? {
            next = Box::pin(self.next()).await?;
        }
        let moves = matches!(next, Next::Refund(_) | Next::Void | Next::OnlyCancel);
        if moves && self.is_braked().await? {
            Ok(self.person(Need::NotAutomatic))
        } else {
            Ok(next)
        }
    }

    /// What to do, from what the processor says now that the claim is won.
    async fn next(&mut self) -> Result<Next, Failure> {
        let (seen, pace) = self.look().await;
        let seen = match seen {
            Ok(seen) => seen,
            Err(error) => return self.unseen(error, pace).await,
        };
        self.note_answer(ProcessorCall::Look, pace).await?;
        let Some(seen) = seen else { return Ok(self.person(Need::NoProcessor)) };
        if seen.id != self.claimed.sale {
            // another ledger's: a person names it
            let reason = format!("the processor knows the payment as `{}`", seen.transaction_id);
            return Ok(self.person(Need::RefundFailed { reason }));
        }
        let reader = Cause::from(&self.alert.id);
        apply_look(&self.refunds.store, &self.alert.organisation, (&seen, &reader), self.job.now)
            .await?;
        self.claimed = self.claimed.clone().corrected_by(&seen);
        let seen = self.claimed.laid_onto(seen);
        self.sale.payment.clone_from(&seen.payment); // with what a refund of it must name
        // what is told rests on the refunds as they are now
        self.alert = self.alert.clone().with_sale(&seen);
        let rival = rival::rival(&self.refunds.store, &self.alert, &seen).await?;
        let rates = self.refunds.store.rates(day_of(self.job.now)).await?;
        let last_call = after(self.alert.deadlines.action, -self.refunds.claim_seconds);
        let known = Known {
            alert: &self.alert,
            sale: &seen,
            ledger: &self.claimed,
            rival: rival.as_ref(),
            rates: rates.as_ref(),
            last_call,
            now: self.job.now,
        };
        let next = known.next();
        if matches!(next, Next::Person(Need::AmountUnclear)) {
            self.report_missing_rates(&seen, rates.as_ref());
        }
        Ok(next)
    }

    /// Rings for the operator where no exchange rate tells what the disputed amount is worth.
    fn report_missing_rates(&self, seen: &Sale, rates: Option<&Rates>) {
        let disputed = self.alert.claim.disputed();
        let is_unknown = worth(disputed, seen.amount.currency, rates).is_none()
            && !self.alert.connection.is_simulated();
        if is_unknown {
            tracing::error!(alert = %self.alert.id, "Exchange rates are missing or too old: \
                {disputed} cannot be compared with the sale");
        }
    }

    /// The payment as its processor has it, and how long that took. The ledger goes along for a
    /// simulated processor, which keeps nothing; a real one tells of its own.
    async fn look(&self) -> (Result<Option<Sale>, PartnerError>, Pace) {
        let began = Instant::now();
        let seen = self.processor.payment(&self.claimed.laid_onto(self.sale.clone())).await;
        (seen, Pace::of(began.elapsed(), self.refunds.slow_after))
    }

    /// Takes hold of the payment; whether it was another ledger's, so that one must look again.
    async fn is_anothers(&self) -> Result<bool, Failure> {
        self.refunds
            .hold(&self.claimed, &self.processor, self.sale.payment.as_ref(), self.job.now)
            .await
    }

    /// Whether the rules that decided may not act any more: a brake stops what its processor was
    /// not asked for yet.
    async fn is_braked(&self) -> Result<bool, Failure> {
        if !self.alert.decision().is_some_and(Decision::is_automatic) {
            return Ok(false);
        }
        Ok(self.refunds.store.brakes(&self.setup.organisation).await?.automation != Automation::On)
    }

    /// A person, who is not told that nothing was given back where an attempt before this one may
    /// have done so.
    fn person(&self, need: Need) -> Next {
        let unknown = self.claimed.may_have_moved(&self.alert.id, self.claimed.attempt);
        Next::Person(if unknown { Need::RefundUnconfirmed } else { need })
    }
}
