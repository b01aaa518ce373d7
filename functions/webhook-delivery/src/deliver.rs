//! A delivery: one try, and what came of it.

use domain::basics::id::DeliveryId;
use domain::calls::lane::{CallLane, CallPace, LaneGate};
use domain::notify::webhook::{
    DeliveryAttempt, DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEndpointStatus,
};
use flows::StageFailure;
use jiff::Timestamp;
use partners::WebhookMessage;
use store::StoreError;
use tokio::time::Instant;

use crate::WebhookWorker;

/// Tries a delivery that is asked for. A repeated message, or one that comes late, finds nothing to
/// do.
pub(crate) async fn attempt_delivery(
    desk: &WebhookWorker,
    id: &DeliveryId,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let store = &desk.store;
    let Some(delivery) =
        store.read_delivery(id).await?.filter(WebhookDelivery::is_attempt_requested)
    else {
        return Ok(());
    };
    let endpoint = store.read_endpoint(&delivery.endpoint).await?;
    let endpoint = match endpoint {
        Some(endpoint) if endpoint.status == WebhookEndpointStatus::Enabled => endpoint,
        Some(WebhookEndpoint {
            status: WebhookEndpointStatus::Paused | WebhookEndpointStatus::Disabled,
            ..
        }) => {
            return Ok(store
                .commit_delivery(&delivery.stop_with_state(DeliveryState::Held, now))
                .await?);
        }
        Some(_) | None => {
            return Ok(store
                .commit_delivery(&delivery.stop_with_state(DeliveryState::Failed, now))
                .await?);
        }
    };
    let endpoint = match CallLane::check_gate(endpoint.lane.as_ref(), now) {
        LaneGate::Open => endpoint,
        LaneGate::Closed { until } => {
            return Ok(store.commit_delivery(&delivery.defer_until(until, now)).await?);
        }
        LaneGate::Probe(lane) => {
            let (until, probed) =
                (lane.closed_until.unwrap_or(now), endpoint.with_probe_lane(lane, now));
            match store.commit_endpoint(&probed).await {
                Ok(()) => probed,
                Err(StoreError::Conflict(_)) => {
                    return Ok(store.commit_delivery(&delivery.defer_until(until, now)).await?);
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    if CallLane::is_slow(endpoint.lane.as_ref()) && !delivery.is_parted {
        return Ok(store.commit_delivery(&delivery.move_to_slow_queue(now)).await?);
    }
    let (attempt, pace) = post_event(desk, &delivery, &endpoint, now).await?;
    store.commit_delivery(&delivery.record_attempt(attempt.clone())).await?;
    note_attempt(desk, endpoint, &attempt, pace).await
}

async fn post_event(
    desk: &WebhookWorker,
    delivery: &WebhookDelivery,
    endpoint: &WebhookEndpoint,
    now: Timestamp,
) -> Result<(DeliveryAttempt, CallPace), StageFailure> {
    let event = desk
        .store
        .read_event(&delivery.event)
        .await?
        .ok_or(StageFailure::Missing("the delivery's event"))?;
    let mut secrets = Vec::new();
    for sealed in endpoint.active_secrets(now) {
        secrets.push(desk.secrets.open_secret(endpoint.id.as_str(), sealed, now).await?);
    }
    let letter = WebhookMessage {
        url: &endpoint.url,
        id: delivery.id.as_str(),
        body: &event.body,
        signature: endpoint.signature,
        secrets: &secrets,
    };
    let began = Instant::now();
    let attempt = desk.webhooks.send_webhook(&letter, now).await;
    Ok((attempt, CallPace::from_duration(began.elapsed(), desk.slow_after)))
}

/// What the attempt says of the endpoint itself. Who wrote it at the same moment knows better.
async fn note_attempt(
    desk: &WebhookWorker,
    endpoint: WebhookEndpoint,
    attempt: &DeliveryAttempt,
    pace: CallPace,
) -> Result<(), StageFailure> {
    let Some(endpoint) = endpoint.record_attempt(attempt, pace) else { return Ok(()) };
    if endpoint.status != WebhookEndpointStatus::Enabled {
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
