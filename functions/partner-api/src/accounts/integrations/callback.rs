//! A merchant's own endpoint: where it is, and the secret that signs our requests to it.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::Fault;
use domain::account::{Callback, Integration, IntegrationKind};
use domain::basics::id::OrganisationId;
use flows::problem::{Code, Problem};

use views::integration::{Fields, with_secret};

use super::One;
use crate::http::caller::Caller;
use crate::http::response::{Answer, Refused, Shown};
use crate::http::state::{Api, Shared};
use crate::notify::webhooks::secret;
use crate::notify::webhooks::secret::Rotate;

/// Gives a `CUSTOM_CALLBACK` integration a new secret.
///
/// The old one signs too until the overlap ends.
#[utoipa::path(
    post, path = "/v1/integrations/{id}/rotate-secret", operation_id = "integrations_rotate",
    request_body = Option<Rotate>,
    responses((status = 200, body = One), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["integrations:write"]))
)]
pub(crate) async fn rotate(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("integrations:write")?;
    let mut integration: Integration = caller.record(&api.store, &id, "integration").await?;
    let (overlap_seconds, now) = secret::overlap(request).await?;
    let callback = integration.callback.take().ok_or_else(no_callback)?;
    let (secret, sealed) = secret::new(&api, integration.organisation.as_str()).await?;
    let version = integration.version.saturating_add(1);
    let callback = Some(callback.rotated(sealed, overlap_seconds, now));
    let integration = Integration { callback, version, updated_at: now, ..integration };
    api.store.replace(&integration).await?;
    Ok(Json(with_secret(integration, Some(secret))))
}

/// An endpoint at an address that may be called, and the text of its secret.
pub(super) async fn opened(
    api: &Api,
    organisation: &OrganisationId,
    url: String,
) -> Result<(Callback, String), Refused> {
    look(api, &url).await?;
    let (secret, sealed) = secret::new(api, organisation.as_str()).await?;
    Ok((Callback::new(url, sealed), secret))
}

/// Refuses an address that may not be called.
pub(super) async fn look(api: &Api, url: &str) -> Result<(), Problem> {
    let looked = api.webhooks.look(url).await;
    looked.map(drop).map_err(|wrong| {
        Problem::field("callback_url", "URL_NOT_ALLOWED", format!("Cannot be called: {wrong}."))
    })
}

/// What is wrong with an endpoint that is given, or is not.
pub(super) fn fault(kind: IntegrationKind, url: Option<&str>) -> Option<Fault> {
    match (kind, url) {
        (IntegrationKind::CustomCallback, None) => {
            Some(Fault::new("callback_url", "REQUIRED", "Is required."))
        }
        (IntegrationKind::CustomOrders | IntegrationKind::Stripe, Some(_)) => {
            Some(Fault::new("callback_url", "NOT_TAKEN", "Only CUSTOM_CALLBACK takes an endpoint."))
        }
        _ => None,
    }
}

/// The integration has no endpoint of the merchant's own.
pub(super) fn no_callback() -> Problem {
    Problem::new(
        Code::Conflict,
        "Only a CUSTOM_CALLBACK integration has an endpoint of the merchant's own.",
    )
}
