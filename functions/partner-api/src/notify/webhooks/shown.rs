//! A webhook endpoint as it is shown.

use domain::basics::id::{EndpointId, OrganisationId};
use domain::notify::event::EventKind;
use domain::notify::webhook::{SignatureScheme, WebhookEndpoint, WebhookEndpointStatus};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::PATH;
use crate::http::response::ResourceResponse;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpoint)]
pub(crate) struct EndpointFields {
    id: EndpointId,
    /// Whose events are sent; without one those of all organisations of the partner.
    organisation_id: Option<OrganisationId>,
    url: String,
    events: Vec<EventKind>,
    signature: SignatureScheme,
    status: WebhookEndpointStatus,
    /// Since when nothing could be delivered; null while it answers.
    failing_since: Option<Timestamp>,
    /// Shown when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The endpoint as it is shown, with a secret only where `secret` has one.
pub(super) fn to_response(
    from: WebhookEndpoint,
    secret: Option<String>,
) -> ResourceResponse<EndpointFields> {
    let WebhookEndpoint {
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
    let fields = EndpointFields {
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
    ResourceResponse::at_path(PATH, &path, version, fields)
}
