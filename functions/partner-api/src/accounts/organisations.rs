//! Organisations: the customers of a partner.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::NegativeListPolicy;
use domain::account::enrolment::FieldError;
use domain::account::{AutomationLevel, OperatingMode, Organisation, RefundCaps};
use domain::basics::id::OrganisationId;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use runtime::random::new_seed;
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;

use crate::accounts::brakes::{DailyRefundCaps, time_zone_fault};
use crate::http::body::{RequestBody, length_fault, refuse_faults};
use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListQuery, ListResponse, SortColumn, sort_by_time};
use crate::http::patch::{PatchBody, PatchRequest, PatchableBody};
use crate::http::references::ResourceReferences;
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse};
use crate::http::state::SharedContext;

/// The name prefix of TEST organisations.
const TEST_PREFIX: &str = "[TEST] ";

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewOrganisation)]
pub(crate) struct CreateOrganisation {
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    name: String,
    /// The alerts that put the customer on the negative list after a refund.
    #[serde(default)]
    negative_list_on_refund: NegativeListPolicy,
    /// The automation level of the organisation's rules: `ON` acts, `OBSERVE` decides and leaves
    /// the action to a person, `PAUSED` skips evaluation.
    #[serde(default)]
    automation: AutomationLevel,
    /// The most that the organisation's rules may refund in a day of its time zone; null applies
    /// the partner's caps.
    #[serde(default)]
    daily_refund_caps: Option<DailyRefundCaps>,
    /// The IANA time zone in which the caps' days begin.
    #[serde(default = "utc")]
    #[schema(max_length = 64)]
    time_zone: String,
}

fn utc() -> String {
    "UTC".to_owned()
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organisation)]
pub(crate) struct OrganisationFields {
    id: OrganisationId,
    name: String,
    mode: OperatingMode,
    automation: AutomationLevel,
    daily_refund_caps: Option<DailyRefundCaps>,
    time_zone: String,
    negative_list_on_refund: NegativeListPolicy,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl CreateOrganisation {
    fn find_faults(&self) -> Vec<FieldError> {
        length_fault("name", &self.name, 255)
            .into_iter()
            .chain(time_zone_fault(&self.time_zone))
            .collect()
    }
}

impl PatchableBody for CreateOrganisation {
    const CHANGEABLE: &'static [&'static str] =
        &["name", "negative_list_on_refund", "automation", "daily_refund_caps", "time_zone"];
}

// Aliases, because the API document cannot name generic types.
type OrganisationResponse = ResourceResponse<OrganisationFields>;
type OrganisationList = ListResponse<OrganisationResponse>;
type ChangeOrganisation = PatchBody<CreateOrganisation>;

/// Creates an organisation.
///
/// In TEST mode the name gets the prefix `[TEST]`.
#[utoipa::path(
    post, path = "/v1/organisations", request_body = CreateOrganisation,
    responses((status = 200, body = OrganisationResponse)),
    security(("bearer" = ["organisations:write"])),
    extensions(("x-key-level" = json!("PARTNER_ADMIN")))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> ApiResult<ResourceResponse<OrganisationFields>> {
    caller.require_admin_ability("organisations:write")?;
    let given = RequestBody::<CreateOrganisation>::read_request(request).await?;
    refuse_faults(given.body.find_faults())?;
    let organisation = Organisation {
        id: OrganisationId::from_seed(new_seed()?),
        partner: caller.0.partner.clone(),
        name: name_for_mode(given.body.name.trim(), caller.0.mode),
        mode: caller.0.mode,
        automation: given.body.automation,
        caps: given.body.daily_refund_caps.map(RefundCaps::from),
        time_zone: given.body.time_zone,
        negative_list_on_refund: given.body.negative_list_on_refund,
        version: 1,
        created_at: given.now,
        updated_at: given.now,
    };
    api.store.put_organisation(&organisation).await?;
    Ok(Json(to_response(organisation)))
}

