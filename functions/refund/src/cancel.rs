//! Ends the subscription: a step of its own with its own result.

use domain::alert::{CancellationResult, Decision};
use domain::refund::{AttemptResult, RefundCause};
use domain::rules::ruleset::AlertAction;
use flows::StageFailure;
use flows::tenant_warning::warn_tenant;
use partners::PartnerError;

use crate::RefundAttempt;

/// After so many deliveries a cancellation that still fails is reported as failed: the vendor's
/// answer waits for it.
const DELIVERIES_TO_CANCEL: u32 = 4;

impl RefundAttempt<'_> {
    /// What became of the subscription, where the action ends it.
    pub(crate) async fn cancel_if_chosen(
        &self,
    ) -> Result<Option<CancellationResult>, StageFailure> {
        if !self.alert.decision().is_some_and(Decision::cancels_at_processor) {
            return Ok(None);
        }
        match self.cancel_subscription().await {
            Ok(cancellation) => Ok(Some(cancellation)),
            Err(error) if self.can_retry(&error) => Err(error.into()),
            Err(error) => {
                if self.is_tenant_error(&error) {
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
                Ok(Some(CancellationResult::Failed { subscription, reason: error.to_string() }))
            }
        }
    }

    async fn cancel_subscription(&self) -> Result<CancellationResult, PartnerError> {
        let Some(payment) = &self.sale.payment else {
            return Ok(CancellationResult::NothingToCancel);
        };
        match self.processor.find_subscription(payment).await? {
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
            None => Ok(CancellationResult::NothingToCancel),
        }
    }

    /// Whether an error is the tenant's own doing: its endpoint's, or that of a key which may not
    /// do it.
    pub(crate) fn is_tenant_error(&self, error: &PartnerError) -> bool {
        self.processor.is_tenant_controlled() || *error == PartnerError::Unauthorised
    }

    pub(crate) fn can_retry(&self, error: &PartnerError) -> bool {
        error.is_transient() && self.has_time()
    }

    /// Whether the vendor's answer can still wait for what comes beside the refund.
    pub(crate) fn has_time(&self) -> bool {
        self.count_tries() < DELIVERIES_TO_CANCEL && self.job.now < self.alert.deadlines.action
    }

    /// How often what comes beside the refund was tried by now: since the refund was confirmed,
    /// where there is one.
    fn count_tries(&self) -> u32 {
        if !self.alert.action_under_way().is_some_and(AlertAction::includes_refund) {
            return self.job.deliveries;
        }
        let own = RefundCause::from(&self.alert.id);
        let confirmed = self.claimed.entries.iter().filter(|entry| {
            entry.cause == own && matches!(entry.result, AttemptResult::Confirmed { .. })
        });
        confirmed
            .map(|entry| entry.attempt)
            .min()
            .map_or(1, |made| self.claimed.attempt.saturating_sub(made).saturating_add(1))
    }
}
