//! The calls to the processor for a manual refund, and the records of the results.

use domain::account::ProcessorCall;
use domain::alert::{RefundRecord, ReturnMethod};
use domain::basics::money::Money;
use domain::refund::AttemptResult;
use domain::refund::manual::ManualRefundState;
use domain::sale::{ProcessorRefund, RefundState};
use flows::StageFailure;
use flows::tenant_warning::warn_tenant;
use partners::{PartnerError, RefundMark};
use store::StoreError;

use super::{ManualRefundAttempt, PaymentHolder};
use crate::release::{is_rest_releasable, release_authorisation};

impl ManualRefundAttempt<'_> {
    /// Refunds the amount at the processor, with the attempt's idempotency key and our mark.
    pub(super) async fn refund(self, amount: Money) -> Result<(), StageFailure> {
        let mark = RefundMark { cause: (&self.asked.id).into(), attempt: self.claimed.attempt };
        match self
            .holder
            .processor
            .refund(&self.holder.payment, amount, &self.claimed.idempotency_key(), &mark)
            .await
        {
            Ok(seen) => self.record_refund(seen).await,
            Err(error) => self.handle_refund_error(error).await,
        }
    }

    /// Voids the whole payment before any capture. After a capture since the read, the message is
    /// retried.
    pub(super) async fn void(self) -> Result<(), StageFailure> {
        match self
            .holder
            .processor
            .void(&self.holder.payment, &self.claimed.idempotency_key())
            .await
        {
            Ok(false) => {
                let sale = self.claimed.sale.to_string(); // captured since the read
                self.refunds
                    .store
                    .commit_ledger(&self.claimed.record_result(AttemptResult::NotAsked))
                    .await?;
                Err(StoreError::Conflict(sale).into())
            }
            Ok(true) => {
                let (id, amount) = (self.holder.payment.reference.clone(), self.asked.sale.amount);
                let refund = RefundRecord::new(id.clone(), amount, self.now, ReturnMethod::Voided);
                self.record_result(AttemptResult::Confirmed { refund: id }, |asked, now| {
                    asked.into_succeeded(refund, now)
                })
                .await
            }
            Err(error) => self.handle_refund_error(error).await,
        }
    }

    /// Records the refund that the processor has: confirmed, pending or failed.
    pub(super) async fn record_refund(mut self, seen: ProcessorRefund) -> Result<(), StageFailure> {
        let (refund, id) = (seen.to_refund_record(), seen.id);
        if let RefundState::Failed(reason) = seen.state {
            return self.record_failure(reason).await;
        }
        self.claimed = self.claimed.record_given_amount(seen.amount);
        if seen.state == RefundState::Succeeded {
            tracing::info!(refund = %self.asked.id, "Refunded {} by hand", seen.amount);
            self.release_rest(&refund).await?;
            return self
                .record_result(AttemptResult::Confirmed { refund: id }, |asked, now| {
                    asked.into_succeeded(refund, now)
                })
                .await;
        }
        let known = matches!(self.asked.state, ManualRefundState::Pending { .. });
        if known {
            // the pending refund is recorded already
            return Ok(self
                .refunds
                .store
                .commit_ledger(&self.claimed.record_result(AttemptResult::Pending { refund: id }))
                .await?);
        }
        self.record_result(AttemptResult::Pending { refund: id }, |asked, now| {
            asked.into_pending(refund, now)
        })
        .await
    }

    /// Releases the uncaptured rest of the authorisation, once everything captured was refunded.
    /// The lease stays live until the processor accepts the release.
    async fn release_rest(&self, refund: &RefundRecord) -> Result<(), StageFailure> {
        let PaymentHolder { payment, processor, is_up, .. } = &self.holder;
        if !is_up || !self.seen.as_ref().is_some_and(|sale| is_rest_releasable(sale, refund)) {
            return Ok(());
        }
        match release_authorisation(processor, payment, &self.claimed).await {
            Err(error) if error.is_transient() && !self.asked.is_late(self.now) => {
                Err(error.into())
            }
            Err(error) => {
                warn_tenant(
                    &self.asked.organisation,
                    "REST_NOT_RELEASED",
                    self.asked.id.as_str(),
                    &error,
                );
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Handles a refund or void call that did not succeed. After an unknown result the lease stays
    /// live. Another transient error releases the lease and is retried; any other error fails the
    /// refund.
    async fn handle_refund_error(self, error: PartnerError) -> Result<(), StageFailure> {
        self.note_lane(ProcessorCall::Refund, &error).await?;
        if error.has_unknown_result() {
            return Err(error.into()); // the lease stays live: no other worker calls meanwhile
        }
        if error.is_transient() {
            self.refunds
                .store
                .commit_ledger(&self.claimed.record_result(AttemptResult::NotAsked))
                .await?;
            return Err(error.into());
        }
        self.record_failure(error.to_string()).await
    }
}
