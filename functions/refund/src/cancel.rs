//! Ends the subscription: a step of its own with its own result.

use domain::alert::{Cancellation, Decision};
use domain::refund::{Attempted, Cause};
use domain::rules::ruleset::Action;
use flows::Failure;
use flows::tenant_warning::warn_tenant;
use partners::PartnerError;

use crate::Work;

/// After so many deliveries a cancellation that still fails is reported as failed: the vendor's
/// answer waits for it.
const DELIVERIES_TO_CANCEL: u32 = 4;

impl Work<'_> {
    /// What became of the subscription, where the action ends it.
    pub(crate) async fn cancelled(&self) -> Result<Option<Cancellation>, Failure> {
        if !self.alert.decision().is_some_and(Decision::cancels_at_processor) {
            return Ok(None);
        }
        match self.cancel().await {
            Ok(cancellation) => Ok(Some(cancellation)),
            Err(error) if self.may_try_again(&error) => Err(error.into()),
            Err(error) => {
                if self.is_tenants(&error) {
                    warn_tenant(
                        &self.alert.organisation,
                        "CANCEL_FAILED",
                        self.alert.id.as_str(),
                        &error,
                    );
                } else {
                    tracing::error!(alert = %self.alert.id, "Subscription could not be cancelled: \
                        {error}");
                }
                let subscription = String::new();
                Ok(Some(Cancellation::Failed { subscription, reason: error.to_string() }))
            }
        }
    }

    async fn cancel(&self) -> Result<Cancellation, PartnerError> {
        let Some(payment) = &self.sale.payment else { return Ok(Cancellation::NothingToCancel) };
        match self.processor.subscription(payment).await? {
            Some(subscription) => {
                self.processor
                    .cancel(
                        payment,
                        &subscription,
                        &self.alert.id,
                        &format!("cancel-{}", self.alert.id),
                    )
                    .await
            }
            None => Ok(Cancellation::NothingToCancel),
        }
    }

    /// Whether an error is the tenant's own doing: its endpoint's, or that of a key which may not
    /// do it.
    pub(crate) fn is_tenants(&self, error: &PartnerError) -> bool {
        self.processor.is_tenants_word() || *error == PartnerError::Unauthorised
    }

    pub(crate) fn may_try_again(&self, error: &PartnerError) -> bool {
        error.may_pass() && self.has_time()
    }

    /// Whether the vendor's answer can still wait for what comes beside the refund.
    pub(crate) fn has_time(&self) -> bool {
        self.tries() < DELIVERIES_TO_CANCEL && self.job.now < self.alert.deadlines.action
    }

    /// How often what comes beside the refund was tried by now: since the refund was confirmed,
    /// where there is one.
    fn tries(&self) -> u32 {
        if !self.alert.action_under_way().is_some_and(Action::refunds) {
            return self.job.deliveries;
        }
        let own = Cause::from(&self.alert.id);
        let confirmed = self.claimed.entries.iter().filter(|entry| {
            entry.cause == own && matches!(entry.result, Attempted::Confirmed { .. })
        });
        confirmed
            .map(|entry| entry.attempt)
            .min()
            .map_or(1, |made| self.claimed.attempt.saturating_sub(made).saturating_add(1))
    }
}
