//! The negative list of an organisation: customers that the organisation does not want again.

mod given;
mod response;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::person::Requester;
use domain::basics::id::{ListedId, OrganisationId};
use domain::privacy::negative_list::{NegativeListAuthor, NegativeListEntry, NegativeListKind};
use flows::negative_list::listed_id;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use runtime::http::request_time;
use store::facts::FilterField;
use store::keys::kind_list;
use store::list::ListCriteria;

use crate::http::body::RequestBody;
use crate::http::caller::{ApiCaller, missing_reference};
use crate::http::list_query::{ListFilter, ListQuery, ListResponse, to_parameters};
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse, to_unavailable};
use crate::http::state::{ApiContext, SharedContext};
use given::{CreateNegativeEntry, checked_organisation, checked_subjects};
use response::{NegativeEntryFields, NegativeListCheck, NegativeListHit, to_response};

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
