//! Publishes an event: stores the event for polling clients, renders the event once for
//! subscribers, and stores a delivery for each subscribed endpoint.

use domain::basics::id::EventId;
use domain::notify::event::{EventKind, EventName, EventOccurrence};
use domain::notify::webhook::{WebhookDelivery, WebhookEvent};
use flows::StageFailure;
use flows::event_object::{EventData, event_object};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::Store;

/// The body that a receiver parses.
#[derive(Serialize)]
struct EventEnvelope<'a> {
    id: &'a EventId,
    #[serde(rename = "type")]
    kind: EventKind,
    data: EventData,
}

/// Stores the event and its deliveries, idempotent; the relay sends the deliveries.
pub(crate) async fn publish_event(
    store: &Store,
    name: &EventName,
    now: Timestamp,
) -> Result<(), StageFailure> {
    let Some((organisation, object)) = event_object(store, name).await? else { return Ok(()) };
    let Some(account) = store.read_organisation(&organisation).await? else { return Ok(()) };
    let occurrence =
        EventOccurrence { name: name.clone(), organisation: organisation.clone(), at: now };
    store.keep_occurrence(&occurrence, &account).await?;
    let subscribers = store
        .read_subscribers(&[organisation.as_str(), account.partner.as_str()], name.kind)
        .await?;
    if subscribers.is_empty() {
        return Ok(());
    }
    let event = store.keep_event(render_event(name, object, now)?).await?;
    for endpoint in &subscribers {
        store.keep_delivery(&WebhookDelivery::new(&event, endpoint, now)).await?;
    }
    Ok(())
}

fn render_event(
    name: &EventName,
    object: Value,
    now: Timestamp,
) -> Result<WebhookEvent, StageFailure> {
    let (id, kind) = (name.event_id(), name.kind);
    let body = serde_json::to_string(&EventEnvelope { id: &id, kind, data: EventData { object } })?;
    Ok(WebhookEvent { id, kind, body, created_at: now })
}
