//! The partner, with the brakes on the rules of all its organisations in a single request.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::{AutomationLevel, OperatingMode, Partner, RefundCaps};
use domain::basics::id::PartnerId;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;

use crate::accounts::brakes::DailyRefundCaps;
use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListQuery, ListResponse, SortColumn, sort_by_time};
use crate::http::patch::{PatchBody, PatchRequest, PatchableBody};
use crate::http::response::{ApiResult, ResourceResponse};
use crate::http::state::SharedContext;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewPartner)]
pub(crate) struct PartnerSettings {
    /// The automation level of all organisations' rules. An organisation's own setting can only be
    /// stricter.
    automation: AutomationLevel,
    /// The caps of each organisation without caps of its own; null for none.
    daily_refund_caps: Option<DailyRefundCaps>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Partner)]
pub(crate) struct PartnerFields {
    id: PartnerId,
    name: String,
    mode: OperatingMode,
    automation: AutomationLevel,
    daily_refund_caps: Option<DailyRefundCaps>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl PatchableBody for PartnerSettings {
    const CHANGEABLE: &'static [&'static str] = &["automation", "daily_refund_caps"];
}

// Aliases, because the API document cannot name generic types.
type PartnerResponse = ResourceResponse<PartnerFields>;
type PartnerList = ListResponse<PartnerResponse>;
type ChangePartner = PatchBody<PartnerSettings>;

/// Lists the partners that the key can see: its own.
#[utoipa::path(
    get, path = "/v1/partners", operation_id = "partners_list",
    responses((status = 200, body = PartnerList)),
    security(("bearer" = ["organisations:read"])),
    extensions(
        ("x-key-level" = json!("PARTNER_ADMIN")),
        ("x-sorts" = json!("-created_at")),
        ("x-spans" = json!("created_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<PartnerFields>>> {
    caller.require_admin_ability("organisations:read")?;
    let own =
        load_partner(&api.store, &caller, caller.0.partner.as_str()).await.into_iter().collect();
    let sorts: [SortColumn<Partner>; 1] = [("created_at", |one| sort_by_time(one.created_at))];
    Ok(Json(asked.arrange_rows(own, |one| one.id.as_str(), &sorts, to_response)?))
}

/// Returns the partner.
#[utoipa::path(
    get, path = "/v1/partners/{id}", operation_id = "partners_show",
    responses((status = 200, body = PartnerResponse)),
    security(("bearer" = ["organisations:read"])),
    extensions(("x-key-level" = json!("PARTNER_ADMIN")))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<PartnerFields>> {
    caller.require_admin_ability("organisations:read")?;
    Ok(Json(to_response(load_partner(&api.store, &caller, &id).await?)))
}

/// Changes the brakes on the rules of all organisations of the partner.
///
/// Takes effect immediately, for later organisations too. `PAUSED` stops every refund that a rule
/// decided, unless the processor was already asked. `ON` leaves each organisation to its own
/// setting.
#[utoipa::path(
    patch, path = "/v1/partners/{id}", operation_id = "partners_change",
    request_body = ChangePartner,
    responses((status = 200, body = PartnerResponse)),
    security(("bearer" = ["organisations:write"])),
    extensions(("x-key-level" = json!("PARTNER_ADMIN")))
)]
pub(crate) async fn change(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<PartnerFields>> {
    caller.require_admin_ability("organisations:write")?;
    let old = load_partner(&api.store, &caller, &id).await?;
    let change = PatchRequest::read_request(request).await?;
    let PartnerSettings { automation, daily_refund_caps } =
        change.apply_onto(&to_response(old.clone()), PartnerSettings::CHANGEABLE)?;
    let (caps, version) = (daily_refund_caps.map(RefundCaps::from), old.version.saturating_add(1));
    let partner = Partner { automation, caps, version, updated_at: change.now, ..old };
    api.store.replace_partner(&partner).await?;
    Ok(Json(to_response(partner)))
}

/// Loads the partner, which must be the caller's own.
async fn load_partner(
    store: &Store,
    caller: &ApiCaller,
    id: &str,
) -> Result<Partner, ProblemDetails> {
    let missing = || ProblemDetails::not_found("partner");
    let own = &caller.0.partner;
    if own.as_str() != id {
        return Err(missing());
    }
    store.read_partner(own).await?.filter(|found| found.mode == caller.0.mode).ok_or_else(missing)
}

fn to_response(from: Partner) -> ResourceResponse<PartnerFields> {
    let Partner { id, name, mode, automation, caps, created_at, updated_at, version } = from;
    let (path, daily_refund_caps) = (id.to_string(), caps.map(DailyRefundCaps::from));
    ResourceResponse::at_path(
        "/v1/partners",
        &path,
        version,
        PartnerFields { id, name, mode, automation, daily_refund_caps, created_at, updated_at },
    )
}
