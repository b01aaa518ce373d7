//! Webhook endpoints as responses.

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
    /// The organisation whose events are sent; null for all organisations of the partner.
    organisation_id: Option<OrganisationId>,
    url: String,
    events: Vec<EventKind>,
    signature: SignatureScheme,
    status: WebhookEndpointStatus,
    /// The start of the current failures; null while deliveries succeed.
    failing_since: Option<Timestamp>,
    /// Only in the responses to creation and rotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Builds the response, with the secret if given.
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
