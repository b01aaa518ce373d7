//! Alerts that wait for a person while somebody gives their money back at the processor: they look
//! at their payment again.

use std::collections::BTreeSet;

use domain::account::Integration;
use domain::alert::pipeline::{NUDGE_SECONDS, Stage};
use domain::alert::{Alert, State};
use domain::basics::id::AlertId;
use domain::basics::time::after;
use domain::sale::Payment;
use flows::payment_lookup::look;
use flows::{Failure, Processors};
use jiff::Timestamp;
use store::{Store, StoreError};

/// Whom an event of a refund told already, and whether somebody else than we made the refund.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub alerts: BTreeSet<AlertId>,
    pub by_others: bool,
}

/// Wakes the alerts about a payment of which money went back, but for those that were told of the
/// refund already.
///
/// # Errors
/// [`Failure`] where a look cannot be made now, or an alert is being worked: the processor then
/// sends the event again.
pub(crate) async fn wake(
    store: &Store,
    processors: &Processors,
    integration: &Integration,
    (payment, told): (&Payment, &Told),
    now: Timestamp,
) -> Result<(), Failure> {
    let organisation = &integration.organisation;
    let ledger = store.ledger(&payment.sale_id(organisation)).await?;
    let mut failed = None;
    for id in
        store.alerts_of_payment(organisation, payment, &ledger).await?.difference(&told.alerts)
    {
        let Some(alert) =
            store.alert(id).await?.filter(|alert| alert.organisation == *organisation)
        else {
            continue;
        };
        if told.by_others && is_under_way(&alert, now) {
            // it may have looked before the refund was made
            failed = Some(StoreError::Conflict(id.to_string()).into());
            continue;
        }
        let waits = matches!(
            alert.state(),
            State::ActionRequired { sale: Some(found), .. } if found.sale.id == ledger.sale
        );
        if let Err(failure) = again(store, processors, Some(alert).filter(|_| waits), now).await {
            failed = Some(failure);
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn again(
    store: &Store,
    processors: &Processors,
    alert: Option<Alert>,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(alert) = alert else { return Ok(()) };
    match look(store, processors, &alert, now).await {
        Ok(Some(next)) => Ok(store.commit(&next).await?),
        Ok(None) => Ok(()),
        Err(Failure::Partner(error)) if !error.may_pass() => {
            tracing::warn!(alert = %alert.id, "Processor does not show the payment of a refund: \
                {error}");
            Ok(())
        }
        Err(failure) => Err(failure),
    }
}

/// Whether the alert is being worked: one that stands still does not keep the processor sending its
/// event.
fn is_under_way(alert: &Alert, now: Timestamp) -> bool {
    let stages = [Stage::Matching, Stage::RulesetEvaluation, Stage::Refund];
    alert.next_stage().is_some_and(|stage| stages.contains(&stage))
        && now < after(alert.moved_at, NUDGE_SECONDS)
}

/// The alerts that took a refund for theirs: one that somebody else made carries no mark of ours.
pub(crate) async fn takers(
    store: &Store,
    integration: &Integration,
    payment: &Payment,
    refund: &str,
) -> Result<BTreeSet<AlertId>, StoreError> {
    let ledger = store.ledger(&payment.sale_id(&integration.organisation)).await?;
    Ok(ledger.alerts_of(refund).cloned().collect())
}
