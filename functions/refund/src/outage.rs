//! The health of an integration, from the calls of this stage: whether the processor answers, and
//! whether the processor accepts our credentials.

use domain::account::{Integration, ProcessorCall};
use domain::alert::{HistoryActor, ReviewReason};
use domain::calls::lane::CallPace;
use domain::refund::{AttemptResult, RefundStep};
use flows::{StageFailure, integration_health};
use partners::PartnerError;

use crate::RefundAttempt;

impl RefundAttempt<'_> {
    /// Returns the integration of the payment.
    fn payment_integration(&self) -> Option<&Integration> {
        self.sale
            .payment
            .as_ref()
            .and_then(|payment| self.setup.find_integration(&payment.integration))
    }

    /// Notes a successful call at the integration.
    pub(crate) async fn note_answer(
        &self,
        call: ProcessorCall,
        pace: CallPace,
    ) -> Result<(), StageFailure> {
        match self.payment_integration() {
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

    /// Notes a failed call at the integration, if the processor rejects our credentials or has not
    /// answered for several deliveries.
    pub(crate) async fn note_outage(
        &self,
        call: ProcessorCall,
        error: &PartnerError,
    ) -> Result<(), StageFailure> {
        let is_late = error.is_transient()
            && *error != PartnerError::NoTime
            && self.job.deliveries >= integration_health::DELIVERIES_TO_ANSWER;
        match self.payment_integration().filter(|_| is_late || *error == PartnerError::Unauthorised)
        {
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

    /// Handles a failed read of the payment. A transient error is retried until the action
    /// deadline. After the deadline, or after any other error, a person must decide.
    pub(crate) async fn handle_failed_read(
        &self,
        error: PartnerError,
        pace: CallPace,
    ) -> Result<RefundStep, StageFailure> {
        self.note_lane(ProcessorCall::Look, &error, pace).await?;
        self.note_outage(ProcessorCall::Look, &error).await?;
        if !error.is_transient() {
            return Ok(self.person_step(self.refusal_need(&error)));
        }
        if self.job.now < self.alert.deadlines.action || error == PartnerError::NoTime {
            return Err(error.into());
        }
        tracing::warn!(alert = %self.alert.id, "Processor is out of reach at the deadline: \
            {error}");
        Ok(RefundStep::Person(ReviewReason::RefundUnconfirmed))
    }

    /// Notes at the integration whether the processor answered a call that did not succeed.
    pub(crate) async fn note_lane(
        &self,
        call: ProcessorCall,
        error: &PartnerError,
        pace: CallPace,
    ) -> Result<(), StageFailure> {
        match self.payment_integration() {
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

    /// Handles a refund or void call that did not succeed. After an unknown result the lease stays
    /// live. A call that the processor did not execute is retried, waits for new credentials, or
    /// fails the refund.
    pub(crate) async fn handle_refund_error(self, error: PartnerError) -> Result<(), StageFailure> {
        self.note_lane(ProcessorCall::Refund, &error, CallPace::Unknown).await?;
        match error {
            // the lease stays live: no other worker calls before the end of the lease
            error if error.has_unknown_result() => Err(error.into()),
            PartnerError::Throttled { .. } | PartnerError::NoTime => {
                self.return_message(error).await
            }
            PartnerError::Unauthorised => {
                self.note_outage(ProcessorCall::Refund, &error).await?;
                let need = self.refusal_need(&error);
                self.wait_for_credentials(need).await
            }
            error => self.fail_refund(error.to_string()).await,
        }
    }

    /// Returns the reason for a review after the processor refused a call.
    pub(crate) fn refusal_need(&self, error: &PartnerError) -> ReviewReason {
        match self.payment_integration().filter(|_| *error == PartnerError::Unauthorised) {
            Some(one) => ReviewReason::CredentialsRefused {
                integration: one.id.clone(),
                message: error.to_string(),
            },
            None => ReviewReason::RefundFailed { reason: error.to_string() },
        }
    }

    /// Lets the alert wait for new credentials, listed under the organisation. The write of new
    /// credentials wakes the alert. A write since this worker read the integration has woken
    /// nothing: the worker then requests the re-check.
    pub(crate) async fn wait_for_credentials(self, need: ReviewReason) -> Result<(), StageFailure> {
        let store = &self.refunds.store;
        store.put_waiting_alert(&self.alert).await?;
        let used = self.payment_integration().cloned();
        let (id, now) = (self.alert.id.clone(), self.job.now);
        self.hand_to_person(AttemptResult::NotAsked, need).await?;
        let Some(used) = used else { return Ok(()) };
        let known: Option<Integration> = store.read_record(used.id.as_str()).await?;
        if known.is_some_and(|known| known.is_called_anew(Some(&used)))
            && let Some(alert) = store.read_alert(&id).await?
            && let Ok(again) = alert.begin_recheck(HistoryActor::System, now)
        {
            store.commit(&again).await?;
        }
        Ok(())
    }
}
