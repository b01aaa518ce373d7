//! Signing secrets: shown once, sealed for the endpoint they belong to.

use axum::Json;
use axum::body::HttpBody;
use axum::extract::{Path, Request, State};
use domain::account::Sealed;
use flows::Failure;
use flows::problem::Problem;
use jiff::Timestamp;
use runtime::http::now;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Fields, seen, shown};
use crate::http::body::Given;
use crate::http::caller::Caller;
use crate::http::response::{Answer, Refused, Shown, failed};
use crate::http::state::{Api, Shared};

/// How long the old secret signs beside the new one where nothing is said, and at most.
const OVERLAP_HOURS: u32 = 24;
const MOST_OVERLAP_HOURS: u32 = 7 * 24;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SecretRotation)]
pub(crate) struct Rotate {
    /// For how many hours the old secret signs, too; 24 if it is not given.
    #[schema(maximum = 168)]
    overlap_hours: Option<u32>,
}

// The document names types without parameters.
type One = Shown<Fields>;

/// Gives an endpoint a new secret.
///
/// The old one signs too until the overlap ends.
#[utoipa::path(
    post, path = "/v1/webhook-endpoints/{id}/rotate-secret", operation_id = "webhooks_rotate",
    request_body = Option<Rotate>,
    responses((status = 200, body = One), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["webhook_endpoints:write"]))
)]
pub(crate) async fn rotate(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("webhook_endpoints:write")?;
    let endpoint = seen(&api, &caller, &id).await?;
    let (overlap_seconds, now) = overlap(request).await?;
    let (secret, sealed) = new(&api, endpoint.id.as_str()).await?;
    let endpoint = endpoint.rotated(sealed, overlap_seconds, now);
    api.store.commit_endpoint(&endpoint).await?;
    Ok(Json(shown(endpoint, Some(secret))))
}

/// For how many seconds the old secret is to go on signing, and from when.
pub(crate) async fn overlap(request: Request) -> Result<(i64, Timestamp), Problem> {
    let (now, empty) = (now(&request), request.body().is_end_stream());
    let asked = if empty { None } else { Given::<Rotate>::read(request).await?.body.overlap_hours };
    let hours = asked.unwrap_or(OVERLAP_HOURS);
    if hours > MOST_OVERLAP_HOURS {
        return Err(Problem::field(
            "overlap_hours",
            "OUT_OF_RANGE",
            format!("Must be 0 to {MOST_OVERLAP_HOURS}."),
        ));
    }
    Ok((i64::from(hours) * 3600, now))
}

/// A new secret, and the same sealed for its owner.
pub(crate) async fn new(api: &Api, owner: &str) -> Result<(String, Sealed), Refused> {
    let secret = partners::webhook::new_secret()?;
    let sealed = api.processors.secrets().seal(owner, secret.expose()).await;
    Ok((secret.expose().to_owned(), sealed.map_err(|error| failed(&Failure::from(error)))?))
}
