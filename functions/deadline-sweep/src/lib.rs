//! Sweeps everything that is due: nudges of stalled stages, warnings, deadlines, re-checks of
//! unconfirmed refunds, retries of deliveries, and mails about alerts of which no member was
//! notified.

mod quarantined;

use domain::alert::{Alert, AlertState};
use domain::basics::id::{AlertId, DeliveryId, HandRefundId, OrganisationId};
use flows::StageFailure;
use jiff::Timestamp;
use runtime::worker::error_chain;
use store::{Store, StoreError};

/// Processes all due items. An item that fails does not stop the others.
///
/// # Errors
/// [`StageFailure`] where the due index cannot be read.
pub async fn handle(store: &Store, now: Timestamp) -> Result<(), StageFailure> {
    let due = store.find_due_items(now).await?;
    for id in due.alerts {
        if let Some(why) = failure_reason(sweep_alert(store, &id, now).await) {
            tracing::error!(alert = %id, "Due alert could not be done: {why}");
        }
    }
    for id in due.refunds {
        if let Some(why) = failure_reason(wake_manual_refund(store, &id, now).await) {
            tracing::error!(refund = %id, "Due refund could not be done: {why}");
        }
    }
    for id in due.quarantined {
        if let Some(why) = failure_reason(quarantined::sweep_payload(store, &id, now).await) {
            tracing::error!(quarantine = %id, "Due payload could not be done: {why}");
        }
    }
    for id in due.deliveries {
        if let Some(why) = failure_reason(wake_delivery(store, &id, now).await) {
            tracing::error!(delivery = %id, "Due delivery could not be woken: {why}");
        }
    }
    wake_backlogs(store, &due.backlogs, now).await;
    Ok(())
}

/// Returns the reason of a failure. A write conflict is no failure: another worker already
/// processed the item.
fn failure_reason(result: Result<(), StoreError>) -> Option<String> {
    match result {
        Ok(()) | Err(StoreError::Conflict(_)) => None,
        Err(error) => Some(error_chain(&error)),
    }
}

/// Requests a retry of a delivery: the write is the request, and the relay sends the message.
async fn wake_delivery(store: &Store, id: &DeliveryId, now: Timestamp) -> Result<(), StoreError> {
    match store.read_delivery(id).await?.and_then(|delivery| delivery.wake_if_due(now)) {
        Some(woken) => store.commit_delivery(&woken).await,
        None => Ok(()),
    }
}

/// Requests a re-check of an open manual refund.
async fn wake_manual_refund(
    store: &Store,
    id: &HandRefundId,
    now: Timestamp,
) -> Result<(), StoreError> {
    match store.read_manual_refund(id).await?.and_then(|refund| refund.apply_due(now)) {
        Some(woken) => store.commit_manual_refund(&woken).await,
        None => Ok(()),
    }
}

/// Requests the mail about alerts of which no member was notified: a new day has a new mail budget.
async fn wake_backlogs(store: &Store, organisations: &[OrganisationId], now: Timestamp) {
    for id in organisations {
        if let Some(why) = failure_reason(wake_backlog(store, id, now).await) {
            tracing::error!(organisation = %id, "Due alert could not be done: its mail, {why}");
        }
    }
}

async fn wake_backlog(
    store: &Store,
    id: &OrganisationId,
    now: Timestamp,
) -> Result<(), StoreError> {
    match store.read_backlog(id).await?.and_then(|backlog| backlog.apply_due(now)) {
        Some(woken) => store.commit_backlog(&woken).await,
        None => Ok(()),
    }
}

async fn sweep_alert(store: &Store, id: &AlertId, now: Timestamp) -> Result<(), StoreError> {
    let Some(due) = store.read_alert(id).await?.and_then(|alert| alert.apply_due(now)) else {
        return Ok(());
    };
    report_due_alert(&due);
    store.commit(&due).await
}

/// Logs the sentences that alarms watch for.
fn report_due_alert(alert: &Alert) {
    match alert.state() {
        AlertState::Expired { .. } => {
            tracing::warn!(alert = %alert.id, "Alert expired without an action");
        }
        AlertState::Resolved { .. } => {
            tracing::error!(alert = %alert.id, "Answer could not be given before the limit");
        }
        _ => tracing::info!(alert = %alert.id, "Due alert moved on"),
    }
}
