//! The audit: who changed what. Kept after every request that changed something, listed for those
//! it concerns.

use axum::Json;
use axum::extract::State;
use domain::account::audit::{Audited, Changer};
use domain::account::{Level, Reach};
use domain::basics::id::{AuditId, OrganisationId};
use flows::problem::Problem;
use jiff::Timestamp;
use serde::Serialize;
use store::facts::Fact;
use store::keys::{audit_of, listed_audit};
use store::list::Listing;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::list_query::{Asked, Filter, List, documented};
use crate::http::response::Answer;
use crate::http::state::{Api, Shared};

/// A change as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub(crate) struct Fields {
    id: AuditId,
    created_at: Timestamp,
    by: By,
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
struct By {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
    name: Option<String>,
    /// How the key's secret began.
    prefix: Option<String>,
    level: Option<Level>,
}

/// What changes are filtered by, beside their time.
const FILTERS: [Filter; 1] = [Filter::text("api_key_id", Fact::Key, "Only by this key.")];

// The document names types without parameters.
type Many = List<Fields>;

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
    responses((status = 200, body = Many)), security(("bearer" = ["audit:read"])),
    extensions(
        ("x-filters" = json!(documented(&FILTERS))),
        ("x-sorts" = json!("-created_at")),
        ("x-spans" = json!("created_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Fields>> {
    caller.may("audit:read")?;
    let listing = asked.listing("created_at", &FILTERS)?;
    let holding = asked
        .text("resource_id")
        .map(|id| (Fact::Touched, format!(" {id} ")))
        .into_iter()
        .collect();
    let listing =
        placed(&api, &caller, asked.text("organisation_id"), Listing { holding, ..listing })
            .await?;
    let listed = api.store.list::<Audited>(&listing).await?;
    Ok(Json(asked.listed(listed, true, |one| shown(one, &caller.0.reach))))
}

/// A partner's key sees all of its partner's, of organisations that are gone, too; others those of
/// their organisations.
async fn placed(
    api: &Api,
    caller: &Caller,
    only: Option<&str>,
    mut listing: Listing,
) -> Result<Listing, Problem> {
    let whose = listed_audit(&caller.0.partner, caller.0.mode);
    match (&caller.0.reach, only) {
        (Reach::Partner, None) => listing.lists.push(whose),
        (Reach::Partner, Some(only)) => {
            listing.lists.push(audit_of(only));
            listing.one_of.push((Fact::Owner, vec![whose]));
            listing.direct = true;
        }
        (Reach::Group(_) | Reach::Organisation(_), only) => {
            let seen = caller.organisations(&api.store, only).await?;
            listing.lists.extend(seen.iter().map(|one| audit_of(one.id.as_str())));
            listing.direct = true;
        }
    }
    Ok(listing)
}

/// A change as a key may know it: of one that touched others, too, not what it changed, since that
/// may be theirs.
fn shown(from: &Audited, reach: &Reach) -> Fields {
    let organisations: Vec<OrganisationId> =
        from.organisations.iter().filter(|id| reach.holds(id)).cloned().collect();
    let touched_others = organisations.len() < from.organisations.len();
    Fields {
        id: from.id.clone(),
        created_at: from.at,
        by: By::of(&from.by),
        organisation_ids: organisations,
        method: from.method.clone(),
        route: from.route.clone(),
        resource_ids: if touched_others { Vec::new() } else { from.ids.clone() },
        status: from.status,
        request_id: from.request_id.clone(),
    }
}

impl By {
    fn of(by: &Changer) -> Self {
        match by {
            Changer::Key { id, name, prefix, level } => {
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
            Changer::Operator { .. } => {
                Self { kind: "OPERATOR", id: None, name: None, prefix: None, level: None }
            }
        }
    }
}
