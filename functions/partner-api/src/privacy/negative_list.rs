//! The negative list of an organisation: customers it does not want again.

mod given;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::person::Person;
use domain::basics::id::{AlertId, ListedId, OrganisationId};
use domain::privacy::negative_list::{Listed, ListedBy, ListedKind, ListedReason};
use flows::negative_list::listed_id;
use flows::problem::Problem;
use jiff::Timestamp;
use runtime::http::now;
use serde::Serialize;
use store::facts::Fact;
use store::keys::listed_of;
use store::list::Listing;
use utoipa::ToSchema;

use crate::http::body::Given;
use crate::http::caller::{Caller, missing};
use crate::http::list_query::{Asked, Filter, List, documented};
use crate::http::response::{Answer, Refused, Shown, failed};
use crate::http::state::{Api, Shared};
use given::{New, looked_for, whose};

/// An entry as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListEntry)]
pub(crate) struct Fields {
    id: ListedId,
    organisation_id: OrganisationId,
    kind: ListedKind,
    /// How people recognise it; what was listed itself is not kept.
    masked: String,
    reason: ListedReason,
    source_alert_id: Option<AlertId>,
    note: Option<String>,
    expires_at: Option<Timestamp>,
    created_by: CreatedBy,
    created_at: Timestamp,
}

/// Who listed it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListEntryCreatedBy)]
struct CreatedBy {
    /// `KEY`, `MEMBER`, `RULESET`, or `SETTING` of the organisation.
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
}

/// What a check finds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListCheck)]
pub(crate) struct Found {
    listed: bool,
    entries: Vec<Hit>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListHit)]
struct Hit {
    id: ListedId,
    kind: ListedKind,
    reason: ListedReason,
    source_alert_id: Option<AlertId>,
    created_at: Timestamp,
}

/// What entries are filtered by, beside their time.
const FILTERS: [Filter; 1] = [Filter::word("kind", Fact::Kind, &KINDS, "Only of this kind.")];
const KINDS: [&str; 3] =
    [ListedKind::Email.as_str(), ListedKind::ProcessorCustomer.as_str(), ListedKind::Card.as_str()];

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;

/// Puts a customer on the negative list.
///
/// One that is on it already is answered with 200 and its entry as it is.
#[utoipa::path(
    post, path = "/v1/negative-list", operation_id = "negative_list_create", request_body = New,
    responses(
        (status = 201, body = One), (status = 200, body = One),
        (status = 404, description = "NOT_FOUND")
    ),
    security(("bearer" = ["negative_list:write"]))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, Json<Shown<Fields>>), Refused> {
    caller.may("negative_list:write")?;
    let Given { body: new, now } = Given::<New>::read(request).await?;
    let subject = new.subject(now)?;
    let organisation = caller.named_organisation(&api.store, &new.organisation_id).await?.id;
    new.refuse_others_alert(&api.store, &organisation).await?;
    let secret = api
        .processors
        .secrets()
        .of_organisation(&api.store, &organisation, now)
        .await
        .map_err(|failure| failed(&failure))?;
    let entry = Listed {
        id: listed_id(&secret, &organisation, &subject),
        organisation,
        kind: subject.kind,
        masked: subject.masked().to_owned(),
        reason: new.reason,
        source_alert: new.source_alert_id,
        note: new.note,
        expires_at: new.expires_at,
        by: ListedBy::Person(Person::Key(caller.0.id.clone())),
        created_at: now,
    };
    let there = api.store.list_customer(&entry, now).await?;
    let status = if there.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(shown(&there.unwrap_or(entry)))))
}

/// Lists the entries.
#[utoipa::path(
    get, path = "/v1/negative-list", operation_id = "negative_list_list",
    params(("organisation_id" = Option<String>, Query, description = "Only of this organisation.")),
    responses((status = 200, body = Many)), security(("bearer" = ["negative_list:read"])),
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
) -> Answer<List<Shown<Fields>>> {
    caller.may("negative_list:read")?;
    let listing = asked.listing("created_at", &FILTERS)?;
    let organisations = caller.organisations(&api.store, asked.text("organisation_id")).await?;
    let lists = organisations.iter().map(|one| listed_of(&one.id, "NEGATIVE")).collect();
    Ok(Json(asked.listed(
        api.store.list::<Listed>(&Listing { lists, ..listing }).await?,
        true,
        shown,
    )))
}

/// Shows an entry.
#[utoipa::path(
    get, path = "/v1/negative-list/{id}", operation_id = "negative_list_show",
    responses((status = 200, body = One)),
    security(("bearer" = ["negative_list:read"]))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.may("negative_list:read")?;
    Ok(Json(shown(&seen(&api, &caller, id).await?)))
}

