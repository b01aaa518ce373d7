//! The look-up of an alert's payment, for refunds made meanwhile by any party.

use std::time::Duration;

use domain::account::{Integration, IntegrationStatus};
use domain::alert::Alert;
use domain::refund::find_other_refunded_alert;
use jiff::Timestamp;
use partners::PartnerError;
use store::Store;
use tokio::time::timeout;

use crate::{ProcessorClients, StageFailure};

/// The timeout of the look-up; a slower processor counts as unavailable. The functions with a
/// look-up have 30 and 60 seconds.
const LOOK: Duration = Duration::from_secs(20);

/// Re-reads the payment and applies the refunds to the alert. Returns `None` if the refunds change
/// nothing, or if no processor can be asked.
///
/// # Errors
/// [`StageFailure`] if the store or the processor does not answer.
pub async fn reread_payment(
    store: &Store,
    processors: &ProcessorClients,
    alert: &Alert,
    now: Timestamp,
) -> Result<Option<Alert>, StageFailure> {
    let Some(sale) = alert.sale().map(|found| &found.sale) else { return Ok(None) };
    let Some(payment) = &sale.payment else { return Ok(None) };
    let integration: Option<Integration> = store.read_record(payment.integration.as_str()).await?;
    let is_up = |one: &Integration| {
        one.organisation == alert.organisation && one.status == IntegrationStatus::Enabled
    };
    let organisation = store.read_organisation(&alert.organisation).await?;
    let (Some(integration), Some(organisation)) = (integration.filter(is_up), organisation) else {
        return Ok(None);
    };
    let Some(processor) = processors
        .processor_behind_integration(&integration, payment, organisation.mode, now)
        .await?
    else {
        return Ok(None);
    };
    let ledger = store.read_ledger(&sale.id).await?;
    let known = ledger.merge_refunds_into(sale.clone());
    let answer = timeout(LOOK, processor.refresh_sale(&known)).await;
    let late = |_| PartnerError::Unreachable {
        source_text: format!("no answer within {} seconds", LOOK.as_secs()),
    };
    let Some(seen) = answer.map_err(late)?? else { return Ok(None) };
    let seen = ledger.merge_refunds_into(seen);
    let other = find_other_refunded_alert(&ledger, &seen, &alert.id);
    Ok(alert.clone().apply_external_refunds(seen, other.as_ref(), now))
}
