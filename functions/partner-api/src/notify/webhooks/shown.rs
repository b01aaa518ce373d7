//! A webhook endpoint as it is shown.

use domain::basics::id::{EndpointId, OrganisationId};
use domain::notify::event::EventKind;
use domain::notify::webhook::{Endpoint, EndpointStatus, Signature};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::PATH;
use crate::http::response::Shown;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpoint)]
pub(crate) struct Fields {
    id: EndpointId,
    /// Whose events are sent; without one those of all organisations of the partner.
    organisation_id: Option<OrganisationId>,
    url: String,
    events: Vec<EventKind>,
    signature: Signature,
    status: EndpointStatus,
    /// Since when nothing could be delivered; null while it answers.
    failing_since: Option<Timestamp>,
    /// Shown when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The endpoint as it is shown, with a secret only where `secret` has one.
pub(super) fn shown(from: Endpoint, secret: Option<String>) -> Shown<Fields> {
    let Endpoint {
        id,
        organisation,
        url,
        events,
        signature,
        status,
        failing_since,
        version,
        created_at,
        updated_at,
        ..
    } = from;
    let path = id.to_string();
    let fields = Fields {
        id,
        organisation_id: organisation,
        url,
        events,
        signature,
        status,
        failing_since,
        secret,
        created_at,
        updated_at,
    };
    Shown::at(PATH, &path, version, fields)
}
