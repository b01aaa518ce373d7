//! A look at the payment of an alert: what went back of it meanwhile, whoever gave it back.

use std::time::Duration;

use domain::account::{Integration, IntegrationStatus};
use domain::alert::Alert;
use domain::refund::refunded_for_another;
use jiff::Timestamp;
use partners::PartnerError;
use store::Store;
use tokio::time::timeout;

use crate::{Failure, Processors};

/// A processor that does not answer by then counts as out of reach: the functions that look have 30
/// and 60 seconds.
const LOOK: Duration = Duration::from_secs(20);

/// The alert as the refunds of its payment have it now; nothing where they change nothing, or no
/// processor can be asked.
///
/// # Errors
/// [`Failure`] where the store or the processor does not answer.
pub async fn look(
    store: &Store,
    processors: &Processors,
    alert: &Alert,
    now: Timestamp,
) -> Result<Option<Alert>, Failure> {
    let Some(sale) = alert.sale().map(|found| &found.sale) else { return Ok(None) };
    let Some(payment) = &sale.payment else { return Ok(None) };
    let integration: Option<Integration> = store.record(payment.integration.as_str()).await?;
    let is_up = |one: &Integration| {
        one.organisation == alert.organisation && one.status == IntegrationStatus::Enabled
    };
    let organisation = store.organisation(&alert.organisation).await?;
    let (Some(integration), Some(organisation)) = (integration.filter(is_up), organisation) else {
        return Ok(None);
    };
    let Some(processor) = processors.behind(&integration, payment, organisation.mode, now).await?
    else {
        return Ok(None);
    };
    let ledger = store.ledger(&sale.id).await?;
    let known = ledger.laid_onto(sale.clone());
    let answer = timeout(LOOK, processor.payment(&known)).await;
    let late = |_| PartnerError::Unreachable {
        source_text: format!("no answer within {} seconds", LOOK.as_secs()),
    };
    let Some(seen) = answer.map_err(late)?? else { return Ok(None) };
    let seen = ledger.laid_onto(seen);
    let other = refunded_for_another(&ledger, &seen, &alert.id);
    Ok(alert.clone().given_back_meanwhile(seen, other.as_ref(), now))
}
