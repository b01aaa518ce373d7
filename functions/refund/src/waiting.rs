//! Alerts that wait while a person gives their money back by hand: looked at again once that is
//! confirmed.

use std::slice::from_ref;

use domain::alert::pipeline::Stage;
use domain::alert::{Actor, Alert};
use domain::matching::{Found, best};
use domain::refund::manual::HandRefund;
use domain::refund::{Cause, given_back};
use domain::sale::{RefundState, Sale};
use flows::Failure;
use jiff::Timestamp;
use store::{Store, StoreError};

/// Wakes the alerts about the refund's sale that wait for a person and have nothing left to give
/// back.
///
/// # Errors
/// [`Failure`] while such an alert is still being worked, so that what becomes of it is looked at
/// again.
pub(crate) async fn wake(store: &Store, made: &HandRefund, now: Timestamp) -> Result<(), Failure> {
    let sale = store.ledger(&made.sale.id).await?.laid_onto(made.sale.clone());
    let mut under_way = None;
    for id in store.alerts_near(&made.organisation, from_ref(&sale)).await? {
        let Some(alert) = store
            .alert(&id)
            .await?
            .filter(|alert| is_about(alert, &sale) && made.settles(alert, &sale))
        else {
            continue;
        };
        if matches!(
            alert.next_stage(),
            Some(Stage::Matching | Stage::RulesetEvaluation | Stage::Refund)
        ) {
            under_way = Some(id);
        } else if alert.has_failed_refund() {
            make_good(store, alert, &sale, now).await?;
        } else if let Ok(woken) = alert.given_back(made, now) {
            store.commit(&woken).await?;
        }
    }
    under_way.map_or(Ok(()), |id| Err(StoreError::Conflict(id.to_string()).into()))
}

/// The money of an alert whose refund failed after the answer went back by hand: the alert shows
/// that refund.
async fn make_good(
    store: &Store,
    alert: Alert,
    sale: &Sale,
    now: Timestamp,
) -> Result<(), Failure> {
    let given = given_back(&alert.claim, alert.received_at, sale);
    let confirmed = given.filter(|given| given.state == RefundState::Succeeded);
    let Some(refund) = confirmed.map(|given| given.kept()) else { return Ok(()) };
    if let Some(ledger) =
        store.ledger(&sale.id).await?.with_confirmed(&Cause::from(&alert.id), &refund)
    {
        store.enter(&ledger).await?;
    }
    match alert.with_confirmed_refund(refund, Actor::Processor, now) {
        Ok(good) => Ok(store.commit(&good).await?),
        Err(_) => Ok(()), // its refund stands again
    }
}

/// Whether it is the alert's sale, or may turn out to be.
fn is_about(alert: &Alert, sale: &Sale) -> bool {
    alert.sale().map_or_else(
        || !matches!(best(&alert.claim, from_ref(sale)), Found::Nothing),
        |found| found.sale.id == sale.id,
    )
}
