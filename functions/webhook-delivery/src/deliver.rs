//! A delivery: a single attempt, and its result.

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

/// Attempts a requested delivery. A repeated or late message changes nothing (idempotent).
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
    let endpoint = match store.read_endpoint(&delivery.endpoint).await? {
        Some(endpoint) if endpoint.status == WebhookEndpointStatus::Enabled => endpoint,
        other => {
            let state = stopped_state(other.as_ref());
            return Ok(store.commit_delivery(&delivery.stop_with_state(state, now)).await?);
        }
    };
    let endpoint = match enter_lane(desk, endpoint, now).await? {
        Ok(endpoint) => endpoint,
        Err(until) => return Ok(store.commit_delivery(&delivery.defer_until(until, now)).await?),
    };
    if CallLane::is_slow(endpoint.lane.as_ref()) && !delivery.is_parted {
        return Ok(store.commit_delivery(&delivery.move_to_slow_queue(now)).await?);
    }
    let (attempt, pace) = post_event(desk, &delivery, &endpoint, now).await?;
    store.commit_delivery(&delivery.record_attempt(attempt.clone())).await?;
    note_attempt(desk, endpoint, &attempt, pace).await
}

/// Returns the state of a delivery whose endpoint is not enabled: a paused or disabled endpoint may
/// be enabled again, a stopped or deleted endpoint may not.
const fn stopped_state(endpoint: Option<&WebhookEndpoint>) -> DeliveryState {
    match endpoint {
        Some(WebhookEndpoint {
            status: WebhookEndpointStatus::Paused | WebhookEndpointStatus::Disabled,
            ..
        }) => DeliveryState::Held,
        Some(_) | None => DeliveryState::Failed,
    }
}

/// Checks the lane of the endpoint's calls; the inner error is the time until which the lane is
/// closed. Only a single worker may probe a closed lane: the write of the endpoint decides.
async fn enter_lane(
    desk: &WebhookWorker,
    endpoint: WebhookEndpoint,
    now: Timestamp,
) -> Result<Result<WebhookEndpoint, Timestamp>, StageFailure> {
    match CallLane::check_gate(endpoint.lane.as_ref(), now) {
        LaneGate::Open => Ok(Ok(endpoint)),
        LaneGate::Closed { until } => Ok(Err(until)),
        LaneGate::Probe(lane) => {
            let (until, probed) =
                (lane.closed_until.unwrap_or(now), endpoint.with_probe_lane(lane, now));
            match desk.store.commit_endpoint(&probed).await {
                Ok(()) => Ok(Ok(probed)),
                Err(StoreError::Conflict(_)) => Ok(Err(until)),
                Err(error) => Err(error.into()),
            }
        }
    }
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

/// Applies the attempt to the endpoint itself. On a write conflict the concurrent write wins.
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
