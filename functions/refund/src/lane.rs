//! The circuit breaker and the rate limit before a call.
//!
//! A processor that does not answer is not called for a while. The alerts for that processor wait
//! in the table: the wait delays no other tenant's refund, and uses no receive of a message.
//! Shortly before the deadline the processor is called regardless, and a person is informed.

use domain::account::Integration;
use domain::alert::pipeline::PipelineStage;
use domain::alert::{Alert, Decision};
use domain::basics::time::add_seconds;
use domain::calls::lane::{CallLane, LaneGate};
use domain::calls::slot::RequestLoad;
use flows::StageFailure;
use flows::negative_list::find_lister;
use flows::slots::{AccountLoads, AlertSlots};
use flows::unanswered::retry_time;
use jiff::Timestamp;
use partners::{PartnerError, ProcessorClient};
use runtime::MessageJob;
use store::StoreError;

use crate::RefundWorker;

/// The time before the last start of a refund at which a deferred alert is tried regardless.
const TO_START_SECONDS: i64 = 3 * 60;
/// The longest wait of an alert in the queue for slow processors.
const PARTED_SECONDS: i64 = 2 * 3600;

impl RefundWorker {
    /// Returns the time until which the processor must not be called, or `None` if a call is
    /// allowed. After a closure, a single worker at a time makes a probe.
    pub(crate) async fn left_alone_until(
        &self,
        integration: Option<&Integration>,
        last_try: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StageFailure> {
        let Some(integration) = integration.filter(|_| now < last_try) else { return Ok(None) };
        match CallLane::check_gate(integration.lane.as_ref(), now) {
            LaneGate::Open => Ok(None),
            LaneGate::Closed { until } => Ok(Some(until)),
            LaneGate::Probe(lane) => {
                let until = lane.closed_until;
                match self.store.replace_record(&integration.clone().begin_probe(lane, now)).await {
                    Ok(()) => Ok(None),
                    Err(StoreError::Conflict(_)) => Ok(until), // another worker makes the probe
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// Checks the lane and the rate limit. Returns the alert if the processor may be called now;
    /// otherwise defers the alert, or moves the alert to the queue for slow processors.
    pub(crate) async fn admit_alert(
        &self,
        alert: Alert,
        integration: Option<&Integration>,
        processor: &ProcessorClient,
        now: Timestamp,
    ) -> Result<Option<Alert>, StageFailure> {
        let last_try = self.last_try_time(&alert);
        if let Some(until) = self.left_alone_until(integration, last_try, now).await? {
            self.leave_alert(alert, until, false, now).await?;
            return Ok(None);
        }
        if self.is_for_slow_workers(integration, &alert, now) {
            self.part_alert(alert, now).await?;
            return Ok(None);
        }
        let has_slot = self.take_account_slot(&alert, integration, processor, now).await?;
        Ok(has_slot.then_some(alert))
    }

    /// Checks whether the alert belongs to the few workers for slow processors, and is not in that
    /// queue yet.
    fn is_for_slow_workers(
        &self,
        integration: Option<&Integration>,
        alert: &Alert,
        now: Timestamp,
    ) -> bool {
        let is_slow =
            integration.is_some_and(|integration| CallLane::is_slow(integration.lane.as_ref()));
        is_slow && !alert.is_in_slow_queue() && now < self.last_try_time(alert)
    }

    /// Reserves a slot of the processor's account, and returns whether the worker may call now.
    /// Without a present slot, the alert is deferred. The probe of a closed lane waits for no slot,
    /// because all alerts of the lane wait for the result.
    async fn take_account_slot(
        &self,
        alert: &Alert,
        integration: Option<&Integration>,
        processor: &ProcessorClient,
        now: Timestamp,
    ) -> Result<bool, StageFailure> {
        let is_probe = integration.is_some_and(Integration::is_next_call_probe);
        if is_probe || processor.limited_account().is_none() {
            return Ok(true);
        }
        let cancels = alert.decision().is_some_and(Decision::cancels_at_processor);
        let lists_customer = find_lister(&self.store, alert).await?.is_some();
        let load = RequestLoad::for_refund(cancels, lists_customer);
        let loads = AccountLoads::of_processor(processor, load);
        Ok(AlertSlots::for_alert(&self.store, alert, now).take_slots(&loads).await?)
    }

    /// Moves an alert to the queue for slow processors.
    async fn part_alert(&self, alert: Alert, now: Timestamp) -> Result<(), StageFailure> {
        let to = add_seconds(now, PARTED_SECONDS).min(self.last_try_time(&alert));
        Ok(self.store.commit(&alert.move_to_slow_queue(to, now)).await?)
    }

    /// Defers the alert of a message for as long as the processor asks. A manual refund has a
    /// schedule of its own.
    pub(crate) async fn put_off(
        &self,
        job: &MessageJob,
        error: &PartnerError,
    ) -> Result<(), StageFailure> {
        let Some(id) = job.alert_id() else { return Ok(()) };
        let Some(alert) = self.store.read_alert_at_stage(id, PipelineStage::Refund).await? else {
            return Ok(());
        };
        let was_called = *error != PartnerError::NoTime;
        self.leave_alert(alert, retry_time(error, job.now), was_called, job.now).await
    }

    /// Defers an alert until a time, and at least until the lease has ended, with longer waits in a
    /// row.
    async fn leave_alert(
        &self,
        alert: Alert,
        until: Timestamp,
        was_called: bool,
        now: Timestamp,
    ) -> Result<(), StageFailure> {
        let own = add_seconds(now, alert.next_wait(self.claim_seconds));
        let (to, last_try) = (until.max(own), self.last_try_time(&alert));
        let to = if now < last_try { to.min(last_try) } else { own };
        Ok(self.store.commit(&alert.defer_until(to, was_called, now)).await?)
    }

    /// Returns the time from which an alert is tried even at a closed lane: a refund can still
    /// start.
    fn last_try_time(&self, alert: &Alert) -> Timestamp {
        add_seconds(alert.deadlines.action, -(self.claim_seconds + TO_START_SECONDS))
    }
}
