//! API keys; a key creates, rotates and revokes only keys that grant no more than the key itself.

pub(crate) mod made;
mod shown;

use axum::Json;
use axum::body::HttpBody;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::ApiKeyLevel;
use domain::account::issued_key::IssuedApiKey;
use domain::basics::id::KeyId;
use flows::problem::{Code, ProblemDetails};
use runtime::http::request_time;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::RequestBody;
use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListQuery, ListResponse, sort_by_time};
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse};
use crate::http::state::{ApiContext, SharedContext};
use shown::{ApiKeyFields, key_status, reach_level, to_response, to_response_with_secret};

/// The default and the longest overlap: the time that the old secret still works after a rotation.
const OVERLAP_HOURS: u32 = 24;
const MOST_OVERLAP_HOURS: u32 = 168;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KeyRotation)]
struct RotateApiKey {
    /// Hours in which the old secret still works; 24 by default.
    #[serde(default = "overlap_hours")]
    #[schema(maximum = 168)]
    overlap_hours: u32,
}

// Aliases, because the API document cannot name generic types.
type ApiKeyResponse = ResourceResponse<ApiKeyFields>;
type ApiKeyList = ListResponse<ApiKeyResponse>;

/// Creates an API key, which cannot grant more than its creator has.
///
/// Only this response contains the `secret`.
#[utoipa::path(
    post, path = "/v1/api-keys", request_body = made::CreateApiKey,
    responses(
        (status = 200, body = ApiKeyResponse), (status = 401, description = "PARTNER_ONLY"),
        (status = 403, description = "PARTNER_ADMIN_ONLY"),
        (status = 404, description = "NOT_FOUND")
    ),
    security(("bearer" = ["api_keys:write"]))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> ApiResult<ResourceResponse<ApiKeyFields>> {
    caller.require_ability("api_keys:write")?;
    let given = RequestBody::<made::CreateApiKey>::read_request(request).await?;
    let key = made::build_key(&api, &caller, &given).await?;
    let (plain, secret) = made::generate_secret(caller.0.mode, given.now)?;
    let issued = IssuedApiKey::new(
        key,
        given.body.name.trim().to_owned(),
        Some(caller.0.id.clone()),
        secret,
    );
    api.store.commit_issued_key(&issued).await?;
    caller.1.note_reach(&issued.key.reach);
    Ok(Json(to_response_with_secret(issued, plain)))
}

/// Returns an API key, without the secret.
#[utoipa::path(
    get, path = "/v1/api-keys/{id}", responses((status = 200, body = ApiKeyResponse)),
    security(("bearer" = ["api_keys:read"]))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<ApiKeyFields>> {
    caller.require_ability("api_keys:read")?;
    Ok(Json(to_response(load_key(&api, &caller, id).await?)))
}

/// Lists API keys.
#[utoipa::path(
    get, path = "/v1/api-keys",
    params(
        (
            "status" = Option<String>, Query, pattern = "^(ACTIVE|REVOKED)$",
            description = "Only with this status."
        ),
        ("level" = Option<ApiKeyLevel>, Query, description = "Only of this level."),
    ),
    responses((status = 200, body = ApiKeyList)), security(("bearer" = ["api_keys:read"])),
    extensions(("x-sorts" = json!("-created_at name")), ("x-spans" = json!("created_at")))
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<ApiKeyFields>>> {
    caller.require_ability("api_keys:read")?;
    asked.one_of("status", &["ACTIVE", "REVOKED"])?;
    asked.one_of("level", &["PARTNER", "GROUP", "ORGANISATION"])?;
    let mut all = api.store.read_partner_keys(&caller.0.partner).await?;
    all.retain(|one| can_see_key(&caller, one) && matches_query(one, &asked));
    let sorts = [
        ("created_at", (|one| sort_by_time(one.key.created_at)) as fn(&IssuedApiKey) -> String),
        ("name", |one| one.name.to_lowercase()),
    ];
    Ok(Json(asked.arrange_rows(all, |one| one.key.id.as_str(), &sorts, to_response)?))
}

/// Rotates an API key's secret.
///
/// The previous secret keeps working for `overlap_hours`.
#[utoipa::path(
    post, path = "/v1/api-keys/{id}/rotate", request_body = Option<RotateApiKey>,
    responses((status = 200, body = ApiKeyResponse), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["api_keys:write"]))
)]
pub(crate) async fn rotate(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<ApiKeyFields>> {
    caller.require_ability("api_keys:write")?;
    let issued = load_changeable_key(&api, &caller, id).await?;
    let now = request_time(&request);
    let hours = read_overlap(request).await?;
    if issued.revoked_at.is_some() {
        return Err(ProblemDetails::new(Code::Conflict, "The key is revoked; make another.").into());
    }
    let (plain, secret) = made::generate_secret(issued.key.mode, now)?;
    let rotated = issued.rotate_secret(secret, hours, now);
    api.store.commit_issued_key(&rotated).await?;
    Ok(Json(to_response_with_secret(rotated, plain)))
}

/// Revokes an API key, with immediate effect.
#[utoipa::path(
    delete, path = "/v1/api-keys/{id}", responses((status = 204)),
    security(("bearer" = ["api_keys:write"]))
)]
pub(crate) async fn revoke(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, ApiRefusal> {
    caller.require_ability("api_keys:write")?;
    let issued = load_changeable_key(&api, &caller, id).await?;
    api.store.revoke_key(&issued.key.id, request_time(&request)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Loads a key that the caller may see.
async fn load_key(
    api: &ApiContext,
    caller: &ApiCaller,
    id: String,
) -> Result<IssuedApiKey, ProblemDetails> {
    let missing = || ProblemDetails::not_found("API key");
    let id = KeyId::try_from(id).map_err(|_| missing())?;
    api.store.read_issued_key(&id).await?.filter(|one| can_see_key(caller, one)).ok_or_else(missing)
}

/// Loads a key that the caller could have created, because the rotation of a key returns its
/// secret.
async fn load_changeable_key(
    api: &ApiContext,
    caller: &ApiCaller,
    id: String,
) -> Result<IssuedApiKey, ProblemDetails> {
    let issued = load_key(api, caller, id).await?;
    made::refuse_ungrantable(caller, &issued.key.abilities)?;
    caller.1.note_reach(&issued.key.reach);
    Ok(issued)
}

fn can_see_key(caller: &ApiCaller, one: &IssuedApiKey) -> bool {
    one.key.partner == caller.0.partner
        && one.key.mode == caller.0.mode
        && caller.0.reach.is_superset_of(&one.key.reach)
}

fn matches_query(one: &IssuedApiKey, asked: &ListQuery) -> bool {
    asked.filter_text("status").is_none_or(|wanted| key_status(one) == wanted)
        && asked.filter_text("level").is_none_or(|wanted| reach_level(&one.key.reach) == wanted)
}

async fn read_overlap(request: Request) -> Result<u32, ProblemDetails> {
    if request.body().is_end_stream() {
        return Ok(OVERLAP_HOURS);
    }
    let hours = RequestBody::<RotateApiKey>::read_request(request).await?.body.overlap_hours;
    if hours > MOST_OVERLAP_HOURS {
        return Err(ProblemDetails::invalid_field(
            "overlap_hours",
            "OUT_OF_RANGE",
            format!("Must be 0 to {MOST_OVERLAP_HOURS}."),
        ));
    }
    Ok(hours)
}

const fn overlap_hours() -> u32 {
    OVERLAP_HOURS
}
