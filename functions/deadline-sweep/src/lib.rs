//! Everything that falls due: nudges of stages that do not move, warnings, deadlines, rechecks of
//! unconfirmed refunds, deliveries that are tried again, mails about alerts that nobody could be
//! told of.

mod quarantined;

use domain::alert::{Alert, AlertState};
use domain::basics::id::{AlertId, DeliveryId, HandRefundId, OrganisationId};
use flows::StageFailure;
use jiff::Timestamp;
use runtime::worker::error_chain;
use store::{Store, StoreError};

/// Does what is due by now. One thing that cannot be done does not hold up the others.
///
/// # Errors
/// [`Failure`] where the due index cannot be read.
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

/// Why a thing could not be done. A thing that somebody else wrote meanwhile is done.
fn failure_reason(result: Result<(), StoreError>) -> Option<String> {
    match result {
        Ok(()) | Err(StoreError::Conflict(_)) => None,
        Err(error) => Some(error_chain(&error)),
    }
}

/// A delivery is tried again: the write asks for it, the relay sends the message.
async fn wake_delivery(store: &Store, id: &DeliveryId, now: Timestamp) -> Result<(), StoreError> {
    match store.read_delivery(id).await?.and_then(|delivery| delivery.wake_if_due(now)) {
        Some(woken) => store.commit_delivery(&woken).await,
        None => Ok(()),
    }
}

/// A person's refund that is not over is looked at again.
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

/// A new day has its mails: the write asks for the one about alerts that nobody could be told of.
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

/// What an alarm watches for.
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