/// Takes a customer off the list.
#[utoipa::path(
    delete, path = "/v1/negative-list/{id}", operation_id = "negative_list_delete",
    responses((status = 204)),
    security(("bearer" = ["negative_list:write"]))
)]
pub(crate) async fn delete(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    caller.may("negative_list:write")?;
    api.store.unlist(&seen(&api, &caller, id).await?.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells whether a customer is listed.
///
/// By any of an e-mail address, a processor's customer, and a card, in one read.
#[utoipa::path(
    get, path = "/v1/negative-list/check", operation_id = "negative_list_check",
    params(
        ("organisation_id" = Option<String>, Query, description = "Whose list it is; an \
            organisation's own key may leave it out."),
        ("email" = Option<String>, Query, description = "An e-mail address."),
        ("processor_customer_id" = Option<String>, Query, description = "A customer as its \
            processor names it."),
        (
            "bin" = Option<String>, Query, pattern = "^([0-9]{6}|[0-9]{8})$",
            description = "The card's first digits, with `last4` and `expiry`."
        ),
        (
            "last4" = Option<String>, Query, pattern = "^[0-9]{4}$",
            description = "The card's last four digits."
        ),
        ("expiry" = Option<String>, Query, description = "The card's expiry: MM/YY, MM/YYYY or \
            YYYY-MM."),
    ),
    responses((status = 200, body = Found), (status = 404, description = "NOT_FOUND")),
    security(("bearer" = ["negative_list:read"]))
)]
pub(crate) async fn check(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
    request: Request,
) -> Answer<Found> {
    caller.may("negative_list:read")?;
    let (organisation, subjects, now) =
        (whose(&caller, &asked)?, looked_for(&asked)?, now(&request));
    let secret = match api.processors.secrets().at_hand(&organisation, now) {
        Some(secret) => secret,
        None => first_secret(&api, &caller, &organisation, now).await?,
    };
    let ids: Vec<ListedId> =
        subjects.iter().map(|subject| listed_id(&secret, &organisation, subject)).collect();
    let checked = api.store.check_negative(&organisation, &ids).await?;
    if !checked.organisation.is_some_and(|one| caller.sees(&one)) {
        return Err(missing("organisation_id", "organisation").into());
    }
    let entries: Vec<Hit> =
        checked.entries.into_iter().filter(|entry| entry.counts_at(now)).map(Hit::of).collect();
    Ok(Json(Found { listed: !entries.is_empty(), entries }))
}

/// The organisation's secret is made for nobody that is not seen.
async fn first_secret(
    api: &Api,
    caller: &Caller,
    organisation: &OrganisationId,
    now: Timestamp,
) -> Result<partners::SecretText, Refused> {
    caller.named_organisation(&api.store, organisation).await?;
    api.processors
        .secrets()
        .of_organisation(&api.store, organisation, now)
        .await
        .map_err(|failure| failed(&failure))
}

/// The entry, where the caller may see it.
async fn seen(api: &Api, caller: &Caller, id: String) -> Result<Listed, Problem> {
    let missing = || Problem::not_found("entry of a negative list");
    let id = ListedId::try_from(id).map_err(|_| missing())?;
    let entry = api.store.negative(&id).await?.ok_or_else(missing)?;
    caller.organisation(&api.store, &entry.organisation).await?.map(|_| entry).ok_or_else(missing)
}

impl Hit {
    fn of(entry: Listed) -> Self {
        let Listed { id, kind, reason, source_alert: source_alert_id, created_at, .. } = entry;
        Self { id, kind, reason, source_alert_id, created_at }
    }
}

fn shown(entry: &Listed) -> Shown<Fields> {
    let (kind, by) = match &entry.by {
        ListedBy::Person(Person::Key(id)) => ("KEY", Some(id.to_string())),
        ListedBy::Person(Person::Member(member)) => ("MEMBER", Some(member.id.to_string())),
        ListedBy::Ruleset(id) => ("RULESET", Some(id.to_string())),
        ListedBy::Setting => ("SETTING", None),
    };
    let Listed {
        id,
        organisation,
        kind: of,
        masked,
        reason,
        source_alert,
        note,
        expires_at,
        created_at,
        ..
    } = entry.clone();
    let path = id.to_string();
    let (organisation_id, source_alert_id, created_by) =
        (organisation, source_alert, CreatedBy { kind, id: by });
    let fields = Fields {
        id,
        organisation_id,
        kind: of,
        masked,
        reason,
        source_alert_id,
        note,
        expires_at,
        created_by,
        created_at,
    };
    Shown::at("/v1/negative-list", &path, 1, fields)
}
