//! Lets go what was authorised and never captured, once all that was captured went back: no more
//! may be captured for the order.

use domain::alert::{Refund, Way};
use domain::refund::{Attempted, Ledger};
use domain::sale::{Payment, Sale};
use flows::Failure;
use flows::tenant_warning::warn_tenant;
use partners::{PartnerError, Processor};
use store::StoreError;

use crate::Work;

impl Work<'_> {
    /// Lets the whole payment go, of which nothing was captured yet.
    pub(crate) async fn void(self) -> Result<(), Failure> {
        let payment = self.sale.payment.clone().ok_or(Failure::Missing("the sale's payment"))?;
        match self.processor.void(&payment, &self.claimed.key()).await {
            Ok(false) => {
                // Money was captured since the look: that is refunded by the next attempt, and no
                // void is told.
                let sale = self.claimed.sale.to_string();
                self.refunds.store.enter(&self.claimed.recorded(Attempted::NotAsked)).await?;
                Err(StoreError::Conflict(sale).into())
            }
            Ok(true) => {
                let refund =
                    Refund::new(payment.reference, self.sale.amount, self.job.now, Way::Voided);
                self.refunded(refund, None).await
            }
            Err(error) => self.not_made(error).await,
        }
    }

    /// Releases the rest of the authorisation, where there is one. A failure holds up no answer for
    /// long: the rest lapses by itself.
    pub(crate) async fn released(&self, refund: &Refund) -> Result<(), Failure> {
        let Some(sale) =
            self.alert.sale().map(|found| &found.sale).filter(|sale| releases(sale, refund))
        else {
            return Ok(());
        };
        let Some(payment) = &sale.payment else { return Ok(()) };
        match release(&self.processor, payment, &self.claimed).await {
            Err(error) if self.may_try_again(&error) => Err(error.into()),
            Err(error) if self.is_tenants(&error) => {
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

/// Whether nothing that was captured is left with this refund, while more may still be captured.
pub(crate) fn releases(sale: &Sale, refund: &Refund) -> bool {
    let is_counted = sale.standing.refunds.iter().any(|seen| seen.id == refund.id);
    let left =
        sale.remaining().minor.saturating_sub(if is_counted { 0 } else { refund.amount.minor });
    sale.standing.uncaptured.is_some() && left == 0
}

/// Asks the processor for it; what was captured or released meanwhile is no error.
pub(crate) async fn release(
    processor: &Processor,
    payment: &Payment,
    claimed: &Ledger,
) -> Result<(), PartnerError> {
    processor.void(payment, &format!("{}-rest", claimed.key())).await.map(drop)
}
