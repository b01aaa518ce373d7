//! A delivery: one try, and what came of it.

use domain::basics::id::DeliveryId;
use domain::calls::lane::{Gate, Lane, Pace};
use domain::notify::webhook::{Attempt, Delivery, DeliveryState, Endpoint, EndpointStatus};
use flows::Failure;
use jiff::Timestamp;
use partners::Letter;
use store::StoreError;
use tokio::time::Instant;

use crate::Desk;

/// Tries a delivery that is asked for. A repeated message, or one that comes late, finds nothing to
/// do.
pub(crate) async fn deliver(desk: &Desk, id: &DeliveryId, now: Timestamp) -> Result<(), Failure> {
    let store = &desk.store;
    let Some(delivery) = store.delivery(id).await?.filter(Delivery::is_asked) else {
        return Ok(());
    };
    let endpoint = store.endpoint(&delivery.endpoint).await?;
    let endpoint = match endpoint {
        Some(endpoint) if endpoint.status == EndpointStatus::Enabled => endpoint,
        Some(Endpoint { status: EndpointStatus::Paused | EndpointStatus::Disabled, .. }) => {
            return Ok(store.commit_delivery(&delivery.put_off(DeliveryState::Held, now)).await?);
        }
        Some(_) | None => {
            return Ok(store
                .commit_delivery(&delivery.put_off(DeliveryState::Failed, now))
                .await?);
        }
    };
    let endpoint = match Lane::gate(endpoint.lane.as_ref(), now) {
        Gate::Open => endpoint,
        Gate::Closed { until } => {
            return Ok(store.commit_delivery(&delivery.left_until(until, now)).await?);
        }
        Gate::Probe(lane) => {
            let (until, probed) = (lane.closed_until.unwrap_or(now), endpoint.probed(lane, now));
            match store.commit_endpoint(&probed).await {
                Ok(()) => probed,
                Err(StoreError::Conflict(_)) => {
                    return Ok(store.commit_delivery(&delivery.left_until(until, now)).await?);
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    if Lane::is_slow(endpoint.lane.as_ref()) && !delivery.is_parted {
        return Ok(store.commit_delivery(&delivery.parted(now)).await?);
    }
    let (attempt, pace) = attempt(desk, &delivery, &endpoint, now).await?;
    store.commit_delivery(&delivery.attempted(attempt.clone())).await?;
    heard(desk, endpoint, &attempt, pace).await
}

async fn attempt(
    desk: &Desk,
    delivery: &Delivery,
    endpoint: &Endpoint,
    now: Timestamp,
) -> Result<(Attempt, Pace), Failure> {
    let event =
        desk.store.event(&delivery.event).await?.ok_or(Failure::Missing("the delivery's event"))?;
    let mut secrets = Vec::new();
    for sealed in endpoint.signing(now) {
        secrets.push(desk.secrets.open(endpoint.id.as_str(), sealed, now).await?);
    }
    let letter = Letter {
        url: &endpoint.url,
        id: delivery.id.as_str(),
        body: &event.body,
        signature: endpoint.signature,
        secrets: &secrets,
    };
    let began = Instant::now();
    let attempt = desk.webhooks.send(&letter, now).await;
    Ok((attempt, Pace::of(began.elapsed(), desk.slow_after)))
}

/// What the attempt says of the endpoint itself. Who wrote it at the same moment knows better.
async fn heard(
    desk: &Desk,
    endpoint: Endpoint,
    attempt: &Attempt,
    pace: Pace,
) -> Result<(), Failure> {
    let Some(endpoint) = endpoint.heard(attempt, pace) else { return Ok(()) };
    if endpoint.status != EndpointStatus::Enabled {
        tracing::warn!(
            endpoint = %endpoint.id,
            "Webhook endpoint is told nothing more: {:?}",
            endpoint.status
        );
    }
    match desk.store.commit_endpoint(&endpoint).await {
        Err(StoreError::Conflict(_)) => Ok(()),
        other => Ok(other?),
    }
}
