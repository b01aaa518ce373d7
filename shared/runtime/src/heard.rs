//! A processor's word on a refund: what it means to those that the refund was made for.

use domain::account::Integration;
use domain::alert::{Actor, Alert};
use domain::hand_refund::{HandRefund, HandState};
use domain::id::{AlertId, HandRefundId};
use domain::refund::{Attempted, Cause};
use domain::sale::{RefundSeen, RefundState, SaleId};
use jiff::Timestamp;
use store::{Store, StoreError};

use crate::Failure;

/// What somebody says of a refund that was made for a cause of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub cause: Cause,
    /// The processor's id of the refund.
    pub id: String,
    pub state: RefundState,
}

impl Word {
    /// What a refund says by its own mark; nothing where it is not ours.
    #[must_use]
    pub fn of(refund: &RefundSeen) -> Option<Self> {
        refund.cause().map(|cause| Self { cause, id: refund.id.clone(), state: refund.state.clone() })
    }
}

/// A refund of ours has a new state: who waits for it looks; who is over hears of a failure only.
///
/// # Errors
/// [`Failure`] where the store does not answer, or somebody else wrote first.
pub async fn heard(store: &Store, integration: &Integration, refund: &Word, now: Timestamp) -> Result<(), Failure> {
    match &refund.cause {
        Cause::Alert(id) => by_alert(store, integration, id, refund, now).await,
        Cause::Hand(id) => by_hand(store, integration, id, refund, now).await,
    }
}

async fn by_alert(store: &Store, integration: &Integration, id: &AlertId, refund: &Word, now: Timestamp) -> Result<(), Failure> {
    let Some(alert) = store.alert(id).await?.filter(|alert| alert.organisation == integration.organisation) else { return Ok(()) };
    match (&refund.state, alert.settled().map(|done| done.tells_of(&refund.id))) {
        (RefundState::Failed(reason), Some(true)) => {
            if let Some(sale) = alert.sale() {
                failed_late(store, &sale.sale.id, refund, reason).await?;
            }
            return Ok(untrue(store, alert, refund, reason, now).await?);
        }
        (RefundState::Succeeded, Some(false)) => {
            tracing::error!(alert = %id, refund = %refund.id, "Refund succeeded after the answer: the alert ended without it");
        }
        _ => {}
    }
    match alert.rechecked(Actor::Processor, now) {
        Ok(again) => Ok(store.commit(&again).await?),
        Err(_) => Ok(()), // nothing waits for it
    }
}

async fn by_hand(store: &Store, integration: &Integration, id: &HandRefundId, refund: &Word, now: Timestamp) -> Result<(), Failure> {
    let Some(asked) = store.hand_refund(id).await?.filter(|asked| asked.organisation == integration.organisation) else { return Ok(()) };
    match (&asked.state, &refund.state) {
        // Where a person said so and named no refund, it goes by our own id.
        (HandState::Succeeded { refund: told }, RefundState::Failed(reason)) if told.id == refund.id || told.id == id.as_str() => {
            Ok(took_back(store, asked.clone(), &Word { id: told.id.clone(), ..refund.clone() }, reason, now).await?)
        }
        (_, told) => match asked.heard_of(told, now) {
            Some(again) => Ok(store.commit_hand_refund(&again).await?),
            None => Ok(()), // nothing waits for it
        },
    }
}

/// What an alert has as done is not: it goes back, unless its network was told.
async fn untrue(store: &Store, alert: Alert, refund: &Word, reason: &str, now: Timestamp) -> Result<(), StoreError> {
    let id = alert.id.clone();
    if let Ok(again) = alert.doubted(&refund.id, Actor::Processor, now) {
        return store.commit(&again).await;
    }
    tracing::error!(alert = %id, refund = %refund.id, "Refund failed after the answer: {reason}");
    Ok(())
}

/// So it is with the alerts that took the refund for theirs.
async fn took_back(store: &Store, asked: HandRefund, refund: &Word, reason: &str, now: Timestamp) -> Result<(), StoreError> {
    tracing::error!(refund = %asked.id, "Refund failed after the answer: {reason}");
    let ledger = store.ledger(&asked.sale.id).await?;
    for id in ledger.alerts_of(&refund.id) {
        if let Some(alert) = store.alert(id).await? {
            untrue(store, alert, refund, reason, now).await?;
        }
    }
    failed_late(store, &asked.sale.id, refund, reason).await?;
    store.commit_hand_refund(&asked.failed(reason.to_owned(), now)).await
}

async fn failed_late(store: &Store, sale: &SaleId, refund: &Word, reason: &str) -> Result<(), StoreError> {
    let result = Attempted::Failed { reason: reason.to_owned() };
    match store.ledger(sale).await?.told(&refund.id, &result) {
        Some(ledger) => store.enter(&ledger).await,
        None => Ok(()),
    }
}
