//! What a worker does once it knows what is next: the money is asked for, the ledger is told, and
//! the alert takes its step.

use domain::account::ProcessorCall;
use domain::alert::transition::WrongState;
use domain::alert::{Actor, Alert, Cancellation, Need, Refund, Way};
use domain::basics::money::Money;
use domain::calls::lane::Pace;
use domain::refund::{Attempted, Next};
use domain::sale::{RefundSeen, RefundState};
use flows::Failure;
use flows::tenant_warning::warn_tenant;
use jiff::Timestamp;
use partners::{Mark, PartnerError};

use crate::Work;

impl Work<'_> {
    /// Does what is next.
    pub(crate) async fn done(self, next: Next) -> Result<(), Failure> {
        match next {
            Next::Found(seen) => self.found(&seen).await,
            Next::Refund(amount) => self.refund(amount).await,
            Next::Void => self.void().await,
            Next::OnlyCancel => self.only_cancel().await,
            Next::Invalid(invalid) => {
                self.step(Attempted::NotAsked, |alert, now| alert.found_invalid(invalid, now)).await
            }
            Next::Person(need @ Need::CredentialsRefused { .. }) => {
                self.wait_for_credentials(need).await
            }
            Next::Person(need) => self.needs_person(Attempted::NotAsked, need).await,
            Next::TooLate => self.too_late().await,
        }
    }

    /// The refund is there already, made in this alert's name or by somebody else.
    async fn found(mut self, seen: &RefundSeen) -> Result<(), Failure> {
        if seen.alert.as_deref() != Some(self.alert.id.as_str()) {
            self.claimed = self.claimed.took_over();
        }
        match seen.state {
            RefundState::Succeeded => self.refunded(seen.kept(), Some(&seen.id)).await,
            RefundState::Pending | RefundState::Failed(_) => self.pending(seen.kept()).await,
        }
    }

    async fn refund(self, amount: Money) -> Result<(), Failure> {
        let payment = self.sale.payment.clone().ok_or(Failure::Missing("the sale's payment"))?;
        let mark = Mark { cause: (&self.alert.id).into(), attempt: self.claimed.attempt };
        match self.processor.refund(&payment, amount, &self.claimed.key(), &mark).await {
            Ok(seen) => {
                self.note_answer(ProcessorCall::Refund, Pace::Unknown).await?;
                match &seen.state {
                    RefundState::Succeeded => self.refunded(seen.kept(), Some(&seen.id)).await,
                    RefundState::Pending => self.pending(seen.kept()).await,
                    RefundState::Failed(reason) => self.failed(reason.clone()).await,
                }
            }
            Err(error) => self.not_made(error).await,
        }
    }

    /// The money is back for certain: what is left is the subscription.
    pub(crate) async fn refunded(
        self,
        refund: Refund,
        processor_id: Option<&str>,
    ) -> Result<(), Failure> {
        let result = Attempted::Confirmed { refund: processor_id.unwrap_or(&refund.id).to_owned() };
        let claimed = self.claimed.clone();
        let claimed =
            if refund.way == Way::Refunded { claimed.gave(refund.amount) } else { claimed };
        self.refunds.store.enter(&claimed.recorded(result)).await?;
        self.released(&refund).await?;
        let cancellation = self.cancelled().await?;
        self.listed().await?;
        tracing::info!(
            alert = %self.alert.id,
            refund = %refund.id,
            "Refunded {} for alert `{}`",
            refund.amount,
            self.alert.id
        );
        let next =
            self.alert.actioned(Some(refund), cancellation, Actor::Processor, self.job.now)?;
        Ok(self.refunds.store.commit(&next).await?)
    }

    async fn only_cancel(self) -> Result<(), Failure> {
        self.refunds.store.enter(&self.claimed.clone().recorded(Attempted::NotAsked)).await?;
        let cancellation: Option<Cancellation> = self.cancelled().await?;
        let next = self.alert.actioned(None, cancellation, Actor::Processor, self.job.now)?;
        Ok(self.refunds.store.commit(&next).await?)
    }

    async fn pending(mut self, refund: Refund) -> Result<(), Failure> {
        let result = Attempted::Pending { refund: refund.id.clone() };
        self.claimed = self.claimed.gave(refund.amount);
        if self.job.now >= self.alert.deadlines.action {
            return self.needs_person(result, Need::RefundUnconfirmed).await;
        }
        self.step(result, |alert, now| alert.refunding(refund, now)).await
    }

    pub(crate) async fn failed(self, reason: String) -> Result<(), Failure> {
        self.needs_person(
            Attempted::Failed { reason: reason.clone() },
            Need::RefundFailed { reason },
        )
        .await
    }

    pub(crate) async fn needs_person(self, result: Attempted, need: Need) -> Result<(), Failure> {
        if need.money_may_move() && self.processor.is_tenants_word() {
            warn_tenant(
                &self.alert.organisation,
                "REFUND_UNCONFIRMED",
                self.alert.id.as_str(),
                "its refund is unconfirmed",
            );
        } else if need.money_may_move() {
            tracing::error!(alert = %self.alert.id, "Refund is unconfirmed: nobody can tell \
                whether the money of `{}` went back", self.sale.id);
        }
        self.step(result, |alert, now| alert.needs_person(need, now)).await
    }

    /// Looked at once, nothing was made and nothing will be: the ledger is closed before the vendor
    /// is told.
    async fn too_late(self) -> Result<(), Failure> {
        if self.job.now < self.alert.deadlines.action {
            // the deadline wakes it again
            return Ok(self
                .refunds
                .store
                .enter(&self.claimed.recorded(Attempted::NotAsked))
                .await?);
        }
        self.refunds.store.enter(&self.claimed.clone().sealed(&self.alert.id)).await?;
        Ok(self.refunds.store.commit(&self.alert.expired(self.job.now)).await?)
    }

    /// Nothing was executed: the claim is given up and the message returns.
    pub(crate) async fn again(self, error: PartnerError) -> Result<(), Failure> {
        self.refunds.store.enter(&self.claimed.recorded(Attempted::NotAsked)).await?;
        Err(error.into())
    }

    async fn step<F>(self, result: Attempted, step: F) -> Result<(), Failure>
    where
        F: FnOnce(Alert, Timestamp) -> Result<Alert, WrongState>,
    {
        self.refunds.store.enter(&self.claimed.recorded(result)).await?;
        Ok(self.refunds.store.commit(&step(self.alert, self.job.now)?).await?)
    }
}
