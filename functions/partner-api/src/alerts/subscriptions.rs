//! Other active subscriptions of the payer. A slow, live processor call, therefore only with
//! `include=related_subscriptions`.

use std::time::Duration;

use domain::alert::Alert;
use domain::basics::id::IntegrationId;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use partners::OpenSubscription;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::http::response::to_unavailable;
use crate::http::state::ApiContext;

/// The timeout of the processor call.
const PATIENCE: Duration = Duration::from_secs(6);

/// A subscription that has not ended, of the customer that made the alert's payment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RelatedSubscription)]
pub(crate) struct RelatedSubscription {
    subscription_id: String,
    integration_id: IntegrationId,
    /// As the processor names the status, such as `active` or `past_due`.
    status: String,
    amount_in_cents: Option<u64>,
    currency: Option<&'static str>,
    created_at: Timestamp,
    current_period_end: Option<Timestamp>,
    cancel_at_period_end: bool,
}

/// Lists the subscriptions; `None` if the processor is unavailable.
pub(super) async fn find_subscriptions(
    api: &ApiContext,
    alert: &Alert,
    now: Timestamp,
) -> Result<Option<Vec<RelatedSubscription>>, ProblemDetails> {
    let Some(payment) = alert.sale().and_then(|candidate| candidate.sale.payment.as_ref()) else {
        return Ok(Some(Vec::new()));
    };
    let Some(setup) = api.store.read_setup(alert).await? else { return Ok(None) };
    let processor = api
        .processors
        .processor_of_payment(&setup, payment, now)
        .await
        .map_err(|failure| to_unavailable(&failure).0)?;
    let Some(processor) = processor else { return Ok(None) };
    match timeout(PATIENCE, processor.list_open_subscriptions(payment)).await {
        Ok(Ok(open)) => Ok(Some(
            open.into_iter()
                .map(|one| RelatedSubscription::from_subscription(one, &payment.integration))
                .collect(),
        )),
        Ok(Err(error)) => {
            tracing::warn!(alert = %alert.id, "Processor passed over in looking up subscriptions: \
                {error}");
            Ok(None)
        }
        Err(_) => Ok(None),
    }
}

impl RelatedSubscription {
    fn from_subscription(one: OpenSubscription, integration: &IntegrationId) -> Self {
        Self {
            subscription_id: one.id,
            integration_id: integration.clone(),
            status: one.status,
            amount_in_cents: one.amount.map(|amount| amount.minor),
            currency: one.amount.map(|amount| amount.currency.code()),
            created_at: one.created_at,
            current_period_end: one.current_period_end,
            cancel_at_period_end: one.cancel_at_period_end,
        }
    }
}
