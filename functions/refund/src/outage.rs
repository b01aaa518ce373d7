//! What a call says of its integration: whether the processor answers, and whether it takes our
//! credentials for it.

use domain::account::{Integration, ProcessorCall};
use domain::alert::{Actor, Need};
use domain::calls::lane::Pace;
use domain::refund::{Attempted, Next};
use flows::{Failure, integration_health};
use partners::PartnerError;

use crate::Work;

impl Work<'_> {
    fn integration(&self) -> Option<&Integration> {
        self.sale.payment.as_ref().and_then(|payment| self.setup.integration(&payment.integration))
    }

    /// The processor did what it was called for.
    pub(crate) async fn note_answer(&self, call: ProcessorCall, pace: Pace) -> Result<(), Failure> {
        match self.integration() {
            Some(one) => Ok(integration_health::note_success(
                &self.refunds.store,
                one,
                (call, pace),
                self.job.now,
            )
            .await?),
            None => Ok(()),
        }
    }

    /// The processor did not: noted where it rejects our credentials, or has not answered for long.
    pub(crate) async fn note_outage(
        &self,
        call: ProcessorCall,
        error: &PartnerError,
    ) -> Result<(), Failure> {
        let is_late = error.may_pass()
            && *error != PartnerError::NoTime
            && self.job.deliveries >= integration_health::DELIVERIES_TO_ANSWER;
        match self.integration().filter(|_| is_late || *error == PartnerError::Unauthorised) {
            Some(one) => Ok(integration_health::note_failure(
                &self.refunds.store,
                one,
                call,
                error,
                self.job.now,
            )
            .await?),
            None => Ok(()),
        }
    }

    /// The processor cannot be looked at: try again, until the deadline needs a person.
    pub(crate) async fn unseen(&self, error: PartnerError, pace: Pace) -> Result<Next, Failure> {
        self.note_lane(ProcessorCall::Look, &error, pace).await?;
        self.note_outage(ProcessorCall::Look, &error).await?;
        if !error.may_pass() {
            return Ok(self.person(self.refused(&error)));
        }
        if self.job.now < self.alert.deadlines.action || error == PartnerError::NoTime {
            return Err(error.into());
        }
        tracing::warn!(alert = %self.alert.id, "Processor is out of reach at the deadline: \
            {error}");
        Ok(Next::Person(Need::RefundUnconfirmed))
    }

    /// Whether the processor answered a call that did not succeed.
    pub(crate) async fn note_lane(
        &self,
        call: ProcessorCall,
        error: &PartnerError,
        pace: Pace,
    ) -> Result<(), Failure> {
        match self.integration() {
            Some(one) => Ok(integration_health::note_lane(
                &self.refunds.store,
                one,
                call,
                (error, pace),
                self.job.now,
            )
            .await?),
            None => Ok(()),
        }
    }

    /// The processor was asked for the refund or the void, and did not say that it made it.
    pub(crate) async fn not_made(self, error: PartnerError) -> Result<(), Failure> {
        self.note_lane(ProcessorCall::Refund, &error, Pace::Unknown).await?;
        match error {
            // the claim stays: nobody else calls before it ends
            error if error.result_is_unknown() => Err(error.into()),
            PartnerError::Throttled { .. } | PartnerError::NoTime => self.again(error).await,
            PartnerError::Unauthorised => {
                self.note_outage(ProcessorCall::Refund, &error).await?;
                let need = self.refused(&error);
                self.wait_for_credentials(need).await
            }
            error => self.failed(error.to_string()).await,
        }
    }

    /// Why a refund cannot go on that its processor refuses to be asked about.
    pub(crate) fn refused(&self, error: &PartnerError) -> Need {
        match self.integration().filter(|_| *error == PartnerError::Unauthorised) {
            Some(one) => {
                Need::CredentialsRefused { integration: one.id.clone(), message: error.to_string() }
            }
            None => Need::RefundFailed { reason: error.to_string() },
        }
    }

    /// Leaves the alert waiting for new credentials, noted under its organisation, so that their
    /// write wakes it. A write that came since this worker read the integration has woken
    /// nobody: the worker goes on by itself.
    pub(crate) async fn wait_for_credentials(self, need: Need) -> Result<(), Failure> {
        let store = &self.refunds.store;
        store.put_waiting(&self.alert).await?;
        let used = self.integration().cloned();
        let (id, now) = (self.alert.id.clone(), self.job.now);
        self.needs_person(Attempted::NotAsked, need).await?;
        let Some(used) = used else { return Ok(()) };
        let known: Option<Integration> = store.record(used.id.as_str()).await?;
        if known.is_some_and(|known| known.is_called_anew(Some(&used)))
            && let Some(alert) = store.alert(&id).await?
            && let Ok(again) = alert.rechecked(Actor::System, now)
        {
            store.commit(&again).await?;
        }
        Ok(())
    }
}
