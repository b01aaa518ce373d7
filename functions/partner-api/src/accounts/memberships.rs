//! Memberships: a person's place in an organisation, and the e-mails they want.

mod shown;
mod silence;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::enrolment::Fault;
use domain::account::{MOST_MEMBERSHIPS, Membership, Role};
use domain::basics::email::{is_plain, normalised};
use domain::basics::id::{MembershipId, OrganisationId, UserId};
use flows::problem::Problem;
use jiff::Timestamp;
use runtime::http::now;
use runtime::random::new_seed;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::{Given, length, refuse};
use crate::http::caller::Caller;
use crate::http::list_query::{Asked, List, Sort, by_time};
use crate::http::patch::{Change, ChangeOf, Changes};
use crate::http::response::{Answer, Refused, Shown};
use crate::http::state::{Api, Shared};
use shown::{Fields, many, one};
use silence::refuse_silence;

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewMembership)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the four e-mail switches of the documented resource"
)]
pub(crate) struct New {
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
    role: Role,
    #[serde(default = "yes")]
    is_alert_action_required_email_enabled: bool,
    #[serde(default = "yes")]
    is_alert_resolved_email_enabled: bool,
    #[serde(default = "yes")]
    is_alert_dismissed_email_enabled: bool,
    #[serde(default = "yes")]
    is_evidence_requested_email_enabled: bool,
    /// In a PATCH: that nobody is to be sent the e-mail that an alert waits, where this would be
    /// so after it. Never shown.
    #[serde(default)]
    acknowledge_no_mail: bool,
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
        "acknowledge_no_mail",
    ];
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;
type Changed = ChangeOf<New>;

/// Makes a membership: a person in an organisation.
///
/// The address is sent one e-mail that asks its owner to confirm it; no other before that. An
/// organisation has at most 50 memberships.
#[utoipa::path(
    post, path = "/v1/memberships", request_body = New,
    responses((status = 200, body = One), (status = 404, description = "NOT_FOUND")),
    security(("bearer" = ["memberships:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("memberships:write")?;
    let given = Given::<New>::read(request).await?;
    refuse(given.body.faults())?;
    caller.named_organisation(&api.store, &given.body.organisation_id).await?;
    refuse_full(&api, &given.body.organisation_id).await?;
    let user = user_of(&caller, &given.body.email);
    let membership =
        given.body.into_membership(MembershipId::from_seed(new_seed()?), user, given.now);
    api.store.keep(&membership).await?;
    Ok(Json(one(&api, membership, given.now).await?))
}

/// Shows a membership.
#[utoipa::path(
    get, path = "/v1/memberships/{id}", responses((status = 200, body = One)),
    security(("bearer" = ["memberships:read"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("memberships:read")?;
    Ok(Json(one(&api, caller.record(&api.store, &id, "membership").await?, now(&request)).await?))
}

/// Lists memberships.
#[utoipa::path(
    get, path = "/v1/memberships",
    params(("organisation_id" = Option<String>, Query, description = "Only of this organisation.")),
    responses((status = 200, body = Many)), security(("bearer" = ["memberships:read"])),
    extensions(
        ("x-key-level" = json!("PARTNER")),
        ("x-sorts" = json!("-created_at updated_at")),
        ("x-spans" = json!("created_at updated_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
    request: Request,
) -> Answer<List<Shown<Fields>>> {
    caller.as_partner_may("memberships:read")?;
    let all: Vec<Membership> = caller.records(&api.store, asked.text("organisation_id")).await?;
    let sorts: [Sort<Membership>; 2] = [
        ("created_at", |one| by_time(one.created_at)),
        ("updated_at", |one| by_time(one.updated_at)),
    ];
    let page = asked.arrange(all, |one| one.id.as_str(), &sorts, |one| one)?;
    let items = many(&api, &page.items, now(&request)).await?;
    Ok(Json(page.of_items(items)))
}

/// Changes a membership.
///
/// Another e-mail address is another person, who is asked to confirm it.
#[utoipa::path(
    patch, path = "/v1/memberships/{id}", request_body = Changed,
    responses((status = 200, body = One), (status = 409, description = "LAST_NOTIFIED_MEMBER")),
    security(("bearer" = ["memberships:write"])), extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn change(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.as_partner_may("memberships:write")?;
    let old: Membership = caller.record(&api.store, &id, "membership").await?;
    let change = Change::read(request).await?;
    let new: New = change.onto(&one(&api, old.clone(), change.now).await?, New::CHANGEABLE)?;
    refuse(new.faults())?;
    // Another address is another person.
    let (user, acknowledged) = (user_of(&caller, &new.email), new.acknowledge_no_mail);
    let new = new.into_membership(old.id.clone(), user, change.now);
    let membership =
        Membership { created_at: old.created_at, version: old.version.saturating_add(1), ..new };
    if !acknowledged {
        refuse_silence(&api, &old, Some(&membership), change.now).await?;
    }
    api.store.replace(&membership).await?;
    Ok(Json(one(&api, membership, change.now).await?))
}

/// Deletes a membership.
#[utoipa::path(
    delete, path = "/v1/memberships/{id}",
    params(("acknowledge_no_mail" = Option<bool>, Query, description = "That nobody is to be sent \
        the e-mail that an alert waits, where this would be so after it.")),
    responses((status = 204), (status = 409, description = "LAST_NOTIFIED_MEMBER")),
    security(("bearer" = ["memberships:write"])),
    extensions(("x-key-level" = json!("PARTNER")))
)]
pub(crate) async fn delete(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    asked: Asked,
    request: Request,
) -> Result<StatusCode, Refused> {
    caller.as_partner_may("memberships:write")?;
    let membership: Membership = caller.record(&api.store, &id, "membership").await?;
    if asked.truth("acknowledge_no_mail")? != Some("true") {
        refuse_silence(&api, &membership, None, now(&request)).await?;
    }
    api.store.remove(&membership).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whoever has this many members has no use for one more, and whoever mails strangers has.
async fn refuse_full(api: &Api, organisation: &OrganisationId) -> Result<(), Refused> {
    let there: Vec<Membership> = api.store.records(organisation).await?;
    if there.len() < MOST_MEMBERSHIPS {
        return Ok(());
    }
    let message =
        format!("An organisation has at most {MOST_MEMBERSHIPS} memberships; delete one first.");
    Err(Problem::field("organisation_id", "TOO_MANY_MEMBERSHIPS", message).into())
}

/// One person has one user id in all of a partner's organisations.
fn user_of(caller: &Caller, email: &str) -> UserId {
    UserId::derived(&[caller.0.partner.as_str(), &normalised(email)])
}

impl New {
    fn faults(&self) -> Vec<Fault> {
        let email = self.email.trim();
        let is_address = email.split_once('@').is_some_and(|(who, host)| {
            !who.is_empty() && host.contains('.') && !host.contains('@')
        });
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
