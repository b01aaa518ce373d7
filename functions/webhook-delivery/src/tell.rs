//! An event: rendered once, as its subject is shown over the API, and a delivery of it kept for each endpoint.

use domain::alert::Alert;
use domain::event::{EventKind, EventName, Subject};
use domain::id::{EventId, OrganisationId};
use domain::webhook::{Delivery, Event};
use jiff::Timestamp;
use runtime::Failure;
use runtime::shown;
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

#[derive(Serialize)]
struct Data {
    object: Value,
}

/// Keeps the event and its deliveries. Each is kept once, however often this runs; the relay sends what was kept.
pub(crate) async fn tell(store: &Store, name: &EventName, now: Timestamp) -> Result<(), Failure> {
    let Some((organisation, object)) = seen(store, name).await? else { return Ok(()) };
    let Some(account) = store.organisation(&organisation).await? else { return Ok(()) };
    let subscribers = store.subscribers(&[organisation.as_str(), account.partner.as_str()], name.kind).await?;
    if subscribers.is_empty() {
        return Ok(());
    }
    let event = store.keep_event(rendered(name, object, now)?).await?;
    for endpoint in &subscribers {
        store.keep_delivery(&Delivery::new(&event, endpoint, now)).await?;
    }
    Ok(())
}

/// Whose it is, and how it is shown now: a version later than the event's, where writes came fast.
async fn seen(store: &Store, name: &EventName) -> Result<Option<(OrganisationId, Value)>, Failure> {
    Ok(match &name.subject {
        Subject::Alert(id) => match store.alert(id).await? {
            Some(alert) if name.kind == EventKind::OrderCancelRequested => order_to_stop(store, &alert).await?,
            Some(alert) => Some((alert.organisation.clone(), matched_or_absent(serde_json::to_value(shown::alert::shown(&alert))?))),
            None => None,
        },
        Subject::Refund(id) => match store.hand_refund(id).await? {
            Some(refund) => Some((refund.organisation.clone(), serde_json::to_value(shown::hand_refund::shown(&refund))?)),
            None => None,
        },
        Subject::Integration(id) => match store.record::<domain::account::Integration>(id.as_str()).await? {
            Some(integration) => Some((integration.organisation.clone(), serde_json::to_value(shown::integration::shown(integration))?)),
            None => None,
        },
        Subject::Enrolment(id) => match store.record::<domain::enrolment::Enrolment>(id.as_str()).await? {
            Some(enrolment) => Some((enrolment.organisation.clone(), serde_json::to_value(shown::enrolment::shown(enrolment))?)),
            None => None,
        },
    })
}

/// The alert's order, where it is still on its way.
async fn order_to_stop(store: &Store, alert: &Alert) -> Result<Option<(OrganisationId, Value)>, Failure> {
    let Some(id) = alert.sale().and_then(|found| found.sale.order.as_ref()) else { return Ok(None) };
    let request = store.order(id).await?.and_then(|order| shown::order_cancel::shown(alert, order));
    let Some(request) = request else { return Ok(None) };
    Ok(Some((alert.organisation.clone(), serde_json::to_value(request)?)))
}

/// Receivers read the transaction's id where it is there, and take null for one.
fn matched_or_absent(mut object: Value) -> Value {
    if let Some(fields) = object.as_object_mut().filter(|fields| fields.get("integration_transaction_id") == Some(&Value::Null)) {
        fields.remove("integration_transaction_id");
    }
    object
}

fn rendered(name: &EventName, object: Value, now: Timestamp) -> Result<Event, Failure> {
    let (id, kind) = (name.id(), name.kind);
    let body = serde_json::to_string(&Envelope { id: &id, kind, data: Data { object } })?;
    Ok(Event { id, kind, body, created_at: now })
}
