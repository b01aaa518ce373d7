//! Signing secrets: returned once, stored encrypted for their endpoint.

use axum::Json;
use axum::body::HttpBody;
use axum::extract::{Path, Request, State};
use domain::account::SealedSecret;
use flows::StageFailure;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use runtime::http::request_time;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{EndpointFields, load_endpoint, to_response};
use crate::http::body::RequestBody;
use crate::http::caller::ApiCaller;
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse, to_unavailable};
use crate::http::state::{ApiContext, SharedContext};

/// The default and the longest overlap, during which the old secret signs beside the new secret.
const OVERLAP_HOURS: u32 = 24;
const MOST_OVERLAP_HOURS: u32 = 7 * 24;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SecretRotation)]
pub(crate) struct RotateSecret {
    /// Hours in which the old secret still signs; 24 by default.
    #[schema(maximum = 168)]
    overlap_hours: Option<u32>,
}

// Aliases, because the API document cannot name generic types.
type RotatedEndpoint = ResourceResponse<EndpointFields>;

/// Rotates an endpoint's signing secret.
///
/// The previous secret also signs until the overlap ends.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}/rotate-secret", operation_id = "webhooks_rotate",
    request_body = Option<RotateSecret>,
    responses((status = 200, body = RotatedEndpoint), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn rotate(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<EndpointFields>> {
    caller.require_ability("webhook_endpoints:write")?;
    let endpoint = load_endpoint(&api, &caller, &id).await?;
    let (overlap_seconds, now) = read_overlap(request).await?;
    let (secret, sealed) = new_sealed_secret(&api, endpoint.id.as_str()).await?;
    let endpoint = endpoint.rotate_secret(sealed, overlap_seconds, now);
    api.store.commit_endpoint(&endpoint).await?;
    Ok(Json(to_response(endpoint, Some(secret))))
}

/// Returns the overlap in seconds, and its start.
pub(crate) async fn read_overlap(request: Request) -> Result<(i64, Timestamp), ProblemDetails> {
    let (now, empty) = (request_time(&request), request.body().is_end_stream());
    let asked = if empty {
        None
    } else {
        RequestBody::<RotateSecret>::read_request(request).await?.body.overlap_hours
    };
    let hours = asked.unwrap_or(OVERLAP_HOURS);
    if hours > MOST_OVERLAP_HOURS {
        return Err(ProblemDetails::invalid_field(
            "overlap_hours",
            "OUT_OF_RANGE",
            format!("Must be 0 to {MOST_OVERLAP_HOURS}."),
        ));
    }
    Ok((i64::from(hours) * 3600, now))
}

/// Generates a secret. Returns the plain text, and the text encrypted for its owner.
pub(crate) async fn new_sealed_secret(
    api: &ApiContext,
    owner: &str,
) -> Result<(String, SealedSecret), ApiRefusal> {
    let secret = partners::webhook::new_webhook_secret()?;
    let sealed = api.processors.secrets().seal_secret(owner, secret.expose_secret()).await;
    Ok((
        secret.expose_secret().to_owned(),
        sealed.map_err(|error| to_unavailable(&StageFailure::from(error)))?,
    ))
}
