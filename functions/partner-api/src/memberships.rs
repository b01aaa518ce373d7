//! Memberships: a person's place in an organisation, and the e-mails they want.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::{Membership, Role};
use domain::customer::{is_plain, normalised};
use domain::enrolment::Fault;
use domain::id::{MembershipId, OrganisationId, UserId};
use jiff::Timestamp;
use runtime::auth::new_seed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Shared;
use crate::answer::{Answer, Refused, Shown};
use crate::body::{Given, length, refuse};
use crate::caller::Caller;
use crate::change::{Change, ChangeOf, Changes};
use crate::page::{Asked, List, Sort, by_time};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewMembership)]
#[allow(clippy::struct_excessive_bools, reason = "the four e-mail switches of the documented resource")]
pub(crate) struct New {
    organisation_id: OrganisationId,
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    first_name: String,
    #[schema(min_length = 1, max_length = 255, pattern = r"\S")]
    last_name: String,
    #[schema(max_length = 254, pattern = r#"^[^@\s<>()\[\]{}\\",;:]+@[^@\s<>()\[\]{}\\",;:]*\.[^@\s<>()\[\]{}\\",;:]*$"#)]
    email: String,
    role: Role,
    #[serde(default = "yes")]
    is_alert_action_required_email_enabled: bool,
    #[serde(default = "yes")]
    is_alert_resolved_email_enabled: bool,
    #[serde(default = "yes")]
    is_alert_dismissed_email_enabled: bool,
    #[serde(default = "yes")]
    is_evidence_requested_email_enabled: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Membership)]
#[allow(clippy::struct_excessive_bools, reason = "the four e-mail switches of the documented resource")]
pub(crate) struct Fields {
    id: MembershipId,
    organisation_id: OrganisationId,
    user_id: UserId,
    first_name: String,
    last_name: String,
    email: String,
    role: Role,
    is_alert_action_required_email_enabled: bool,
    is_alert_resolved_email_enabled: bool,
    is_alert_dismissed_email_enabled: bool,
    is_evidence_requested_email_enabled: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Changes for New {
    const CHANGEABLE: &'static [&'static str] = &[
        "first_name",
        "last_name",
        "email",
        "role",
        "is_alert_action_required_email_enabled",
        "is_alert_resolved_email_enabled",
        "is_alert_dismissed_email_enabled",
        "is_evidence_requested_email_enabled",
    ];
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;
type Changed = ChangeOf<New>;

/// Makes a membership: a person in an organisation.
#[utoipa::path(
    post, path = "/v1/memberships", request_body = New,
    responses((status = 200, body = One), (status = 404, description = "NOT_FOUND")),
    security(("bearer" = ["memberships:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn create(State(api): State<Shared>, caller: Caller, request: Request) -> Answer<Shown<Fields>> {
    caller.as_partner_may("memberships:write")?;
    let given = Given::<New>::read(request).await?;
    refuse(given.body.faults())?;
    caller.named_organisation(&api.store, &given.body.organisation_id).await?;
    let user = user_of(&caller, &given.body.email);
    let membership = given.body.into_membership(MembershipId::from_seed(new_seed()?), user, given.now);
    api.store.keep(&membership).await?;
    Ok(Json(shown(membership)))
}

/// Shows a membership.
#[utoipa::path(
    get, path = "/v1/memberships/{id}", responses((status = 200, body = One)), security(("bearer" = ["memberships:read"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn show(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer<Shown<Fields>> {
    caller.as_partner_may("memberships:read")?;
    Ok(Json(shown(caller.record(&api.store, &id, "membership").await?)))
}

/// Lists memberships.
#[utoipa::path(
    get, path = "/v1/memberships", params(("organisation_id" = Option<String>, Query, description = "Only of this organisation.")),
    responses((status = 200, body = Many)), security(("bearer" = ["memberships:read"])),
    extensions(("x-key-level" = json!("PARTNER")), ("x-sorts" = json!("-created_at updated_at")), ("x-spans" = json!("created_at updated_at")))
)]
pub(crate) async fn list(State(api): State<Shared>, caller: Caller, asked: Asked) -> Answer<List<Shown<Fields>>> {
    caller.as_partner_may("memberships:read")?;
    let all: Vec<Membership> = caller.records(&api.store, asked.text("organisation_id")).await?;
    let sorts: [Sort<Membership>; 2] = [("created_at", |one| by_time(one.created_at)), ("updated_at", |one| by_time(one.updated_at))];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
}

/// Changes a membership.
///
/// Another e-mail address is another person.
#[utoipa::path(
    patch, path = "/v1/memberships/{id}", request_body = Changed, responses((status = 200, body = One)),
    security(("bearer" = ["memberships:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn change(State(api): State<Shared>, caller: Caller, Path(id): Path<String>, request: Request) -> Answer<Shown<Fields>> {
    caller.as_partner_may("memberships:write")?;
    let old: Membership = caller.record(&api.store, &id, "membership").await?;
    let change = Change::read(request).await?;
    let new: New = change.onto(&shown(old.clone()), New::CHANGEABLE)?;
    refuse(new.faults())?;
    // Another address is another person.
    let user = user_of(&caller, &new.email);
    let new = new.into_membership(old.id, user, change.now);
    let membership = Membership { created_at: old.created_at, version: old.version.saturating_add(1), ..new };
    api.store.replace(&membership).await?;
    Ok(Json(shown(membership)))
}

/// Deletes a membership.
#[utoipa::path(
    delete, path = "/v1/memberships/{id}", responses((status = 204)), security(("bearer" = ["memberships:write"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn delete(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Refused> {
    caller.as_partner_may("memberships:write")?;
    api.store.remove(&caller.record::<Membership>(&api.store, &id, "membership").await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One person has one user id in all of a partner's organisations.
fn user_of(caller: &Caller, email: &str) -> UserId {
    UserId::derived(&[caller.0.partner.as_str(), &normalised(email)])
}

impl New {
    fn faults(&self) -> Vec<Fault> {
        let email = self.email.trim();
        let is_address = email.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.contains('.') && !host.contains('@'));
        let wrong = !is_address || email.chars().any(char::is_whitespace) || !is_plain(&self.email);
        let faults = [
            length("first_name", &self.first_name, 255),
            length("last_name", &self.last_name, 255),
            length("email", email, 254),
            wrong.then(|| Fault::new("email", "NOT_AN_EMAIL", "Must be an e-mail address.")),
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

fn shown(from: Membership) -> Shown<Fields> {
    let path = from.id.to_string();
    let fields = Fields {
        id: from.id,
        organisation_id: from.organisation,
        user_id: from.user,
        first_name: from.first_name,
        last_name: from.last_name,
        email: from.email,
        role: from.role,
        is_alert_action_required_email_enabled: from.is_alert_action_required_email_enabled,
        is_alert_resolved_email_enabled: from.is_alert_resolved_email_enabled,
        is_alert_dismissed_email_enabled: from.is_alert_dismissed_email_enabled,
        is_evidence_requested_email_enabled: from.is_evidence_requested_email_enabled,
        created_at: from.created_at,
        updated_at: from.updated_at,
    };
    Shown::at("/v1/memberships", &path, from.version, fields)
}
