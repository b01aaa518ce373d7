//! The audit trail: each change with its actor, stored after the request, and listed for the owners
//! concerned.

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

/// A change in the audit trail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub(crate) struct AuditEventFields {
    id: AuditId,
    created_at: Timestamp,
    by: AuditActorView,
    organisation_ids: Vec<OrganisationId>,
    /// `COMMAND` for commands of the operator.
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
    /// The first characters of the key's secret.
    prefix: Option<String>,
    level: Option<ApiKeyLevel>,
}

/// The filters, beside the time range.
const FILTERS: [ListFilter; 1] =
    [ListFilter::for_text("api_key_id", FilterField::Key, "Only by this key.")];

// Aliases, because the API document cannot name generic types.
type AuditEventList = ListResponse<AuditEventFields>;

/// Lists changes.
///
/// Each request with an API key, and each command of the operator, that made a change; stored for
/// 400 days.
#[utoipa::path(
    get, path = "/v1/audit-events", operation_id = "audit_list",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only changes that touched \
            this organisation, even if deleted."),
        ("resource_id" = Option<String>, Query, description = "Only changes of the resource \
            with this id, including its creation."),
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

/// Restricts a listing to the caller. A partner key reads all changes of its partner, including
/// those of deleted organisations. Other keys read the changes of their organisations.
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

/// Builds the response for a key. If the change also touched organisations outside the key's reach,
/// the resource ids are omitted.
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
            // Hides the names of the operator's staff from the partner; the operator's own list
            // contains the names.
            AuditActor::Operator { .. } => {
                Self { kind: "OPERATOR", id: None, name: None, prefix: None, level: None }
            }
        }
    }
}
