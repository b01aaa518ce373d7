//! Memberships: the persons of an organisation and their e-mail settings.

mod shown;
mod silence;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::enrolment::FieldError;
use domain::account::{MOST_MEMBERSHIPS, MemberRole, Membership};
use domain::basics::email::{is_header_safe, normalise_email};
use domain::basics::id::{MembershipId, OrganisationId, UserId};
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use runtime::http::request_time;
use runtime::random::new_seed;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::{RequestBody, length_fault, refuse_faults};
use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListQuery, ListResponse, SortColumn, sort_by_time};
use crate::http::patch::{PatchBody, PatchRequest, PatchableBody};
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse};
use crate::http::state::{ApiContext, SharedContext};
use shown::{MembershipFields, membership_response, membership_responses};
use silence::refuse_silence;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewMembership)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the four e-mail switches of the documented resource"
)]
pub(crate) struct CreateMembership {
    organisation_id: OrganisationId,
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    first_name: String,
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    last_name: String,
    #[schema(
        max_length = 254,
        pattern = r#"^[^@\s<>()\[\]{}\\",;:]+@[^@\s<>()\[\]{}\\",;:]*\.[^@\s<>()\[\]{}\\",;:]*$"#
    )]
    email: String,
    role: MemberRole,
    #[serde(default = "yes")]
    is_alert_action_required_email_enabled: bool,
    #[serde(default = "yes")]
    is_alert_resolved_email_enabled: bool,
    #[serde(default = "yes")]
    is_alert_dismissed_email_enabled: bool,
    #[serde(default = "yes")]
    is_evidence_requested_email_enabled: bool,
    /// Confirms, in a PATCH, that the change may leave no recipient of the action-required e-mail.
    /// Write-only.
    #[serde(default)]
    acknowledge_no_mail: bool,
}

impl PatchableBody for CreateMembership {
    const CHANGEABLE: &'static [&'static str] = &[
        "first_name",
        "last_name",
        "email",
        "role",
        "is_alert_action_required_email_enabled",
        "is_alert_resolved_email_enabled",
        "is_alert_dismissed_email_enabled",
        "is_evidence_requested_email_enabled",
        "acknowledge_no_mail",
    ];
}

// Aliases, because the API document cannot name generic types.
type MembershipResponse = ResourceResponse<MembershipFields>;
type MembershipList = ListResponse<MembershipResponse>;
type ChangeMembership = PatchBody<CreateMembership>;

