//! An event: kept for those who poll, rendered once for those who subscribed, and a delivery of it
//! kept for each of their endpoints.

use domain::basics::id::EventId;
use domain::notify::event::{EventKind, EventName, Occurrence};
use domain::notify::webhook::{Delivery, Event};
use flows::Failure;
use flows::event_object::{Data, object_of};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use store::Store;

/// What a receiver reads.
#[derive(Serialize)]
struct Envelope<'a> {
    id: &'a EventId,
    #[serde(rename = "type")]
    kind: EventKind,
    data: Data,
}

/// Keeps the event and its deliveries. Each is kept once, however often this runs; the relay sends
/// what was kept.
pub(crate) async fn tell(store: &Store, name: &EventName, now: Timestamp) -> Result<(), Failure> {
    let Some((organisation, object)) = object_of(store, name).await? else { return Ok(()) };
    let Some(account) = store.organisation(&organisation).await? else { return Ok(()) };
    let occurrence = Occurrence { name: name.clone(), organisation: organisation.clone(), at: now };
    store.keep_occurrence(&occurrence, &account).await?;
    let subscribers =
        store.subscribers(&[organisation.as_str(), account.partner.as_str()], name.kind).await?;
    if subscribers.is_empty() {
        return Ok(());
    }
    let event = store.keep_event(rendered(name, object, now)?).await?;
    for endpoint in &subscribers {
        store.keep_delivery(&Delivery::new(&event, endpoint, now)).await?;
    }
    Ok(())
}

fn rendered(name: &EventName, object: Value, now: Timestamp) -> Result<Event, Failure> {
    let (id, kind) = (name.id(), name.kind);
    let body = serde_json::to_string(&Envelope { id: &id, kind, data: Data { object } })?;
    Ok(Event { id, kind, body, created_at: now })
}
