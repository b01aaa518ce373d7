//! The release of an authorisation's uncaptured rest, once everything captured was refunded. No
//! more may be captured for the order.

use domain::alert::{RefundRecord, ReturnMethod};
use domain::refund::{AttemptResult, RefundLedger};
use domain::sale::{ProcessorPayment, Sale};
use flows::StageFailure;
use flows::tenant_warning::warn_tenant;
use partners::{PartnerError, ProcessorClient};
use store::StoreError;

use crate::RefundAttempt;

impl RefundAttempt<'_> {
    /// Voids the whole payment, before any capture.
    pub(crate) async fn void(self) -> Result<(), StageFailure> {
        let payment =
            self.sale.payment.clone().ok_or(StageFailure::Missing("the sale's payment"))?;
        match self.processor.void(&payment, &self.claimed.idempotency_key()).await {
            Ok(false) => {
                // Money was captured since the read. The next attempt refunds that money, and no
                // void is reported.
                let sale = self.claimed.sale.to_string();
                self.refunds
                    .store
                    .commit_ledger(&self.claimed.record_result(AttemptResult::NotAsked))
                    .await?;
                Err(StoreError::Conflict(sale).into())
            }
            Ok(true) => {
                let refund = RefundRecord::new(
                    payment.reference,
                    self.sale.amount,
                    self.job.now,
                    ReturnMethod::Voided,
                );
                self.settle_refund(refund, None).await
            }
            Err(error) => self.handle_refund_error(error).await,
        }
    }

    /// Releases the uncaptured rest of the authorisation, if any. A failure delays the answer only
    /// for a while, because the authorisation expires anyway.
    pub(crate) async fn release_rest(&self, refund: &RefundRecord) -> Result<(), StageFailure> {
        let Some(sale) = self
            .alert
            .sale()
            .map(|found| &found.sale)
            .filter(|sale| is_rest_releasable(sale, refund))
        else {
            return Ok(());
        };
        let Some(payment) = &sale.payment else { return Ok(()) };
        match release_authorisation(&self.processor, payment, &self.claimed).await {
            Err(error) if self.can_retry(&error) => Err(error.into()),
            Err(error) if self.is_tenant_error(&error) => {
                warn_tenant(
                    &self.alert.organisation,
                    "REST_NOT_RELEASED",
                    self.alert.id.as_str(),
                    &error,
                );
                Ok(())
            }
            Err(error) => {
                tracing::error!(
                    alert = %self.alert.id,
                    "Rest of an authorisation could not be released: {error}"
                );
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

/// Checks whether this refund leaves nothing of the captured money, while more may still be
/// captured.
pub(crate) fn is_rest_releasable(sale: &Sale, refund: &RefundRecord) -> bool {
    let is_counted = sale.standing.refunds.iter().any(|seen| seen.id == refund.id);
    let left = sale.remaining_amount().minor.saturating_sub(if is_counted {
        0
    } else {
        refund.amount.minor
    });
    sale.standing.uncaptured.is_some() && left == 0
}

/// Releases the rest by a void. A rest that was captured or released meanwhile is no error.
pub(crate) async fn release_authorisation(
    processor: &ProcessorClient,
    payment: &ProcessorPayment,
    claimed: &RefundLedger,
) -> Result<(), PartnerError> {
    processor.void(payment, &format!("{}-rest", claimed.idempotency_key())).await.map(drop)
}
