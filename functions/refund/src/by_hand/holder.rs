//! Who holds the payment of a refund that a person asked for.

use domain::account::{Integration, IntegrationStatus};
use domain::refund::manual::HandRefund;
use domain::sale::Payment;
use flows::Failure;
use jiff::Timestamp;
use partners::Processor;

use crate::Refunds;

/// Who holds the payment.
pub(super) struct Holder {
    pub payment: Payment,
    pub processor: Processor,
    /// Whether it may be asked for more than how things stand.
    pub is_up: bool,
    pub integration: Integration,
}

impl Refunds {
    /// The payment, and the processor that can still be called for it. An integration that was
    /// switched off since the refund was begun is still looked at.
    pub(super) async fn holder_of(
        &self,
        asked: &HandRefund,
        began: bool,
        now: Timestamp,
    ) -> Result<Option<Holder>, Failure> {
        let Some(payment) = asked.sale.payment.clone() else { return Ok(None) };
        let integration: Option<Integration> =
            self.store.record(payment.integration.as_str()).await?;
        let is_up = |one: &Integration| one.status == IntegrationStatus::Enabled;
        let own = integration
            .filter(|one| one.organisation == asked.organisation && (began || is_up(one)));
        let (Some(integration), Some(organisation)) =
            (own, self.store.organisation(&asked.organisation).await?)
        else {
            return Ok(None);
        };
        let processor =
            self.processors.behind(&integration, &payment, organisation.mode, now).await?;
        Ok(processor.map(|processor| Holder {
            payment,
            processor,
            is_up: is_up(&integration),
            integration,
        }))
    }
}
