//! The partner itself: the brakes on the rules of all its organisations, in one call.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::{Automation, Caps, Mode, Partner};
use domain::basics::id::PartnerId;
use flows::problem::Problem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;

use crate::accounts::brakes::DailyRefundCaps;
use crate::http::caller::Caller;
use crate::http::list_query::{Asked, List, Sort, by_time};
use crate::http::patch::{Change, ChangeOf, Changes};
use crate::http::response::{Answer, Shown};
use crate::http::state::Shared;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewPartner)]
pub(crate) struct New {
    /// How far the rules of all its organisations may go; an organisation's own setting can only
    /// be stricter.
    automation: Automation,
    /// The caps of each organisation that has none of its own; null for none.
    daily_refund_caps: Option<DailyRefundCaps>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Partner)]
pub(crate) struct Fields {
    id: PartnerId,
    name: String,
    mode: Mode,
    automation: Automation,
    daily_refund_caps: Option<DailyRefundCaps>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Changes for New {
    const CHANGEABLE: &'static [&'static str] = &["automation", "daily_refund_caps"];
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;
type Changed = ChangeOf<New>;

/// Lists the partners that the key sees: its own.
#[utoipa::path(
    get, path = "/v1/partners", operation_id = "partners_list",
    responses((status = 200, body = Many)),
    security(("bearer" = ["organisations:read"])),
    extensions(
        ("x-key-level" = json!("PARTNER_ADMIN")),
        ("x-sorts" = json!("-created_at")),
        ("x-spans" = json!("created_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.as_admin_may("organisations:read")?;
    let own = seen(&api.store, &caller, caller.0.partner.as_str()).await.into_iter().collect();
    let sorts: [Sort<Partner>; 1] = [("created_at", |one| by_time(one.created_at))];
    Ok(Json(asked.arrange(own, |one| one.id.as_str(), &sorts, shown)?))
}

/// Shows the partner.
#[utoipa::path(
    get, path = "/v1/partners/{id}", operation_id = "partners_show",
    responses((status = 200, body = One)),
    security(("bearer" = ["organisations:read"])),
    extensions(("x-key-level" = json!("PARTNER_ADMIN")))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.as_admin_may("organisations:read")?;
    Ok(Json(shown(seen(&api.store, &caller, &id).await?)))
}

/// Sets the brakes on the rules of all organisations of the partner.
///
/// At once, and for later organisations too: `PAUSED` stops every refund that a rule decides and
/// that its processor was not asked for yet. `ON` leaves each organisation to its own setting.
#[utoipa::path(
    patch, path = "/v1/partners/{id}", operation_id = "partners_change", request_body = Changed,
    responses((status = 200, body = One)),
    security(("bearer" = ["organisations:write"])),
    extensions(("x-key-level" = json!("PARTNER_ADMIN")))
)]
pub(crate) async fn change(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_admin_may("organisations:write")?;
    let old = seen(&api.store, &caller, &id).await?;
    let change = Change::read(request).await?;
    let New { automation, daily_refund_caps } =
        change.onto(&shown(old.clone()), New::CHANGEABLE)?;
    let (caps, version) = (daily_refund_caps.map(Caps::from), old.version.saturating_add(1));
    let partner = Partner { automation, caps, version, updated_at: change.now, ..old };
    api.store.replace_partner(&partner).await?;
    Ok(Json(shown(partner)))
}

/// The partner, where it is the caller's own.
async fn seen(store: &Store, caller: &Caller, id: &str) -> Result<Partner, Problem> {
    let missing = || Problem::not_found("partner");
    let own = &caller.0.partner;
    if own.as_str() != id {
        return Err(missing());
    }
    store.partner(own).await?.filter(|found| found.mode == caller.0.mode).ok_or_else(missing)
}

fn shown(from: Partner) -> Shown<Fields> {
    let Partner { id, name, mode, automation, caps, created_at, updated_at, version } = from;
    let (path, daily_refund_caps) = (id.to_string(), caps.map(DailyRefundCaps::from));
    Shown::at(
        "/v1/partners",
        &path,
        version,
        Fields { id, name, mode, automation, daily_refund_caps, created_at, updated_at },
    )
}