/// Creates a membership: a person in an organisation.
///
/// The address receives a single e-mail, which asks the owner for confirmation, and no other e-mail
/// before that. An organisation has at most 50 memberships.
#[utoipa::path(
    post, path = "/v1/memberships", request_body = CreateMembership,
    responses((status = 200, body = MembershipResponse), (status = 404, description = "NOT_FOUND")),
    security(("bearer" = ["memberships:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> ApiResult<ResourceResponse<MembershipFields>> {
    caller.require_partner_ability("memberships:write")?;
    let given = RequestBody::<CreateMembership>::read_request(request).await?;
    refuse_faults(given.body.find_faults())?;
    caller.require_organisation(&api.store, &given.body.organisation_id).await?;
    refuse_full(&api, &given.body.organisation_id).await?;
    let user = derive_user_id(&caller, &given.body.email);
    let membership =
        given.body.into_membership(MembershipId::from_seed(new_seed()?), user, given.now);
    api.store.put_record(&membership).await?;
    Ok(Json(membership_response(&api, membership, given.now).await?))
}

/// Returns a membership.
#[utoipa::path(
    get, path = "/v1/memberships/{id}", responses((status = 200, body = MembershipResponse)),
    security(("bearer" = ["memberships:read"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<MembershipFields>> {
    caller.require_partner_ability("memberships:read")?;
    Ok(Json(
        membership_response(
            &api,
            caller.load_record(&api.store, &id, "membership").await?,
            request_time(&request),
        )
        .await?,
    ))
}

/// Lists memberships.
#[utoipa::path(
    get, path = "/v1/memberships",
    params(("organisation_id" = Option<String>, Query, description = "Only of this organisation.")),
    responses((status = 200, body = MembershipList)), security(("bearer" = ["memberships:read"])),
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
    request: Request,
) -> ApiResult<ListResponse<ResourceResponse<MembershipFields>>> {
    caller.require_partner_ability("memberships:read")?;
    let all: Vec<Membership> =
        caller.visible_records(&api.store, asked.filter_text("organisation_id")).await?;
    let sorts: [SortColumn<Membership>; 2] = [
        ("created_at", |one| sort_by_time(one.created_at)),
        ("updated_at", |one| sort_by_time(one.updated_at)),
    ];
    let page = asked.arrange_rows(all, |one| one.id.as_str(), &sorts, |one| one)?;
    let items = membership_responses(&api, &page.items, request_time(&request)).await?;
    Ok(Json(page.with_items(items)))
}

/// Changes a membership.
///
/// A new e-mail address means a new person, and needs a new confirmation.
#[utoipa::path(
    patch, path = "/v1/memberships/{id}", request_body = ChangeMembership,
    responses(
        (status = 200, body = MembershipResponse),
        (status = 409, description = "LAST_NOTIFIED_MEMBER")
    ),
    security(("bearer" = ["memberships:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn change(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<MembershipFields>> {
    caller.require_partner_ability("memberships:write")?;
    let old: Membership = caller.load_record(&api.store, &id, "membership").await?;
    let change = PatchRequest::read_request(request).await?;
    let new: CreateMembership = change.apply_onto(
        &membership_response(&api, old.clone(), change.now).await?,
        CreateMembership::CHANGEABLE,
    )?;
    refuse_faults(new.find_faults())?;
    // A new address means a new person.
    let (user, acknowledged) = (derive_user_id(&caller, &new.email), new.acknowledge_no_mail);
    let new = new.into_membership(old.id.clone(), user, change.now);
    let membership =
        Membership { created_at: old.created_at, version: old.version.saturating_add(1), ..new };
    if !acknowledged {
        refuse_silence(&api, &old, Some(&membership), change.now).await?;
    }
    api.store.replace_record(&membership).await?;
    Ok(Json(membership_response(&api, membership, change.now).await?))
}

/// Deletes a membership.
#[utoipa::path(
    delete, path = "/v1/memberships/{id}",
    params(("acknowledge_no_mail" = Option<bool>, Query, description = "Confirms that the \
        deletion may leave no recipient of the action-required e-mail.")),
    responses((status = 204), (status = 409, description = "LAST_NOTIFIED_MEMBER")),
    security(("bearer" = ["memberships:write"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn delete(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    asked: ListQuery,
    request: Request,
) -> Result<StatusCode, ApiRefusal> {
    caller.require_partner_ability("memberships:write")?;
    let membership: Membership = caller.load_record(&api.store, &id, "membership").await?;
    if asked.filter_bool("acknowledge_no_mail")? != Some("true") {
        refuse_silence(&api, &membership, None, request_time(&request)).await?;
    }
    api.store.remove_record(&membership).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses a membership beyond the limit, which curbs mass mail to strangers.
async fn refuse_full(api: &ApiContext, organisation: &OrganisationId) -> Result<(), ApiRefusal> {
    let there: Vec<Membership> = api.store.read_records(organisation).await?;
    if there.len() < MOST_MEMBERSHIPS {
        return Ok(());
    }
    let message =
        format!("An organisation has at most {MOST_MEMBERSHIPS} memberships; delete one first.");
    Err(ProblemDetails::invalid_field("organisation_id", "TOO_MANY_MEMBERSHIPS", message).into())
}

/// Derives the user id: the same person has the same id in all organisations of a partner.
fn derive_user_id(caller: &ApiCaller, email: &str) -> UserId {
    UserId::derived(&[caller.0.partner.as_str(), &normalise_email(email)])
}

impl CreateMembership {
    fn find_faults(&self) -> Vec<FieldError> {
        let email = self.email.trim();
        let is_address = email.split_once('@').is_some_and(|(who, host)| {
            !who.is_empty() && host.contains('.') && !host.contains('@')
        });
        let wrong =
            !is_address || email.chars().any(char::is_whitespace) || !is_header_safe(&self.email);
        let faults = [
            length_fault("first_name", &self.first_name, 255),
            length_fault("last_name", &self.last_name, 255),
            length_fault("email", email, 254),
            wrong.then(|| FieldError::new("email", "NOT_AN_EMAIL", "Must be an e-mail address.")),
        ];
        faults.into_iter().flatten().collect()
    }

    fn into_membership(self, id: MembershipId, user: UserId, now: Timestamp) -> Membership {
        Membership {
            id,
            organisation: self.organisation_id,
            user,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email.trim().to_owned(),
            role: self.role,
            is_alert_action_required_email_enabled: self.is_alert_action_required_email_enabled,
            is_alert_resolved_email_enabled: self.is_alert_resolved_email_enabled,
            is_alert_dismissed_email_enabled: self.is_alert_dismissed_email_enabled,
            is_evidence_requested_email_enabled: self.is_evidence_requested_email_enabled,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

const fn yes() -> bool {
    true
}
