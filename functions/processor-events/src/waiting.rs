//! Wakes alerts that wait for a decision after another party refunded at the processor: each alert
//! re-reads its payment.

use std::collections::BTreeSet;

use domain::account::Integration;
use domain::alert::pipeline::{NUDGE_SECONDS, PipelineStage};
use domain::alert::{Alert, AlertState};
use domain::basics::id::AlertId;
use domain::basics::time::add_seconds;
use domain::sale::ProcessorPayment;
use flows::payment_lookup::reread_payment;
use flows::{ProcessorClients, StageFailure};
use jiff::Timestamp;
use store::{Store, StoreError};

/// The alerts that a refund event already reached, and whether another party made the refund.
#[derive(Debug, Default)]
pub(crate) struct ReportedAlerts {
    pub alerts: BTreeSet<AlertId>,
    pub by_others: bool,
}

/// Wakes the alerts of a refunded payment, except the alerts that the refund event already reached.
///
/// # Errors
/// [`StageFailure`] where a look-up fails now, or an alert is being worked: the processor then
/// sends the event again.
pub(crate) async fn wake_alerts(
    store: &Store,
    processors: &ProcessorClients,
    integration: &Integration,
    (payment, told): (&ProcessorPayment, &ReportedAlerts),
    now: Timestamp,
) -> Result<(), StageFailure> {
    let organisation = &integration.organisation;
    let ledger = store.read_ledger(&payment.sale_id(organisation)).await?;
    let mut failed = None;
    for id in
        store.alerts_of_payment(organisation, payment, &ledger).await?.difference(&told.alerts)
    {
        let Some(alert) =
            store.read_alert(id).await?.filter(|alert| alert.organisation == *organisation)
        else {
            continue;
        };
        if told.by_others && is_under_way(&alert, now) {
            // The alert's worker may have read the payment before the refund.
            failed = Some(StoreError::Conflict(id.to_string()).into());
            continue;
        }
        let waits = matches!(
            alert.state(),
            AlertState::ActionRequired { sale: Some(found), .. } if found.sale.id == ledger.sale
        );
        if let Err(failure) =
            recheck_alert(store, processors, Some(alert).filter(|_| waits), now).await
        {
            failed = Some(failure);
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn recheck_alert(
    store: &Store,
    processors: &ProcessorClients,
    alert: Option<Alert>,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let Some(alert) = alert else { return Ok(()) };
    match reread_payment(store, processors, &alert, now).await {
        Ok(Some(next)) => Ok(store.commit(&next).await?),
        Ok(None) => Ok(()),
        Err(StageFailure::Partner(error)) if !error.is_transient() => {
            tracing::warn!(alert = %alert.id, "Processor does not show the payment of a refund: \
                {error}");
            Ok(())
        }
        Err(failure) => Err(failure),
    }
}

/// Checks whether the alert is being worked. A stalled alert does not count: otherwise the
/// processor would send its event again and again.
fn is_under_way(alert: &Alert, now: Timestamp) -> bool {
    let stages = [PipelineStage::Matching, PipelineStage::RulesetEvaluation, PipelineStage::Refund];
    alert.next_stage().is_some_and(|stage| stages.contains(&stage))
        && now < add_seconds(alert.moved_at, NUDGE_SECONDS)
}

/// Returns the alerts that adopted a refund: a refund by another party carries no mark of ours.
pub(crate) async fn alerts_taking_refund(
    store: &Store,
    integration: &Integration,
    payment: &ProcessorPayment,
    refund: &str,
) -> Result<BTreeSet<AlertId>, StoreError> {
    let ledger = store.read_ledger(&payment.sale_id(&integration.organisation)).await?;
    Ok(ledger.alerts_resting_on(refund).cloned().collect())
}
