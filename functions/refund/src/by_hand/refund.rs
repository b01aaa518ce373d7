//! Asks the processor for the money of a refund by hand, and records what it answers.

use domain::account::ProcessorCall;
use domain::alert::{Refund, Way};
use domain::basics::money::Money;
use domain::refund::Attempted;
use domain::refund::manual::HandState;
use domain::sale::{RefundSeen, RefundState};
use flows::Failure;
use flows::tenant_warning::warn_tenant;
use partners::{Mark, PartnerError};
use store::StoreError;

use super::{ByHand, Holder};
use crate::release::{release, releases};

impl ByHand<'_> {
    pub(super) async fn refund(self, amount: Money) -> Result<(), Failure> {
        let mark = Mark { cause: (&self.asked.id).into(), attempt: self.claimed.attempt };
        match self
            .holder
            .processor
            .refund(&self.holder.payment, amount, &self.claimed.key(), &mark)
            .await
        {
            Ok(seen) => self.made(seen).await,
            Err(error) => self.not_made(error).await,
        }
    }

    pub(super) async fn void(self) -> Result<(), Failure> {
        match self.holder.processor.void(&self.holder.payment, &self.claimed.key()).await {
            Ok(false) => {
                let sale = self.claimed.sale.to_string(); // money was captured since the look
                self.refunds.store.enter(&self.claimed.recorded(Attempted::NotAsked)).await?;
                Err(StoreError::Conflict(sale).into())
            }
            Ok(true) => {
                let (id, amount) = (self.holder.payment.reference.clone(), self.asked.sale.amount);
                let refund = Refund::new(id.clone(), amount, self.now, Way::Voided);
                self.recorded(Attempted::Confirmed { refund: id }, |asked, now| {
                    asked.succeeded(refund, now)
                })
                .await
            }
            Err(error) => self.not_made(error).await,
        }
    }

    /// The processor has it: confirmed, on its way, or failed.
    pub(super) async fn made(mut self, seen: RefundSeen) -> Result<(), Failure> {
        let (refund, id) = (seen.kept(), seen.id);
        if let RefundState::Failed(reason) = seen.state {
            return self.failed(reason).await;
        }
        self.claimed = self.claimed.gave(seen.amount);
        if seen.state == RefundState::Succeeded {
            tracing::info!(refund = %self.asked.id, "Refunded {} by hand", seen.amount);
            self.released(&refund).await?;
            return self
                .recorded(Attempted::Confirmed { refund: id }, |asked, now| {
                    asked.succeeded(refund, now)
                })
                .await;
        }
        let known = matches!(self.asked.state, HandState::Pending { .. });
        if known {
            // nothing new
            return Ok(self
                .refunds
                .store
                .enter(&self.claimed.recorded(Attempted::Pending { refund: id }))
                .await?);
        }
        self.recorded(Attempted::Pending { refund: id }, |asked, now| asked.pending(refund, now))
            .await
    }

    /// The rest of an authorisation goes with all that was captured. Until the processor takes
    /// that, the claim stays.
    async fn released(&self, refund: &Refund) -> Result<(), Failure> {
        let Holder { payment, processor, is_up, .. } = &self.holder;
        if !is_up || !self.seen.as_ref().is_some_and(|sale| releases(sale, refund)) {
            return Ok(());
        }
        match release(processor, payment, &self.claimed).await {
            Err(error) if error.may_pass() && !self.asked.is_late(self.now) => Err(error.into()),
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

    async fn not_made(self, error: PartnerError) -> Result<(), Failure> {
        self.note_lane(ProcessorCall::Refund, &error).await?;
        if error.result_is_unknown() {
            return Err(error.into()); // the claim stays: nobody else calls before it ends
        }
        if error.may_pass() {
            self.refunds.store.enter(&self.claimed.recorded(Attempted::NotAsked)).await?;
            return Err(error.into());
        }
        self.failed(error.to_string()).await
    }
}
