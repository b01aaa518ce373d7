//! The object of an event, as the API returns the object now.

use domain::account::Integration;
use domain::account::enrolment::Enrolment;
use domain::alert::Alert;
use domain::basics::id::OrganisationId;
use domain::notify::event::{EventKind, EventName, EventSubject};
use serde::Serialize;
use serde_json::Value;
use store::Store;
use utoipa::ToSchema;

use crate::StageFailure;
use views::{alert, enrolment, integration, manual_refund, order_cancel};

/// The data of an event.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventData)]
pub struct EventData {
    /// The object of the event, as the object's GET returns it.
    pub object: Value,
}

/// Returns the owner and the present form of an event's object. After further writes, the version
/// is later than the event's.
///
/// # Errors
/// [`StageFailure`] if the store does not answer.
pub async fn event_object(
    store: &Store,
    name: &EventName,
) -> Result<Option<(OrganisationId, Value)>, StageFailure> {
    Ok(match &name.subject {
        EventSubject::Alert(id) => match store.read_alert(id).await? {
            Some(alert) if name.kind == EventKind::OrderCancelRequested => {
                order_to_stop(store, &alert).await?
            }
            Some(alert) => Some((
                alert.organisation.clone(),
                without_null_transaction(serde_json::to_value(alert::to_alert_response(&alert))?),
            )),
            None => None,
        },
        EventSubject::Refund(id) => match store.read_manual_refund(id).await? {
            Some(refund) => Some((
                refund.organisation.clone(),
                serde_json::to_value(manual_refund::to_refund_response(&refund))?,
            )),
            None => None,
        },
        EventSubject::Integration(id) => match store.read_record::<Integration>(id.as_str()).await?
        {
            Some(one) => Some((
                one.organisation.clone(),
                serde_json::to_value(integration::to_integration_response(one))?,
            )),
            None => None,
        },
        EventSubject::Enrolment(id) => match store.read_record::<Enrolment>(id.as_str()).await? {
            Some(one) => Some((
                one.organisation.clone(),
                serde_json::to_value(enrolment::to_enrolment_response(one))?,
            )),
            None => None,
        },
    })
}

/// Returns the request to stop the alert's order, if the order has not arrived yet.
async fn order_to_stop(
    store: &Store,
    alert: &Alert,
) -> Result<Option<(OrganisationId, Value)>, StageFailure> {
    let Some(id) = alert.sale().and_then(|found| found.sale.order.as_ref()) else {
        return Ok(None);
    };
    let request =
        store.read_order(id).await?.and_then(|order| order_cancel::to_cancel_request(alert, order));
    let Some(request) = request else { return Ok(None) };
    Ok(Some((alert.organisation.clone(), serde_json::to_value(request)?)))
}

/// Removes a null transaction id, which receivers would take for an id.
fn without_null_transaction(mut object: Value) -> Value {
    if let Some(fields) = object
        .as_object_mut()
        .filter(|fields| fields.get("integration_transaction_id") == Some(&Value::Null))
    {
        fields.remove("integration_transaction_id");
    }
    object
}
