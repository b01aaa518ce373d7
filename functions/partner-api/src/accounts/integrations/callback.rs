//! The merchant's own endpoint: the URL, and the secret that signs requests to the endpoint.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::FieldError;
use domain::account::{CallbackEndpoint, Integration, IntegrationKind};
use domain::basics::id::OrganisationId;
use flows::problem::{Code, ProblemDetails};

use views::integration::{IntegrationFields, to_response_with_secret};

use super::IntegrationResponse;
use crate::http::caller::ApiCaller;
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse};
use crate::http::state::{ApiContext, SharedContext};
use crate::notify::webhooks::secret;
use crate::notify::webhooks::secret::RotateSecret;

/// Rotates the signing secret of a `CUSTOM_CALLBACK` integration.
///
/// The previous secret also signs until the overlap ends.
#[utoipa::path(
    post, path = "/v1/integrations/{id}/rotate-secret", operation_id = "integrations_rotate",
    request_body = Option<RotateSecret>,
    responses((status = 200, body = IntegrationResponse), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["integrations:write"]))
)]
pub(crate) async fn rotate(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<IntegrationFields>> {
    caller.require_ability("integrations:write")?;
    let mut integration: Integration = caller.load_record(&api.store, &id, "integration").await?;
    let (overlap_seconds, now) = secret::read_overlap(request).await?;
    let callback = integration.callback.take().ok_or_else(no_callback)?;
    let (secret, sealed) =
        secret::new_sealed_secret(&api, integration.organisation.as_str()).await?;
    let version = integration.version.saturating_add(1);
    let callback = Some(callback.rotate_secret(sealed, overlap_seconds, now));
    let integration = Integration { callback, version, updated_at: now, ..integration };
    api.store.replace_record(&integration).await?;
    Ok(Json(to_response_with_secret(integration, Some(secret))))
}

/// Creates an endpoint at an allowed URL, with a new secret. Returns the plain secret too.
pub(super) async fn open_callback(
    api: &ApiContext,
    organisation: &OrganisationId,
    url: String,
) -> Result<(CallbackEndpoint, String), ApiRefusal> {
    refuse_blocked_url(api, &url).await?;
    let (secret, sealed) = secret::new_sealed_secret(api, organisation.as_str()).await?;
    Ok((CallbackEndpoint::new(url, sealed), secret))
}

/// Refuses a URL that may not be called.
pub(super) async fn refuse_blocked_url(api: &ApiContext, url: &str) -> Result<(), ProblemDetails> {
    let looked = api.webhooks.check_resolved_url(url).await;
    looked.map(drop).map_err(|wrong| {
        ProblemDetails::invalid_field(
            "callback_url",
            "URL_NOT_ALLOWED",
            format!("Cannot be called: {wrong}."),
        )
    })
}

/// Checks that `callback_url` is present for the integration types that need an endpoint, and only
/// for those.
pub(super) fn callback_fault(kind: IntegrationKind, url: Option<&str>) -> Option<FieldError> {
    match (kind, url) {
        (IntegrationKind::CustomCallback, None) => {
            Some(FieldError::new("callback_url", "REQUIRED", "Is required."))
        }
        (IntegrationKind::CustomOrders | IntegrationKind::Stripe, Some(_)) => Some(
            FieldError::new("callback_url", "NOT_TAKEN", "Only CUSTOM_CALLBACK takes an endpoint."),
        ),
        _ => None,
    }
}

/// Builds the refusal for an integration without an endpoint.
pub(super) fn no_callback() -> ProblemDetails {
    ProblemDetails::new(
        Code::Conflict,
        "Only a CUSTOM_CALLBACK integration has an endpoint of the merchant's own.",
    )
}
