//! Everything that falls due: nudges of stages that do not move, warnings, deadlines, rechecks of
//! unconfirmed refunds, deliveries that are tried again, mails about alerts that nobody could be
//! told of.

mod quarantined;

use domain::alert::{Alert, State};
use domain::basics::id::{AlertId, DeliveryId, HandRefundId, OrganisationId};
use flows::Failure;
use jiff::Timestamp;
use runtime::worker::chain;
use store::{Store, StoreError};

/// Does what is due by now. One thing that cannot be done does not hold up the others.
///
/// # Errors
/// [`Failure`] where the due index cannot be read.
pub async fn handle(store: &Store, now: Timestamp) -> Result<(), Failure> {
    let due = store.fallen_due(now).await?;
    for id in due.alerts {
        if let Some(why) = failure(one(store, &id, now).await) {
            tracing::error!(alert = %id, "Due alert could not be done: {why}");
        }
    }
    for id in due.refunds {
        if let Some(why) = failure(look_again(store, &id, now).await) {
            tracing::error!(refund = %id, "Due refund could not be done: {why}");
        }
    }
    for id in due.quarantined {
        if let Some(why) = failure(quarantined::watch(store, &id, now).await) {
            tracing::error!(quarantine = %id, "Due payload could not be done: {why}");
        }
    }
    for id in due.deliveries {
        if let Some(why) = failure(wake(store, &id, now).await) {
            tracing::error!(delivery = %id, "Due delivery could not be woken: {why}");
        }
    }
    tell_late(store, &due.backlogs, now).await;
    Ok(())
}

/// Why a thing could not be done. A thing that somebody else wrote meanwhile is done.
fn failure(result: Result<(), StoreError>) -> Option<String> {
    match result {
        Ok(()) | Err(StoreError::Conflict(_)) => None,
        Err(error) => Some(chain(&error)),
    }
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
        if let Some(why) = failure(call(store, id, now).await) {
            tracing::error!(organisation = %id, "Due alert could not be done: its mail, {why}");
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
    let Some(due) = store.alert(id).await?.and_then(|alert| alert.fell_due(now)) else {
        return Ok(());
    };
    report(&due);
    store.commit(&due).await
}

/// What an alarm watches for.
fn report(alert: &Alert) {
    match alert.state() {
        State::Expired { .. } => {
            tracing::warn!(alert = %alert.id, "Alert expired without an action");
        }
        State::Resolved { .. } => {
            tracing::error!(alert = %alert.id, "Answer could not be given before the limit");
        }
        _ => tracing::info!(alert = %alert.id, "Due alert moved on"),
    }
}
