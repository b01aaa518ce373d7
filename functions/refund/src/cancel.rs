//! The cancellation of the subscription, a separate step with a separate result.

use domain::alert::{CancellationResult, Decision};
use domain::refund::{AttemptResult, RefundCause};
use domain::rules::ruleset::AlertAction;
use flows::StageFailure;
use flows::tenant_warning::warn_tenant;
use partners::PartnerError;

use crate::RefundAttempt;

/// The deliveries after which a failing cancellation is reported as failed, because the answer to
/// the vendor waits.
const DELIVERIES_TO_CANCEL: u32 = 4;

impl RefundAttempt<'_> {
    /// Cancels the subscription, if the decision includes a cancellation. A transient error is
    /// retried while the answer can wait; any other error is the result `Failed`.
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

    /// Looks up the subscription of the payment, and cancels the subscription. The idempotency key
    /// derives from the alert's id.
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

    /// Checks whether an error is the tenant's responsibility: an error of the tenant's endpoint,
    /// or of a key without the permission.
    pub(crate) fn is_tenant_error(&self, error: &PartnerError) -> bool {
        self.processor.is_tenant_controlled() || *error == PartnerError::Unauthorised
    }

    /// Checks whether a retry may help and the answer can still wait.
    pub(crate) fn can_retry(&self, error: &PartnerError) -> bool {
        error.is_transient() && self.has_time()
    }

    /// Checks whether the answer to the vendor can still wait for the steps beside the refund.
    pub(crate) fn has_time(&self) -> bool {
        self.count_tries() < DELIVERIES_TO_CANCEL && self.job.now < self.alert.deadlines.action
    }

    /// Counts the attempts at the steps beside the refund: since the confirmation of the refund, if
    /// the action includes a refund.
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
