//! A processor that does not answer is left alone, and what waits for it waits in the table: it
//! holds up nobody else's refund, and burns no receive of a message. A deadline beats that: the
//! processor is asked then, and a person told.

use domain::account::Integration;
use domain::alert::pipeline::Stage;
use domain::alert::{Alert, Decision};
use domain::basics::time::after;
use domain::calls::lane::{Gate, Lane};
use domain::calls::slot::Load;
use flows::Failure;
use flows::slots::AlertSlots;
use flows::unanswered::told_wait;
use jiff::Timestamp;
use partners::{PartnerError, Processor};
use runtime::Job;
use store::StoreError;

use crate::Refunds;

/// So long before the last moment at which a refund can start, an alert that is left alone is tried
/// all the same.
const TO_START_SECONDS: i64 = 3 * 60;
/// So long an alert may wait with those for slow processors before it is looked at again.
const PARTED_SECONDS: i64 = 2 * 3600;

impl Refunds {
    /// Until when the processor behind an integration is left alone; nothing where it may be
    /// called. One worker at a time tries whether it answers again.
    pub(crate) async fn left_alone_until(
        &self,
        integration: Option<&Integration>,
        last_try: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Failure> {
        let Some(integration) = integration.filter(|_| now < last_try) else { return Ok(None) };
        match Lane::gate(integration.lane.as_ref(), now) {
            Gate::Open => Ok(None),
            Gate::Closed { until } => Ok(Some(until)),
            Gate::Probe(lane) => {
                let until = lane.closed_until;
                match self.store.replace(&integration.clone().probed(lane, now)).await {
                    Ok(()) => Ok(None),
                    Err(StoreError::Conflict(_)) => Ok(until), // another is trying
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// Whether the alert is for the few workers that wait for slow processors, and is not with
    /// them.
    pub(crate) fn takes_long(
        &self,
        integration: Option<&Integration>,
        alert: &Alert,
        now: Timestamp,
    ) -> bool {
        let is_slow =
            integration.is_some_and(|integration| Lane::is_slow(integration.lane.as_ref()));
        is_slow && !alert.is_parted() && now < self.last_try(alert)
    }

    /// Whether the account may be called now; the alert is left until its slot where it may not.
    /// Others wait for what a probe tells, so that it waits for no slot.
    pub(crate) async fn takes_slot(
        &self,
        alert: &Alert,
        integration: Option<&Integration>,
        processor: &Processor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let load = Load::refund(alert.decision().is_some_and(Decision::cancels_at_processor));
        let is_probe = integration.is_some_and(Integration::is_probed_next);
        Ok(is_probe || AlertSlots::of(&self.store, alert, now).take(processor, load).await?)
    }

    /// Puts an alert with those for slow processors.
    pub(crate) async fn part(&self, alert: Alert, now: Timestamp) -> Result<(), Failure> {
        let to = after(now, PARTED_SECONDS).min(self.last_try(&alert));
        Ok(self.store.commit(&alert.parted(to, now)).await?)
    }

    /// Leaves the alert of a message as long as its processor says; a refund by hand has times of
    /// its own.
    pub(crate) async fn put_off(&self, job: &Job, error: &PartnerError) -> Result<(), Failure> {
        let Some(id) = job.alert() else { return Ok(()) };
        let Some(alert) = self.store.due(id, Stage::Refund).await? else { return Ok(()) };
        let was_called = *error != PartnerError::NoTime;
        self.leave(alert, told_wait(error, job.now), was_called, job.now).await
    }

    /// Leaves an alert until a time, and until its claim has ended, longer each time in a row.
    pub(crate) async fn leave(
        &self,
        alert: Alert,
        until: Timestamp,
        was_called: bool,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let own = after(now, alert.next_wait(self.claim_seconds));
        let (to, last_try) = (until.max(own), self.last_try(&alert));
        let to = if now < last_try { to.min(last_try) } else { own };
        Ok(self.store.commit(&alert.left_until(to, was_called, now)).await?)
    }

    /// From when on an alert is tried whether its processor is left alone or not: while a refund
    /// can still start.
    pub(crate) fn last_try(&self, alert: &Alert) -> Timestamp {
        after(alert.deadlines.action, -(self.claim_seconds + TO_START_SECONDS))
    }
}
