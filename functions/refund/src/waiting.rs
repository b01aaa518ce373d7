//! Alerts that wait while a person refunds the payment manually. The confirmation of the manual
//! refund wakes these alerts.

use std::slice::from_ref;

use domain::alert::pipeline::PipelineStage;
use domain::alert::{Alert, HistoryActor};
use domain::matching::{MatchResult, find_best_match};
use domain::refund::manual::ManualRefund;
use domain::refund::{RefundCause, find_covering_refund};
use domain::sale::{RefundState, Sale};
use flows::StageFailure;
use jiff::Timestamp;
use store::{Store, StoreError};

/// Wakes the alerts about the refund's sale that wait for a person and have nothing left to refund.
///
/// # Errors
/// [`StageFailure`] while such an alert is still being processed. The retry checks the alert again.
pub(crate) async fn wake_waiting_alerts(
    store: &Store,
    made: &ManualRefund,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let sale = store.read_ledger(&made.sale.id).await?.merge_refunds_into(made.sale.clone());
    let mut under_way = None;
    for id in store.alerts_near_sales(&made.organisation, from_ref(&sale)).await? {
        let Some(alert) = store
            .read_alert(&id)
            .await?
            .filter(|alert| is_about(alert, &sale) && made.settles_alert(alert, &sale))
        else {
            continue;
        };
        if matches!(
            alert.next_stage(),
            Some(
                PipelineStage::Matching | PipelineStage::RulesetEvaluation | PipelineStage::Refund
            )
        ) {
            under_way = Some(id);
        } else if alert.has_failed_refund() {
            show_manual_refund(store, alert, &sale, now).await?;
        } else if let Ok(woken) = alert.decide_by_manual_refund(made, now) {
            store.commit(&woken).await?;
        }
    }
    under_way.map_or(Ok(()), |id| Err(StoreError::Conflict(id.to_string()).into()))
}

/// Records the manual refund on an alert after the alert's own refund failed.
async fn show_manual_refund(
    store: &Store,
    alert: Alert,
    sale: &Sale,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let given = find_covering_refund(&alert.claim, alert.received_at, sale);
    let confirmed = given.filter(|given| given.state == RefundState::Succeeded);
    let Some(refund) = confirmed.map(|given| given.to_refund_record()) else { return Ok(()) };
    if let Some(ledger) = store
        .read_ledger(&sale.id)
        .await?
        .with_confirmed_refund(&RefundCause::from(&alert.id), &refund)
    {
        store.commit_ledger(&ledger).await?;
    }
    match alert.record_confirmed_refund(refund, HistoryActor::Processor, now) {
        Ok(good) => Ok(store.commit(&good).await?),
        Err(_) => Ok(()), // the alert's own refund stands again
    }
}

/// Checks whether the sale is the alert's sale, or may still match the alert.
fn is_about(alert: &Alert, sale: &Sale) -> bool {
    alert.sale().map_or_else(
        || !matches!(find_best_match(&alert.claim, from_ref(sale)), MatchResult::Nothing),
        |found| found.sale.id == sale.id,
    )
}
