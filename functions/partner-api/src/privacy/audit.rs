//! The audit: who changed what. Kept after every request that changed something, listed for those
//! it concerns.

use axum::Json;
use axum::extract::State;
use domain::account::audit::{AuditActor, AuditRecord};
use domain::account::{ApiKeyLevel, ApiKeyScope};
use domain::basics::id::{AuditId, OrganisationId};
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use serde::Serialize;
use store::facts::FilterField;
use store::keys::{audit_list, audit_partition};
use store::list::ListCriteria;
use utoipa::ToSchema;

use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListFilter, ListQuery, ListResponse, to_parameters};
use crate::http::response::ApiResult;
use crate::http::state::{ApiContext, SharedContext};

/// A change as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub(crate) struct AuditEventFields {
    id: AuditId,
    created_at: Timestamp,
    by: AuditActorView,
    organisation_ids: Vec<OrganisationId>,
    /// `COMMAND` for the operator's.
    method: String,
    route: String,
    resource_ids: Vec<String>,
    status: Option<u16>,
    request_id: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditedBy)]
struct AuditActorView {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
    name: Option<String>,
    /// How the key's secret began.
    prefix: Option<String>,
    level: Option<ApiKeyLevel>,
}

/// What changes are filtered by, beside their time.
const FILTERS: [ListFilter; 1] =
    [ListFilter::for_text("api_key_id", FilterField::Key, "Only by this key.")];

// The document names types without parameters.
type AuditEventList = ListResponse<AuditEventFields>;

/// Lists changes.
///
/// Each use of a key, and each command of the operator, that changed something, for 400 days.
#[utoipa::path(
    get, path = "/v1/audit-events", operation_id = "audit_list",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only what touched this \
            organisation, be it gone."),
        ("resource_id" = Option<String>, Query, description = "Only what changed or made the \
            thing of this id."),
    ),
    responses((status = 200, body = AuditEventList)), security(("bearer" = ["audit:read"])),
    extensions(
        ("x-filters" = json!(to_parameters(&FILTERS))),
        ("x-sorts" = json!("-created_at")),
        ("x-spans" = json!("created_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<AuditEventFields>> {
    caller.require_ability("audit:read")?;
    let listing = asked.to_listing("created_at", &FILTERS)?;
    let holding = asked
        .filter_text("resource_id")
        .map(|id| (FilterField::Touched, format!(" {id} ")))
        .into_iter()
        .collect();
    let listing = scope_listing(
        &api,
        &caller,
        asked.filter_text("organisation_id"),
        ListCriteria { holding, ..listing },
    )
    .await?;
    let listed = api.store.read_list_page::<AuditRecord>(&listing).await?;
    Ok(Json(asked.to_list(listed, true, |one| to_audit_event(one, &caller.0.reach))))
}

/// A partner's key sees all of its partner's, of organisations that are gone, too; others those of
/// their organisations.
async fn scope_listing(
    api: &ApiContext,
    caller: &ApiCaller,
    only: Option<&str>,
    mut listing: ListCriteria,
) -> Result<ListCriteria, ProblemDetails> {
    let whose = audit_list(&caller.0.partner, caller.0.mode);
    match (&caller.0.reach, only) {
        (ApiKeyScope::Partner, None) => listing.lists.push(whose),
        (ApiKeyScope::Partner, Some(only)) => {
            listing.lists.push(audit_partition(only));
            listing.one_of.push((FilterField::Owner, vec![whose]));
            listing.direct = true;
        }
        (ApiKeyScope::Group(_) | ApiKeyScope::Organisation(_), only) => {
            let seen = caller.visible_organisations(&api.store, only).await?;
            listing.lists.extend(seen.iter().map(|one| audit_partition(one.id.as_str())));
            listing.direct = true;
        }
    }
    Ok(listing)
}

/// A change as a key may know it: of one that touched others, too, not what it changed, since that
/// may be theirs.
fn to_audit_event(from: &AuditRecord, reach: &ApiKeyScope) -> AuditEventFields {
    let organisations: Vec<OrganisationId> =
        from.organisations.iter().filter(|id| reach.has_organisation(id)).cloned().collect();
    let touched_others = organisations.len() < from.organisations.len();
    AuditEventFields {
        id: from.id.clone(),
        created_at: from.at,
        by: AuditActorView::from_changer(&from.by),
        organisation_ids: organisations,
        method: from.method.clone(),
        route: from.route.clone(),
        resource_ids: if touched_others { Vec::new() } else { from.ids.clone() },
        status: from.status,
        request_id: from.request_id.clone(),
    }
}

impl AuditActorView {
    fn from_changer(by: &AuditActor) -> Self {
        match by {
            AuditActor::Key { id, name, prefix, level } => {
                let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
                Self {
                    kind: "KEY",
                    id: Some(id.to_string()),
                    name: some(name),
                    prefix: some(prefix),
                    level: Some(*level),
                }
            }
            // The operator's people are not the partner's business: which of them it was, the
            // operator's own list tells.
            AuditActor::Operator { .. } => {
                Self { kind: "OPERATOR", id: None, name: None, prefix: None, level: None }
            }
        }
    }
}
