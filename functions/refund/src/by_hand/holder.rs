//! The processor and the integration that have the payment of a manual refund.

use domain::account::{Integration, IntegrationStatus};
use domain::refund::manual::ManualRefund;
use domain::sale::ProcessorPayment;
use flows::StageFailure;
use jiff::Timestamp;
use partners::ProcessorClient;

use crate::RefundWorker;

/// The payment, with the processor and the integration that have the payment.
pub(super) struct PaymentHolder {
    pub payment: ProcessorPayment,
    pub processor: ProcessorClient,
    /// Whether the processor may be called for more than reads.
    pub is_up: bool,
    pub integration: Integration,
}

impl RefundWorker {
    /// Returns the payment with the callable processor. After the refund began, a disabled
    /// integration is still used for reads.
    pub(super) async fn find_holder(
        &self,
        asked: &ManualRefund,
        began: bool,
        now: Timestamp,
    ) -> Result<Option<PaymentHolder>, StageFailure> {
        let Some(payment) = asked.sale.payment.clone() else { return Ok(None) };
        let integration: Option<Integration> =
            self.store.read_record(payment.integration.as_str()).await?;
        let is_up = |one: &Integration| one.status == IntegrationStatus::Enabled;
        let own = integration
            .filter(|one| one.organisation == asked.organisation && (began || is_up(one)));
        let (Some(integration), Some(organisation)) =
            (own, self.store.read_organisation(&asked.organisation).await?)
        else {
            return Ok(None);
        };
        let processor = self
            .processors
            .processor_behind_integration(&integration, &payment, organisation.mode, now)
            .await?;
        Ok(processor.map(|processor| PaymentHolder {
            payment,
            processor,
            is_up: is_up(&integration),
            integration,
        }))
    }
}
