//! Signing secrets: shown once, sealed for the endpoint they belong to.

use axum::Json;
use axum::body::HttpBody;
use axum::extract::{Path, Request, State};
use domain::account::Sealed;
use domain::id::EndpointId;
use runtime::Failure;
use runtime::http::{Problem, now};
use serde::Deserialize;

use super::{Fields, seen, shown};
use crate::answer::{Answer, Refused, Shown, failed};
use crate::body::Given;
use crate::caller::Caller;
use crate::{Api, Shared};

/// How long the old secret signs beside the new one where nothing is said, and at most.
const OVERLAP_HOURS: u32 = 24;
const MOST_OVERLAP_HOURS: u32 = 7 * 24;

#[derive(Debug, Deserialize)]
pub(crate) struct Rotate {
    overlap_hours: Option<u32>,
}

/// `POST /v1/webhook-endpoints/{id}/rotate-secret`
pub(crate) async fn rotate(State(api): State<Shared>, caller: Caller, Path(id): Path<String>, request: Request) -> Answer<Shown<Fields>> {
    caller.may("webhook_endpoints:write")?;
    let endpoint = seen(&api, &caller, &id).await?;
    let (now, empty) = (now(&request), request.body().is_end_stream());
    let asked = if empty { None } else { Given::<Rotate>::read(request).await?.body.overlap_hours };
    let hours = asked.unwrap_or(OVERLAP_HOURS);
    if hours > MOST_OVERLAP_HOURS {
        return Err(Problem::field("overlap_hours", "OUT_OF_RANGE", format!("Must be 0 to {MOST_OVERLAP_HOURS}.")).into());
    }
    let (secret, sealed) = new(&api, &endpoint.id).await?;
    let endpoint = endpoint.rotated(sealed, i64::from(hours) * 3600, now);
    api.store.commit_endpoint(&endpoint).await?;
    Ok(Json(shown(endpoint, Some(secret))))
}

/// A new secret, and the same sealed.
pub(super) async fn new(api: &Api, endpoint: &EndpointId) -> Result<(String, Sealed), Refused> {
    let secret = partners::webhook::new_secret()?;
    let sealed = api.processors.secrets().seal(endpoint.as_str(), secret.expose()).await;
    Ok((secret.expose().to_owned(), sealed.map_err(|error| failed(&Failure::from(error)))?))
}
