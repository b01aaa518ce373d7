//! The execution of a step: the worker calls the processor, records the result in the ledger, and
//! moves the alert.

use domain::account::ProcessorCall;
use domain::alert::transition::InvalidTransition;
use domain::alert::{
    Alert, CancellationResult, HistoryActor, RefundRecord, ReturnMethod, ReviewReason,
};
use domain::basics::money::Money;
use domain::calls::lane::CallPace;
use domain::refund::{AttemptResult, RefundStep};
use domain::sale::{ProcessorRefund, RefundState};
use flows::StageFailure;
use flows::tenant_warning::warn_tenant;
use jiff::Timestamp;
use partners::{PartnerError, RefundMark};

use crate::RefundAttempt;

impl RefundAttempt<'_> {
    /// Carries out the next step.
    pub(crate) async fn carry_out(self, next: RefundStep) -> Result<(), StageFailure> {
        match next {
            RefundStep::Found(seen) => self.adopt_refund(&seen).await,
            RefundStep::Refund(amount) => self.refund(amount).await,
            RefundStep::Void => self.void().await,
            RefundStep::OnlyCancel => self.only_cancel().await,
            RefundStep::Invalid(invalid) => {
                self.record_and_commit(AttemptResult::NotAsked, |alert, now| {
                    alert.mark_invalid(invalid, now)
                })
                .await
            }
            RefundStep::Person(need @ ReviewReason::CredentialsRefused { .. }) => {
                self.wait_for_credentials(need).await
            }
            RefundStep::Person(need) => self.hand_to_person(AttemptResult::NotAsked, need).await,
            RefundStep::TooLate => self.close_unrefunded().await,
        }
    }

    /// Adopts a refund that exists already, made for this alert or by another party. A succeeded
    /// refund settles the alert; any other refund waits for confirmation.
    async fn adopt_refund(mut self, seen: &ProcessorRefund) -> Result<(), StageFailure> {
        if seen.alert.as_deref() != Some(self.alert.id.as_str()) {
            self.claimed = self.claimed.adopt_refund();
        }
        match seen.state {
            RefundState::Succeeded => {
                self.settle_refund(seen.to_refund_record(), Some(&seen.id)).await
            }
            RefundState::Pending | RefundState::Failed(_) => {
                self.await_confirmation(seen.to_refund_record()).await
            }
        }
    }

    /// Refunds the amount at the processor. The call carries the attempt's idempotency key, and the
    /// refund carries our mark, by which a later read recognises the refund.
    async fn refund(self, amount: Money) -> Result<(), StageFailure> {
        let payment =
            self.sale.payment.clone().ok_or(StageFailure::Missing("the sale's payment"))?;
        let mark = RefundMark { cause: (&self.alert.id).into(), attempt: self.claimed.attempt };
        match self.processor.refund(&payment, amount, &self.claimed.idempotency_key(), &mark).await
        {
            Ok(seen) => {
                self.note_answer(ProcessorCall::Refund, CallPace::Unknown).await?;
                match &seen.state {
                    RefundState::Succeeded => {
                        self.settle_refund(seen.to_refund_record(), Some(&seen.id)).await
                    }
                    RefundState::Pending => self.await_confirmation(seen.to_refund_record()).await,
                    RefundState::Failed(reason) => self.fail_refund(reason.clone()).await,
                }
            }
            Err(error) => self.handle_refund_error(error).await,
        }
    }

    /// Settles the alert after a confirmed refund or void. The ledger is written first; then follow
    /// the release of the authorisation's rest, the cancellation, the negative list, and the alert.
    pub(crate) async fn settle_refund(
        self,
        refund: RefundRecord,
        processor_id: Option<&str>,
    ) -> Result<(), StageFailure> {
        let result =
            AttemptResult::Confirmed { refund: processor_id.unwrap_or(&refund.id).to_owned() };
        let claimed = self.claimed.clone();
        let claimed = if refund.way == ReturnMethod::Refunded {
            claimed.record_given_amount(refund.amount)
        } else {
            claimed
        };
        self.refunds.store.commit_ledger(&claimed.record_result(result)).await?;
        self.release_rest(&refund).await?;
        let cancellation = self.cancel_if_chosen().await?;
        self.list_customer().await?;
        tracing::info!(
            alert = %self.alert.id,
            refund = %refund.id,
            "Refunded {} for alert `{}`",
            refund.amount,
            self.alert.id
        );
        let next = self.alert.complete_action(
            Some(refund),
            cancellation,
            HistoryActor::Processor,
            self.job.now,
        )?;
        Ok(self.refunds.store.commit(&next).await?)
    }

    /// Cancels the subscription without a refund. The lease is released first, because no money
    /// moves.
    async fn only_cancel(self) -> Result<(), StageFailure> {
        self.refunds
            .store
            .commit_ledger(&self.claimed.clone().record_result(AttemptResult::NotAsked))
            .await?;
        let cancellation: Option<CancellationResult> = self.cancel_if_chosen().await?;
        let next = self.alert.complete_action(
            None,
            cancellation,
            HistoryActor::Processor,
            self.job.now,
        )?;
        Ok(self.refunds.store.commit(&next).await?)
    }

    /// Records a pending refund, and lets the alert wait for the confirmation. After the deadline a
    /// person must confirm the refund.
    async fn await_confirmation(mut self, refund: RefundRecord) -> Result<(), StageFailure> {
        let result = AttemptResult::Pending { refund: refund.id.clone() };
        self.claimed = self.claimed.record_given_amount(refund.amount);
        if self.job.now >= self.alert.deadlines.action {
            return self.hand_to_person(result, ReviewReason::RefundUnconfirmed).await;
        }
        self.record_and_commit(result, |alert, now| alert.record_pending_refund(refund, now)).await
    }

    /// Records that the refund failed, and hands the alert to a person.
    pub(crate) async fn fail_refund(self, reason: String) -> Result<(), StageFailure> {
        self.hand_to_person(
            AttemptResult::Failed { reason: reason.clone() },
            ReviewReason::RefundFailed { reason },
        )
        .await
    }

    /// Records the result and hands the alert to a person. An unconfirmed refund also raises the
    /// operator's alarm, or a tenant warning at a merchant's own endpoint.
    pub(crate) async fn hand_to_person(
        self,
        result: AttemptResult,
        need: ReviewReason,
    ) -> Result<(), StageFailure> {
        if need.can_money_move() && self.processor.is_tenant_controlled() {
            warn_tenant(
                &self.alert.organisation,
                "REFUND_UNCONFIRMED",
                self.alert.id.as_str(),
                "its refund is unconfirmed",
            );
        } else if need.can_money_move() {
            tracing::error!(alert = %self.alert.id, "Refund is unconfirmed: nobody can tell \
                whether the money of `{}` went back", self.sale.id);
        }
        self.record_and_commit(result, |alert, now| alert.require_action(need, now)).await
    }

    /// Closes an alert without a refund, because the deadline leaves no time for a call. The ledger
    /// is sealed before the vendor is informed, which excludes any later refund.
    async fn close_unrefunded(self) -> Result<(), StageFailure> {
        if self.job.now < self.alert.deadlines.action {
            // the sweep wakes the alert again at the deadline
            return Ok(self
                .refunds
                .store
                .commit_ledger(&self.claimed.record_result(AttemptResult::NotAsked))
                .await?);
        }
        self.refunds
            .store
            .commit_ledger(&self.claimed.clone().seal_for_alert(&self.alert.id))
            .await?;
        Ok(self.refunds.store.commit(&self.alert.mark_expired(self.job.now)).await?)
    }

    /// Releases the lease and returns the message to the queue. The processor executed nothing.
    pub(crate) async fn return_message(self, error: PartnerError) -> Result<(), StageFailure> {
        self.refunds
            .store
            .commit_ledger(&self.claimed.record_result(AttemptResult::NotAsked))
            .await?;
        Err(error.into())
    }

    /// Records the result in the ledger, which releases the lease, and then moves the alert. The
    /// ledger comes first: a retry after a crash continues from the ledger.
    async fn record_and_commit<F>(self, result: AttemptResult, step: F) -> Result<(), StageFailure>
    where
        F: FnOnce(Alert, Timestamp) -> Result<Alert, InvalidTransition>,
    {
        self.refunds.store.commit_ledger(&self.claimed.record_result(result)).await?;
        Ok(self.refunds.store.commit(&step(self.alert, self.job.now)?).await?)
    }
}
