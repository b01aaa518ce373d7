//! Enrolments: the descriptors that networks watch for an organisation.

mod enrol;
mod request;

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::Merchant;
use domain::account::enrolment::{Enrolment, EnrolmentStatus};
use domain::basics::id::{EnrolmentId, OrganisationId};
use enrol::{EnrolmentDraft, find_or_enrol};
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use request::CreateEnrolment;
use runtime::http::request_time;
use store::Store;
use views::enrolment::{EnrolmentFields, EnrolmentType, to_enrolment_response};

use crate::accounts::merchants;
use crate::http::body::RequestBody;
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::list_query::{ListQuery, ListResponse, SortColumn, sort_by_time};
use crate::http::patch::{PatchBody, PatchRequest, PatchableBody};
use crate::http::response::{ApiResult, ResourceResponse};
use crate::http::state::SharedContext;

// Aliases, because the API document cannot name generic types.
type EnrolmentResponse = ResourceResponse<EnrolmentFields>;
type EnrolmentList = ListResponse<EnrolmentResponse>;
type ChangeEnrolment = PatchBody<CreateEnrolment>;

/// Creates an enrolment: the descriptors or acceptors that a network watches.
///
/// Idempotent: returns the organisation's active enrolment with the same merchants and descriptors,
/// if any.
#[utoipa::path(
    post, path = "/v2/enrolments", request_body = CreateEnrolment,
    responses(
        (status = 200, body = EnrolmentResponse), (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "MERCHANTS_DIFFERENT_ORGANISATIONS")
    ),
    security(("bearer" = ["enrolments_v2:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> ApiResult<ResourceResponse<EnrolmentFields>> {
    caller.require_partner_ability("enrolments_v2:write")?;
    let given = RequestBody::<CreateEnrolment>::read_request(request).await?;
    let found = merchants::load_merchants(&api.store, &caller, &given.body.merchant_ids).await?;
    let organisation = only_organisation(&found)?;
    let mode = caller.require_organisation(&api.store, &organisation).await?.mode;
    let merchant_ids = given.body.merchant_ids.clone();
    let watches = given.body.into_watches()?;
    let draft = EnrolmentDraft { organisation, merchant_ids, watches, now: given.now };
    Ok(Json(to_enrolment_response(find_or_enrol(&api.store, draft, mode).await?)))
}

/// Returns an enrolment.
#[utoipa::path(
    get, path = "/v2/enrolments/{id}", responses((status = 200, body = EnrolmentResponse)),
    security(("bearer" = ["enrolments_v2:read"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<EnrolmentFields>> {
    caller.require_partner_ability("enrolments_v2:read")?;
    Ok(Json(to_enrolment_response(caller.load_record(&api.store, &id, "enrolment").await?)))
}

/// Lists enrolments.
#[utoipa::path(
    get, path = "/v2/enrolments",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        ("type" = Option<EnrolmentType>, Query, description = "Only of this type."),
        ("status" = Option<EnrolmentStatus>, Query, description = "Only with this status."),
        ("merchant_id" = Option<String>, Query, description = "Only of this merchant."),
    ),
    responses((status = 200, body = EnrolmentList)), security(("bearer" = ["enrolments_v2:read"])),
    extensions(
        ("x-key-level" = json!("PARTNER")),
        ("x-sorts" = json!("-created_at updated_at")),
        ("x-spans" = json!("created_at updated_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<EnrolmentFields>>> {
    caller.require_partner_ability("enrolments_v2:read")?;
    asked.one_of("type", &["ETHOCA_ALERT", "VERIFI_RDR"])?;
    asked.one_of("status", &["PENDING", "ENABLED", "NEEDS_ATTENTION", "UNENROLLED"])?;
    let mut all: Vec<Enrolment> =
        caller.visible_records(&api.store, asked.filter_text("organisation_id")).await?;
    all.retain(|one| matches_query(one, &asked));
    let sorts: [SortColumn<Enrolment>; 2] = [
        ("created_at", |one| sort_by_time(one.created_at)),
        ("updated_at", |one| sort_by_time(one.updated_at)),
    ];
    Ok(Json(asked.arrange_rows(all, |one| one.id.as_str(), &sorts, to_enrolment_response)?))
}

/// Changes the merchants of an enrolment.
///
/// `merchant_ids` is replaced as a whole. New alerts concern the sales of the new merchants; alerts
/// already matched stay unchanged. Other descriptors need another enrolment.
#[utoipa::path(
    patch, path = "/v2/enrolments/{id}", request_body = ChangeEnrolment,
    responses(
        (status = 200, body = EnrolmentResponse), (status = 409, description = "CONFLICT"),
        (status = 422, description = "MERCHANTS_DIFFERENT_ORGANISATIONS")
    ),
    security(("bearer" = ["enrolments_v2:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn change(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<EnrolmentFields>> {
    caller.require_partner_ability("enrolments_v2:write")?;
    let old: Enrolment = caller.load_record(&api.store, &id, "enrolment").await?;
    let change = PatchRequest::read_request(request).await?;
    let CreateEnrolment { merchant_ids, .. } =
        change.apply_onto(&to_enrolment_response(old.clone()), CreateEnrolment::CHANGEABLE)?;
    let found = merchants::load_merchants(&api.store, &caller, &merchant_ids).await?;
    if only_organisation(&found)? != old.organisation {
        return Err(merchants::several_organisations_problem().into());
    }
    if old.has_same_merchants(&merchant_ids) {
        return Ok(Json(to_enrolment_response(old)));
    }
    if old.status == EnrolmentStatus::Unenrolled {
        return Err(ProblemDetails::new(
            Code::Conflict,
            "The enrolment is UNENROLLED; make another.",
        )
        .into());
    }
    let changed = Enrolment {
        merchant_ids,
        updated_at: change.now,
        version: old.version.saturating_add(1),
        ..old
    };
    api.store.replace_record(&changed).await?;
    Ok(Json(to_enrolment_response(changed)))
}

/// Ends an enrolment.
///
/// The enrolment remains as `UNENROLLED`, with its alerts. Late alerts are still accepted and
/// listed. Idempotent.
#[utoipa::path(
    delete, path = "/v2/enrolments/{id}", responses((status = 200, body = EnrolmentResponse)),
    security(("bearer" = ["enrolments_v2:write"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn cancel(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<EnrolmentFields>> {
    caller.require_partner_ability("enrolments_v2:write")?;
    let old: Enrolment = caller.load_record(&api.store, &id, "enrolment").await?;
    let was_held = old.status == EnrolmentStatus::NeedsAttention;
    // An enrolment that never routed alerts drops its routes: late alerts would belong to another
    // enrolment. The record is written last, because a repeat needs the record to find the routes.
    if let Some(connection) = old.connection.as_ref().filter(|_| was_held) {
        api.store.drop_routes(connection, &old, request_time(&request)).await?;
    }
    let ended = if old.status == EnrolmentStatus::Unenrolled {
        old.clone()
    } else {
        end_enrolment(old.clone(), request_time(&request))
    };
    if ended.version != old.version {
        api.store.replace_record(&ended).await?;
    }
    api.store.put_routes(&ended).await?;
    Ok(Json(to_enrolment_response(ended)))
}

fn end_enrolment(old: Enrolment, now: Timestamp) -> Enrolment {
    let was_held = old.status == EnrolmentStatus::NeedsAttention;
    Enrolment {
        status: EnrolmentStatus::Unenrolled,
        connection: old.connection.filter(|_| !was_held),
        note: old.note.filter(|_| !was_held),
        version: old.version.saturating_add(1),
        updated_at: now,
        ..old
    }
}

/// Returns the organisation that all merchants share.
fn only_organisation(found: &[Merchant]) -> Result<OrganisationId, ProblemDetails> {
    let first = found.first().ok_or_else(|| {
        ProblemDetails::invalid_field("merchant_ids", "EMPTY", "At least one merchant is needed.")
    })?;
    if found.iter().any(|merchant| merchant.organisation != first.organisation) {
        return Err(merchants::several_organisations_problem());
    }
    Ok(first.organisation.clone())
}

/// Loads the enrolments of a request's `enrolment_ids`. Refuses duplicates and ids that the caller
/// cannot see.
pub(crate) async fn load_enrolments(
    store: &Store,
    caller: &ApiCaller,
    ids: &[EnrolmentId],
) -> Result<Vec<Enrolment>, ProblemDetails> {
    let mut found: Vec<Enrolment> = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let field = format!("enrolment_ids[{at}]");
        if ids[..at].contains(id) {
            return Err(ProblemDetails::invalid_field(
                field,
                "DUPLICATE",
                "The enrolment is named twice.",
            ));
        }
        match caller.load_record(store, id.as_str(), "enrolment").await {
            Err(problem) if problem.code == Code::NotFound => {
                return Err(missing_reference(field, "enrolment"));
            }
            one => found.push(one?),
        }
    }
    Ok(found)
}

fn matches_query(one: &Enrolment, asked: &ListQuery) -> bool {
    asked
        .filter_text("type")
        .is_none_or(|kind| EnrolmentType::from_watches(&one.watches).as_str() == kind)
        && asked.filter_text("status").is_none_or(|status| status_name(one.status) == status)
        && asked
            .filter_text("merchant_id")
            .is_none_or(|id| one.merchant_ids.iter().any(|own| own.as_str() == id))
}

const fn status_name(status: EnrolmentStatus) -> &'static str {
    match status {
        EnrolmentStatus::Pending => "PENDING",
        EnrolmentStatus::Enabled => "ENABLED",
        EnrolmentStatus::NeedsAttention => "NEEDS_ATTENTION",
        EnrolmentStatus::Unenrolled => "UNENROLLED",
    }
}
