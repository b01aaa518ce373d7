//! What an event is about, as it is shown now.

use domain::account::Integration;
use domain::account::enrolment::Enrolment;
use domain::alert::Alert;
use domain::basics::id::OrganisationId;
use domain::notify::event::{EventKind, EventName, Subject};
use serde::Serialize;
use serde_json::Value;
use store::Store;
use utoipa::ToSchema;

use crate::Failure;
use views::{alert, enrolment, integration, manual_refund, order_cancel};

/// The part of an event that tells what it is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventData)]
pub struct Data {
    /// What it is about, as its GET shows it.
    pub object: Value,
}

/// Whose an event's object is, and how it is shown now: a version later than the event's, where
/// writes came since.
///
/// # Errors
/// [`Failure`] where the store does not answer.
pub async fn object_of(
    store: &Store,
    name: &EventName,
) -> Result<Option<(OrganisationId, Value)>, Failure> {
    Ok(match &name.subject {
        Subject::Alert(id) => match store.alert(id).await? {
            Some(alert) if name.kind == EventKind::OrderCancelRequested => {
                order_to_stop(store, &alert).await?
            }
            Some(alert) => Some((
                alert.organisation.clone(),
                matched_or_absent(serde_json::to_value(alert::shown(&alert))?),
            )),
            None => None,
        },
        Subject::Refund(id) => match store.hand_refund(id).await? {
            Some(refund) => Some((
                refund.organisation.clone(),
                serde_json::to_value(manual_refund::shown(&refund))?,
            )),
            None => None,
        },
        Subject::Integration(id) => match store.record::<Integration>(id.as_str()).await? {
            Some(one) => {
                Some((one.organisation.clone(), serde_json::to_value(integration::shown(one))?))
            }
            None => None,
        },
        Subject::Enrolment(id) => match store.record::<Enrolment>(id.as_str()).await? {
            Some(one) => {
                Some((one.organisation.clone(), serde_json::to_value(enrolment::shown(one))?))
            }
            None => None,
        },
    })
}

/// The alert's order, where it is still on its way.
async fn order_to_stop(
    store: &Store,
    alert: &Alert,
) -> Result<Option<(OrganisationId, Value)>, Failure> {
    let Some(id) = alert.sale().and_then(|found| found.sale.order.as_ref()) else {
        return Ok(None);
    };
    let request = store.order(id).await?.and_then(|order| order_cancel::shown(alert, order));
    let Some(request) = request else { return Ok(None) };
    Ok(Some((alert.organisation.clone(), serde_json::to_value(request)?)))
}

/// Receivers read the transaction's id where it is there, and take null for one.
fn matched_or_absent(mut object: Value) -> Value {
    if let Some(fields) = object
        .as_object_mut()
        .filter(|fields| fields.get("integration_transaction_id") == Some(&Value::Null))
    {
        fields.remove("integration_transaction_id");
    }
    object
}
