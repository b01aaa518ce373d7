//! The negative list of an organisation: customers that the organisation does not want again.

mod given;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::person::Requester;
use domain::basics::id::{AlertId, ListedId, OrganisationId};
use domain::privacy::negative_list::{
    NegativeListAuthor, NegativeListEntry, NegativeListKind, NegativeListReason,
};
use flows::negative_list::listed_id;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use runtime::http::request_time;
use serde::Serialize;
use store::facts::FilterField;
use store::keys::kind_list;
use store::list::ListCriteria;
use utoipa::ToSchema;

use crate::http::body::RequestBody;
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::list_query::{ListFilter, ListQuery, ListResponse, to_parameters};
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse, to_unavailable};
use crate::http::state::{ApiContext, SharedContext};
use given::{CreateNegativeEntry, checked_organisation, checked_subjects};

/// An entry of the negative list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListEntry)]
pub(crate) struct NegativeEntryFields {
    id: ListedId,
    organisation_id: OrganisationId,
    kind: NegativeListKind,
    /// A masked form for people; the listed value itself is not stored.
    masked: String,
    reason: NegativeListReason,
    source_alert_id: Option<AlertId>,
    note: Option<String>,
    expires_at: Option<Timestamp>,
    created_by: NegativeEntryAuthor,
    created_at: Timestamp,
}

/// The creator of the entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListEntryCreatedBy)]
struct NegativeEntryAuthor {
    /// `KEY`, `MEMBER`, `RULESET`, or `SETTING` of the organisation.
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
}

/// The result of a check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListCheck)]
pub(crate) struct NegativeListCheck {
    listed: bool,
    entries: Vec<NegativeListHit>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NegativeListHit)]
struct NegativeListHit {
    id: ListedId,
    kind: NegativeListKind,
    reason: NegativeListReason,
    source_alert_id: Option<AlertId>,
    created_at: Timestamp,
}

/// The filters, beside the time range.
const FILTERS: [ListFilter; 1] =
    [ListFilter::for_words("kind", FilterField::Kind, &KINDS, "Only of this kind.")];
const KINDS: [&str; 3] = [
    NegativeListKind::Email.as_str(),
    NegativeListKind::ProcessorCustomer.as_str(),
    NegativeListKind::Card.as_str(),
];

// Aliases, because the API document cannot name generic types.
type NegativeEntryResponse = ResourceResponse<NegativeEntryFields>;
type NegativeEntryList = ListResponse<NegativeEntryResponse>;

/// Adds a customer to the negative list.
///
/// If the customer is already listed, returns 200 with the existing entry, unchanged.
#[utoipa::path(
    post, path = "/v1/negative-list", operation_id = "negative_list_create",
    request_body = CreateNegativeEntry,
    responses(
        (status = 201, body = NegativeEntryResponse), (status = 200, body = NegativeEntryResponse),
        (status = 404, description = "NOT_FOUND")
    ),
    security(("bearer" = ["negative_list:write"]))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> Result<(StatusCode, Json<ResourceResponse<NegativeEntryFields>>), ApiRefusal> {
    caller.require_ability("negative_list:write")?;
    let RequestBody { body: new, now } =
        RequestBody::<CreateNegativeEntry>::read_request(request).await?;
    let subject = new.to_subject(now)?;
    let organisation = caller.require_organisation(&api.store, &new.organisation_id).await?.id;
    new.refuse_others_alert(&api.store, &organisation).await?;
    let secret = api
        .processors
        .secrets()
        .organisation_secret(&api.store, &organisation, now)
        .await
        .map_err(|failure| to_unavailable(&failure))?;
    let entry = NegativeListEntry {
        id: listed_id(&secret, &organisation, &subject),
        organisation,
        kind: subject.kind,
        masked: subject.masked_text().to_owned(),
        reason: new.reason,
        source_alert: new.source_alert_id,
        note: new.note,
        expires_at: new.expires_at,
        by: NegativeListAuthor::Person(Requester::Key(caller.0.id.clone())),
        created_at: now,
    };
    let there = api.store.insert_negative_entry(&entry, now).await?;
    let status = if there.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(to_response(&there.unwrap_or(entry)))))
}

/// Lists the entries of negative lists.
#[utoipa::path(
    get, path = "/v1/negative-list", operation_id = "negative_list_list",
    params(("organisation_id" = Option<String>, Query, description = "Only of this organisation.")),
    responses((status = 200, body = NegativeEntryList)),
    security(("bearer" = ["negative_list:read"])),
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
) -> ApiResult<ListResponse<ResourceResponse<NegativeEntryFields>>> {
    caller.require_ability("negative_list:read")?;
    let listing = asked.to_listing("created_at", &FILTERS)?;
    let organisations =
        caller.visible_organisations(&api.store, asked.filter_text("organisation_id")).await?;
    let lists = organisations.iter().map(|one| kind_list(&one.id, "NEGATIVE")).collect();
    Ok(Json(asked.to_list(
        api.store.read_list_page::<NegativeListEntry>(&ListCriteria { lists, ..listing }).await?,
        true,
        to_response,
    )))
}

