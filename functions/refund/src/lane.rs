//! A processor that does not answer is left alone, and what waits for it waits in the table: it
//! holds up nobody else's refund, and burns no receive of a message. A deadline beats that: the
//! processor is asked then, and a person told.

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

/// So long before the last moment at which a refund can start, an alert that is left alone is tried
/// all the same.
const TO_START_SECONDS: i64 = 3 * 60;
/// So long an alert may wait with those for slow processors before it is looked at again.
const PARTED_SECONDS: i64 = 2 * 3600;

impl RefundWorker {
    /// Until when the processor behind an integration is left alone; nothing where it may be
    /// called. One worker at a time tries whether it answers again.
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
                    Err(StoreError::Conflict(_)) => Ok(until), // another is trying
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// Whether the alert is for the few workers that wait for slow processors, and is not with
    /// them.
    pub(crate) fn is_for_slow_workers(
        &self,
        integration: Option<&Integration>,
        alert: &Alert,
        now: Timestamp,
    ) -> bool {
        let is_slow =
            integration.is_some_and(|integration| CallLane::is_slow(integration.lane.as_ref()));
        is_slow && !alert.is_in_slow_queue() && now < self.last_try_time(alert)
    }

    /// Returns whether the worker may call the processor's account now; if not, the alert is deferred
    /// until its slot. The probe of a closed lane waits for no slot, since all alerts of the lane wait
    /// for its result.
    pub(crate) async fn take_account_slot(
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

    /// Puts an alert with those for slow processors.
    pub(crate) async fn part_alert(
        &self,
        alert: Alert,
        now: Timestamp,
    ) -> Result<(), StageFailure> {
        let to = add_seconds(now, PARTED_SECONDS).min(self.last_try_time(&alert));
        Ok(self.store.commit(&alert.move_to_slow_queue(to, now)).await?)
    }

    /// Leaves the alert of a message as long as its processor says; a refund by hand has times of
    /// its own.
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

    /// Leaves an alert until a time, and until its claim has ended, longer each time in a row.
    pub(crate) async fn leave_alert(
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

    /// From when on an alert is tried whether its processor is left alone or not: while a refund
    /// can still start.
    pub(crate) fn last_try_time(&self, alert: &Alert) -> Timestamp {
        add_seconds(alert.deadlines.action, -(self.claim_seconds + TO_START_SECONDS))
    }
}
