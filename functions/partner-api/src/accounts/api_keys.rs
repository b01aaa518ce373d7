//! API keys: a key makes, rotates and revokes keys that may no more than itself.

pub(crate) mod made;
mod shown;

use axum::Json;
use axum::body::HttpBody;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::Level;
use domain::account::issued_key::Issued;
use domain::basics::id::KeyId;
use flows::problem::{Code, Problem};
use runtime::http::now;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::Given;
use crate::http::caller::Caller;
use crate::http::list_query::{Asked, List, by_time};
use crate::http::response::{Answer, Refused, Shown};
use crate::http::state::{Api, Shared};
use shown::{Fields, level, shown, status, with_secret};

/// How long the secret before a rotation opens, unless asked otherwise; and how long at most.
const OVERLAP_HOURS: u32 = 24;
const MOST_OVERLAP_HOURS: u32 = 168;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = KeyRotation)]
struct Rotation {
    /// For how many hours the old secret opens, too; 24 if it is not given.
    #[serde(default = "overlap_hours")]
    #[schema(maximum = 168)]
    overlap_hours: u32,
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;

/// Makes an API key that may no more than its maker.
///
/// Its `secret` is in this answer and in no other.
#[utoipa::path(
    post, path = "/v1/api-keys", request_body = made::New,
    responses(
        (status = 200, body = One), (status = 401, description = "PARTNER_ONLY"),
        (status = 403, description = "PARTNER_ADMIN_ONLY"),
        (status = 404, description = "NOT_FOUND")
    ),
    security(("bearer" = ["api_keys:write"]))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("api_keys:write")?;
    let given = Given::<made::New>::read(request).await?;
    let key = made::key(&api, &caller, &given).await?;
    let (plain, secret) = made::secret(caller.0.mode, given.now)?;
    let issued =
        Issued::new(key, given.body.name.trim().to_owned(), Some(caller.0.id.clone()), secret);
    api.store.issue(&issued).await?;
    caller.1.note_reach(&issued.key.reach);
    Ok(Json(with_secret(issued, plain)))
}

/// Shows an API key, without its secret.
#[utoipa::path(
    get, path = "/v1/api-keys/{id}", responses((status = 200, body = One)),
    security(("bearer" = ["api_keys:read"]))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.may("api_keys:read")?;
    Ok(Json(shown(seen(&api, &caller, id).await?)))
}

/// Lists API keys.
#[utoipa::path(
    get, path = "/v1/api-keys",
    params(
        (
            "status" = Option<String>, Query, pattern = "^(ACTIVE|REVOKED)$",
            description = "Only with this status."
        ),
        ("level" = Option<Level>, Query, description = "Only of this level."),
    ),
    responses((status = 200, body = Many)), security(("bearer" = ["api_keys:read"])),
    extensions(("x-sorts" = json!("-created_at name")), ("x-spans" = json!("created_at")))
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.may("api_keys:read")?;
    asked.one_of("status", &["ACTIVE", "REVOKED"])?;
    asked.one_of("level", &["PARTNER", "GROUP", "ORGANISATION"])?;
    let mut all = api.store.issued_by(&caller.0.partner).await?;
    all.retain(|one| sees(&caller, one) && fits(one, &asked));
    let sorts = [
        ("created_at", (|one| by_time(one.key.created_at)) as fn(&Issued) -> String),
        ("name", |one| one.name.to_lowercase()),
    ];
    Ok(Json(asked.arrange(all, |one| one.key.id.as_str(), &sorts, shown)?))
}

/// Gives an API key a new secret.
///
/// The one before it opens for some hours more.
#[utoipa::path(
    post, path = "/v1/api-keys/{id}/rotate", request_body = Option<Rotation>,
    responses((status = 200, body = One), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["api_keys:write"]))
)]
pub(crate) async fn rotate(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("api_keys:write")?;
    let issued = changeable(&api, &caller, id).await?;
    let now = now(&request);
    let hours = overlap(request).await?;
    if issued.revoked_at.is_some() {
        return Err(Problem::new(Code::Conflict, "The key is revoked; make another.").into());
    }
    let (plain, secret) = made::secret(issued.key.mode, now)?;
    let rotated = issued.rotated(secret, hours, now);
    api.store.issue(&rotated).await?;
    Ok(Json(with_secret(rotated, plain)))
}

/// Revokes an API key: it opens nothing from now on.
#[utoipa::path(
    delete, path = "/v1/api-keys/{id}", responses((status = 204)),
    security(("bearer" = ["api_keys:write"]))
)]
pub(crate) async fn revoke(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Result<StatusCode, Refused> {
    caller.may("api_keys:write")?;
    let issued = changeable(&api, &caller, id).await?;
    api.store.revoke_key(&issued.key.id, now(&request)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The key, where the caller may see it.
async fn seen(api: &Api, caller: &Caller, id: String) -> Result<Issued, Problem> {
    let missing = || Problem::not_found("API key");
    let id = KeyId::try_from(id).map_err(|_| missing())?;
    api.store.issued(&id).await?.filter(|one| sees(caller, one)).ok_or_else(missing)
}

/// The key, where the caller could have made it: who rotates a key has its secret.
async fn changeable(api: &Api, caller: &Caller, id: String) -> Result<Issued, Problem> {
    let issued = seen(api, caller, id).await?;
    made::grantable(caller, &issued.key.abilities)?;
    caller.1.note_reach(&issued.key.reach);
    Ok(issued)
}

fn sees(caller: &Caller, one: &Issued) -> bool {
    one.key.partner == caller.0.partner
        && one.key.mode == caller.0.mode
        && caller.0.reach.covers(&one.key.reach)
}

fn fits(one: &Issued, asked: &Asked) -> bool {
    asked.text("status").is_none_or(|wanted| status(one) == wanted)
        && asked.text("level").is_none_or(|wanted| level(&one.key.reach) == wanted)
}

async fn overlap(request: Request) -> Result<u32, Problem> {
    if request.body().is_end_stream() {
        return Ok(OVERLAP_HOURS);
    }
    let hours = Given::<Rotation>::read(request).await?.body.overlap_hours;
    if hours > MOST_OVERLAP_HOURS {
        return Err(Problem::field(
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