/// Returns an entry.
#[utoipa::path(
    get, path = "/v1/negative-list/{id}", operation_id = "negative_list_show",
    responses((status = 200, body = NegativeEntryResponse)),
    security(("bearer" = ["negative_list:read"]))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<NegativeEntryFields>> {
    caller.require_ability("negative_list:read")?;
    Ok(Json(to_response(&load_entry(&api, &caller, id).await?)))
}

/// Removes a customer from the negative list.
#[utoipa::path(
    delete, path = "/v1/negative-list/{id}", operation_id = "negative_list_delete",
    responses((status = 204)),
    security(("bearer" = ["negative_list:write"]))
)]
pub(crate) async fn delete(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiRefusal> {
    caller.require_ability("negative_list:write")?;
    api.store.delete_negative_entry(&load_entry(&api, &caller, id).await?.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Checks whether a customer is listed.
///
/// By e-mail address, by the processor's customer id, by card, or by several of these, in a single
/// request.
#[utoipa::path(
    get, path = "/v1/negative-list/check", operation_id = "negative_list_check",
    params(
        ("organisation_id" = Option<String>, Query, description = "The organisation \
            of the list; optional with an organisation's own key."),
        ("email" = Option<String>, Query, description = "An e-mail address."),
        ("processor_customer_id" = Option<String>, Query, description = "A customer's id at \
            the processor."),
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
    responses((status = 200, body = NegativeListCheck), (status = 404, description = "NOT_FOUND")),
    security(("bearer" = ["negative_list:read"]))
)]
pub(crate) async fn check(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
    request: Request,
) -> ApiResult<NegativeListCheck> {
    caller.require_ability("negative_list:read")?;
    let (organisation, subjects, now) =
        (checked_organisation(&caller, &asked)?, checked_subjects(&asked)?, request_time(&request));
    let secret = match api.processors.secrets().cached_organisation_secret(&organisation, now) {
        Some(secret) => secret,
        None => load_list_secret(&api, &caller, &organisation, now).await?,
    };
    let ids: Vec<ListedId> =
        subjects.iter().map(|subject| listed_id(&secret, &organisation, subject)).collect();
    let checked = api.store.check_negative_list(&organisation, &ids).await?;
    if !checked.organisation.is_some_and(|one| caller.can_see(&one)) {
        return Err(missing_reference("organisation_id", "organisation").into());
    }
    let entries: Vec<NegativeListHit> = checked
        .entries
        .into_iter()
        .filter(|entry| entry.is_active_at(now))
        .map(NegativeListHit::from_listed)
        .collect();
    Ok(Json(NegativeListCheck { listed: !entries.is_empty(), entries }))
}

/// Loads the secret of an organisation that the caller may see. The check comes first, because the
/// read creates a missing secret.
async fn load_list_secret(
    api: &ApiContext,
    caller: &ApiCaller,
    organisation: &OrganisationId,
    now: Timestamp,
) -> Result<partners::SecretText, ApiRefusal> {
    caller.require_organisation(&api.store, organisation).await?;
    api.processors
        .secrets()
        .organisation_secret(&api.store, organisation, now)
        .await
        .map_err(|failure| to_unavailable(&failure))
}

/// Loads an entry that the caller may see.
async fn load_entry(
    api: &ApiContext,
    caller: &ApiCaller,
    id: String,
) -> Result<NegativeListEntry, ProblemDetails> {
    let missing = || ProblemDetails::not_found("entry of a negative list");
    let id = ListedId::try_from(id).map_err(|_| missing())?;
    let entry = api.store.read_negative_entry(&id).await?.ok_or_else(missing)?;
    caller
        .find_organisation(&api.store, &entry.organisation)
        .await?
        .map(|_| entry)
        .ok_or_else(missing)
}

impl NegativeListHit {
    fn from_listed(entry: NegativeListEntry) -> Self {
        let NegativeListEntry {
            id, kind, reason, source_alert: source_alert_id, created_at, ..
        } = entry;
        Self { id, kind, reason, source_alert_id, created_at }
    }
}

fn to_response(entry: &NegativeListEntry) -> ResourceResponse<NegativeEntryFields> {
    let (kind, by) = match &entry.by {
        NegativeListAuthor::Person(Requester::Key(id)) => ("KEY", Some(id.to_string())),
        NegativeListAuthor::Person(Requester::Member(member)) => {
            ("MEMBER", Some(member.id.to_string()))
        }
        NegativeListAuthor::Ruleset(id) => ("RULESET", Some(id.to_string())),
        NegativeListAuthor::Setting => ("SETTING", None),
    };
    let NegativeListEntry {
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
        (organisation, source_alert, NegativeEntryAuthor { kind, id: by });
    let fields = NegativeEntryFields {
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
    ResourceResponse::at_path("/v1/negative-list", &path, 1, fields)
}
