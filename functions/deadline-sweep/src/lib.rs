//! Everything that falls due: nudges of stages that do not move, warnings, deadlines, rechecks of unconfirmed refunds,
//! deliveries that are tried again, mails about alerts that nobody could be told of.

use domain::alert::{Alert, State};
use domain::id::{AlertId, DeliveryId, HandRefundId, OrganisationId};
use jiff::Timestamp;
use runtime::Failure;
use runtime::worker::chain;
use store::{Store, StoreError};

/// Does what is due by now. One alert that cannot be done does not hold up the others.
///
/// # Errors
/// [`Failure`] where the due index cannot be read.
pub async fn handle(store: &Store, now: Timestamp) -> Result<(), Failure> {
    let due = store.fallen_due(now).await?;
    for id in due.alerts {
        match one(store, &id, now).await {
            Ok(()) => {}
            Err(StoreError::Conflict(_)) => tracing::info!(alert = %id, "Alert moved by itself meanwhile"),
            Err(error) => tracing::error!(alert = %id, error = %chain(&error), "Due alert could not be done: {error}"),
        }
    }
    for id in due.refunds {
        match look_again(store, &id, now).await {
            Ok(()) | Err(StoreError::Conflict(_)) => {}
            Err(error) => tracing::error!(refund = %id, error = %chain(&error), "Due refund could not be done: {error}"),
        }
    }
    tell_late(store, &due.backlogs, now).await;
    for id in due.deliveries {
        match wake(store, &id, now).await {
            Ok(()) | Err(StoreError::Conflict(_)) => {}
            Err(error) => tracing::error!(delivery = %id, error = %chain(&error), "Due delivery could not be woken: {error}"),
        }
    }
    Ok(())
}

/// A delivery is tried again: the write asks for it, the relay sends the message.
async fn wake(store: &Store, id: &DeliveryId, now: Timestamp) -> Result<(), StoreError> {
    match store.delivery(id).await?.and_then(|delivery| delivery.woken(now)) {
        Some(woken) => store.commit_delivery(&woken).await,
        None => Ok(()),
    }
}

/// A person's refund that is not over is looked at again.
async fn look_again(store: &Store, id: &HandRefundId, now: Timestamp) -> Result<(), StoreError> {
    match store.hand_refund(id).await?.and_then(|refund| refund.fell_due(now)) {
        Some(woken) => store.commit_hand_refund(&woken).await,
        None => Ok(()),
    }
}

/// A new day has its mails: the write asks for the one about alerts that nobody could be told of.
async fn tell_late(store: &Store, organisations: &[OrganisationId], now: Timestamp) {
    for id in organisations {
        match call(store, id, now).await {
            Ok(()) | Err(StoreError::Conflict(_)) => {}
            Err(error) => tracing::error!(organisation = %id, error = %chain(&error), "Due alert could not be done: its mail, {error}"),
        }
    }
}

async fn call(store: &Store, id: &OrganisationId, now: Timestamp) -> Result<(), StoreError> {
    match store.backlog(id).await?.and_then(|backlog| backlog.fell_due(now)) {
        Some(woken) => store.commit_backlog(&woken).await,
        None => Ok(()),
    }
}

async fn one(store: &Store, id: &AlertId, now: Timestamp) -> Result<(), StoreError> {
    let Some(due) = store.alert(id).await?.and_then(|alert| alert.fell_due(now)) else { return Ok(()) };
    report(&due);
    store.commit(&due).await
}

/// What an alarm watches for.
fn report(alert: &Alert) {
    match alert.state() {
        State::Expired { .. } => tracing::warn!(alert = %alert.id, "Alert expired without an action"),
        State::Resolved { .. } => tracing::error!(alert = %alert.id, "Answer could not be given before the limit"),
        _ => tracing::info!(alert = %alert.id, "Due alert moved on"),
    }
}