/// Returns an organisation.
#[utoipa::path(
    get, path = "/v1/organisations/{id}", responses((status = 200, body = OrganisationResponse)),
    security(("bearer" = ["organisations:read"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<OrganisationFields>> {
    caller.require_partner_ability("organisations:read")?;
    Ok(Json(to_response(load_organisation(&api.store, &caller, id).await?)))
}

/// Lists the partner's organisations.
#[utoipa::path(
    get, path = "/v1/organisations", responses((status = 200, body = OrganisationList)),
    security(("bearer" = ["organisations:read"])),
    extensions(
        ("x-key-level" = json!("PARTNER")),
        ("x-sorts" = json!("-created_at updated_at name")),
        ("x-spans" = json!("created_at updated_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<OrganisationFields>>> {
    caller.require_partner_ability("organisations:read")?;
    let all = caller.visible_organisations(&api.store, None).await?;
    let sorts: [SortColumn<Organisation>; 3] = [
        ("created_at", |one| sort_by_time(one.created_at)),
        ("updated_at", |one| sort_by_time(one.updated_at)),
        ("name", |one| one.name.to_lowercase()),
    ];
    Ok(Json(asked.arrange_rows(all, |one| one.id.as_str(), &sorts, to_response)?))
}

/// Changes an organisation: the name, and the brakes on its rules.
#[utoipa::path(
    patch, path = "/v1/organisations/{id}", request_body = ChangeOrganisation,
    responses((status = 200, body = OrganisationResponse)),
    security(("bearer" = ["organisations:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn change(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<OrganisationFields>> {
    caller.require_partner_ability("organisations:write")?;
    let old = load_organisation(&api.store, &caller, id).await?;
    let change = PatchRequest::read_request(request).await?;
    let new: CreateOrganisation =
        change.apply_onto(&to_response(old.clone()), CreateOrganisation::CHANGEABLE)?;
    refuse_faults(new.find_faults())?;
    let CreateOrganisation {
        name,
        negative_list_on_refund,
        automation,
        daily_refund_caps,
        time_zone,
    } = new;
    let (name, version) = (name_for_mode(name.trim(), old.mode), old.version.saturating_add(1));
    let (caps, updated_at) = (daily_refund_caps.map(RefundCaps::from), change.now);
    let organisation = Organisation {
        name,
        negative_list_on_refund,
        automation,
        caps,
        time_zone,
        version,
        updated_at,
        ..old
    };
    api.store.replace_organisation(&organisation).await?;
    Ok(Json(to_response(organisation)))
}

/// Deletes an organisation without references.
#[utoipa::path(
    delete, path = "/v1/organisations/{id}",
    responses((status = 204), (status = 409, description = "IN_USE")),
    security(("bearer" = ["organisations:write"])),
    extensions(("x-key-level" = json!("PARTNER_ADMIN")))
)]
pub(crate) async fn delete(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiRefusal> {
    caller.require_admin_ability("organisations:write")?;
    let organisation = load_organisation(&api.store, &caller, id).await?;
    ResourceReferences::for_organisation(&api.store, &organisation)
        .await?
        .refuse_deletion("organisation")?;
    api.store.remove_organisation(&organisation).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn load_organisation(
    store: &Store,
    caller: &ApiCaller,
    id: String,
) -> Result<Organisation, ProblemDetails> {
    let missing = || ProblemDetails::not_found("organisation");
    let id = OrganisationId::try_from(id).map_err(|_| missing())?;
    caller.find_organisation(store, &id).await?.ok_or_else(missing)
}

fn name_for_mode(name: &str, mode: OperatingMode) -> String {
    match mode {
        OperatingMode::Test if !name.starts_with(TEST_PREFIX) => format!("{TEST_PREFIX}{name}"),
        OperatingMode::Test | OperatingMode::Live => name.to_owned(),
    }
}

fn to_response(from: Organisation) -> ResourceResponse<OrganisationFields> {
    let fields = OrganisationFields {
        id: from.id.clone(),
        name: from.name,
        mode: from.mode,
        automation: from.automation,
        daily_refund_caps: from.caps.map(DailyRefundCaps::from),
        time_zone: from.time_zone,
        negative_list_on_refund: from.negative_list_on_refund,
        created_at: from.created_at,
        updated_at: from.updated_at,
    };
    ResourceResponse::at_path("/v1/organisations", from.id.as_str(), from.version, fields)
}
