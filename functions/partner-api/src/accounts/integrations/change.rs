//! PATCH of an integration: name, status, merchants, matching, credentials, endpoint.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::{Integration, Organisation};
use flows::clients::ProcessorCredentials;
use flows::problem::ProblemDetails;
use jiff::Timestamp;

use views::integration::{IntegrationFields, to_integration_response};

use super::{CreateIntegration, account_of_key, callback, seal_credentials};
use crate::accounts::merchants;
use crate::http::body::refuse_faults;
use crate::http::caller::ApiCaller;
use crate::http::patch::{PatchBody, PatchRequest, PatchableBody};
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse, to_unavailable};
use crate::http::state::{ApiContext, SharedContext};

impl PatchableBody for CreateIntegration {
    const CHANGEABLE: &'static [&'static str] = &[
        "name",
        "status",
        "merchant_ids",
        "matching_mode",
        "is_automatic_matching_enabled",
        "credentials",
        "callback_url",
        "connect_refunds",
    ];
}

// Aliases, because the API document cannot name generic types.
type PatchedIntegration = ResourceResponse<IntegrationFields>;
type ChangeIntegration = PatchBody<CreateIntegration>;

/// Changes an integration.
///
/// New `credentials` replace the stored credentials and must belong to the same processor account.
/// Without a `webhook_secret` the stored webhook secret stays.
#[utoipa::path(
    patch, path = "/v1/integrations/{id}", operation_id = "integrations_change",
    request_body = ChangeIntegration,
    responses(
        (status = 200, body = PatchedIntegration),
        (status = 422, description = "MERCHANTS_DIFFERENT_ORGANISATIONS")
    ),
    security(("bearer" = ["integrations:write"]))
)]
pub(crate) async fn change(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<IntegrationFields>> {
    caller.require_ability("integrations:write")?;
    let old: Integration = caller.load_record(&api.store, &id, "integration").await?;
    let change = PatchRequest::read_request(request).await?;
    let new: CreateIntegration =
        change.apply_onto(&to_integration_response(old.clone()), CreateIntegration::CHANGEABLE)?;
    let organisation = caller.require_organisation(&api.store, &old.organisation).await?;
    // Stored credentials stay valid without new ones in the request.
    let lacks = |code: &str| code != "REQUIRED" || old.credentials.is_none();
    refuse_faults(
        new.find_faults(organisation.mode).into_iter().filter(|fault| lacks(fault.code)).collect(),
    )?;
    let merchants = merchants::load_merchants(&api.store, &caller, &new.merchant_ids).await?;
    if merchants.iter().any(|merchant| merchant.organisation != organisation.id) {
        return Err(merchants::several_organisations_problem().into());
    }
    let integration = apply_change(&api, &organisation, old, new, change.now).await?;
    let version = integration.version.saturating_add(1);
    let integration = Integration { version, updated_at: change.now, ..integration };
    api.store.replace_record(&integration).await?;
    Ok(Json(to_integration_response(integration)))
}

/// Applies the change. New credentials must belong to the processor account of the payments.
async fn apply_change(
    api: &ApiContext,
    organisation: &Organisation,
    old: Integration,
    new: CreateIntegration,
    now: Timestamp,
) -> Result<Integration, ApiRefusal> {
    let mut next = Integration {
        name: new.name,
        status: new.status.unwrap_or(old.status),
        merchant_ids: new.merchant_ids,
        matching_mode: new.matching_mode.unwrap_or(old.matching_mode),
        is_automatic_matching_enabled: new
            .is_automatic_matching_enabled
            .unwrap_or(old.is_automatic_matching_enabled),
        connect_refunds: new.connect_refunds.unwrap_or(old.connect_refunds),
        ..old
    };
    if let Some(credentials) = new.credentials {
        renew_credentials(api, organisation, &mut next, credentials, now).await?;
    }
    if let (Some(callback), Some(url)) = (&mut next.callback, new.callback_url) {
        callback::refuse_blocked_url(api, &url).await?;
        if callback.url != url {
            next.lane = None; // another address
        }
        callback.url = url;
    }
    Ok(next)
}

/// Replaces the credentials with new credentials of the same processor account.
async fn renew_credentials(
    api: &ApiContext,
    organisation: &Organisation,
    next: &mut Integration,
    mut credentials: ProcessorCredentials,
    now: Timestamp,
) -> Result<(), ApiRefusal> {
    if credentials.webhook_secret.is_none() && next.credentials.is_some() {
        let known = api
            .processors
            .open_credentials(next, now)
            .await
            .map_err(|failure| to_unavailable(&failure).0)?;
        // A new processor key alone leaves the webhook secret unchanged.
        credentials.webhook_secret = known.webhook_secret;
    }
    let account = account_of_key(api, organisation, next, &credentials).await?;
    if account.is_some() && next.account.is_some() && account != next.account {
        let message = "The key is of another account; make another integration for it.";
        return Err(ProblemDetails::invalid_field(
            "credentials.secret_key",
            "OF_ANOTHER_ACCOUNT",
            message,
        )
        .into());
    }
    if account.is_some() {
        (next.status_detail, next.lane) = (None, None); // the new key works
    }
    next.account = next.account.take().or(account);
    next.credentials = Some(seal_credentials(api, &organisation.id, &credentials).await?);
    Ok(())
}
