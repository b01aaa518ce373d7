//! Erasures: removal of a customer's personal data from an organisation.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::FieldError;
use domain::basics::id::{ErasureId, KeyId, OrganisationId};
use domain::privacy::erasure::{CustomerErasure, RetainedRecords};
use flows::erasure::erase_customer;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::body::{RequestBody, length_fault, refuse_faults};
use crate::http::caller::ApiCaller;
use crate::http::response::{ApiResult, ResourceResponse, to_unavailable};
use crate::http::state::SharedContext;

/// The longest address.
const MOST_EMAIL: usize = 255;
/// The data that always remains, with reasons.
const ALWAYS: [(&str, &str); 3] = [
    (
        "transactions",
        "Amounts, dates, references, BIN and last four digits are kept: refunds and answers to \
         networks rest on them.",
    ),
    (
        "negative_list",
        "Entries hold a keyed hash, a masked form and the note you gave them: they are there to \
         know the customer again.",
    ),
    ("idempotent_answers", "Answers kept for an `Idempotency-Key` are forgotten within 24 hours."),
];

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewErasure)]
pub(crate) struct CreateErasure {
    organisation_id: OrganisationId,
    /// Compared without letter case and surrounding spaces; not stored.
    customer_email: String,
}

/// An erasure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasureFields)]
pub(crate) struct ErasureFields {
    id: ErasureId,
    organisation_id: OrganisationId,
    /// The keyed hash that identified the customer; only this system can compute the hash.
    customer_hash: String,
    api_key_id: KeyId,
    erased: ErasedCounts,
    stays: Vec<ErasureRemainder>,
    created_at: Timestamp,
}

/// The numbers of records that contained the customer's address before the erasure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasedCounts)]
struct ErasedCounts {
    orders: usize,
    alerts: usize,
    events: usize,
    imported_alerts: usize,
}

/// Data that remains, with the reason.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasureStays)]
struct ErasureRemainder {
    kind: String,
    ids: Vec<String>,
    reason: String,
}

// Aliases, because the API document cannot name generic types.
type ErasureResponse = ResourceResponse<ErasureFields>;

/// Erases a customer.
///
/// Removes the customer's e-mail address from an organisation's orders, alerts, events and imported
/// alerts. Idempotent: a repeat erases nothing more.
#[utoipa::path(
    post, path = "/v1/erasures", operation_id = "erasures_create", request_body = CreateErasure,
    responses(
        (status = 200, body = ErasureResponse), (status = 404, description = "NOT_FOUND"),
        (status = 409, description = "CONFLICT")
    ),
    security(("bearer" = ["erasures:write"]))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> ApiResult<ResourceResponse<ErasureFields>> {
    caller.require_ability("erasures:write")?;
    let RequestBody { body, now } = RequestBody::<CreateErasure>::read_request(request).await?;
    let organisation = caller.require_organisation(&api.store, &body.organisation_id).await?;
    refuse_faults(body.find_faults())?;
    let whose = (&organisation.id, body.customer_email.trim());
    let erased =
        erase_customer(&api.store, api.processors.secrets(), whose, &caller.0.id, now).await;
    Ok(Json(to_response(erased.map_err(to_problem)?)))
}

/// Returns an erasure.
#[utoipa::path(
    get, path = "/v1/erasures/{id}", operation_id = "erasures_show",
    responses((status = 200, body = ErasureResponse)),
    security(("bearer" = ["erasures:read"]))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<ErasureFields>> {
    caller.require_ability("erasures:read")?;
    let missing = || ProblemDetails::not_found("erasure");
    let id = ErasureId::try_from(id).map_err(|_| missing())?;
    let erasure = api.store.read_erasure(&id).await?.ok_or_else(missing)?;
    let seen = caller.find_organisation(&api.store, &erasure.organisation).await?;
    Ok(Json(to_response(seen.map(|_| erasure).ok_or_else(missing)?)))
}

impl CreateErasure {
    fn find_faults(&self) -> Vec<FieldError> {
        let email = self.customer_email.trim();
        let is_email = email
            .split_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty());
        let wrong = (!is_email)
            .then(|| FieldError::new("customer_email", "NOT_AN_EMAIL", "Not an e-mail address."));
        length_fault("customer_email", email, MOST_EMAIL).or(wrong).into_iter().collect()
    }
}

fn to_problem(failure: flows::StageFailure) -> ProblemDetails {
    match failure {
        flows::StageFailure::Store(error) => error.into(),
        other => to_unavailable(&other).0,
    }
}

fn to_response(from: CustomerErasure) -> ResourceResponse<ErasureFields> {
    let always = ALWAYS.into_iter().map(|(kind, reason)| ErasureRemainder {
        kind: kind.into(),
        ids: Vec::new(),
        reason: reason.into(),
    });
    let own = from.stays.into_iter().map(|RetainedRecords { kind, ids, why }| ErasureRemainder {
        kind,
        ids,
        reason: why,
    });
    let fields = ErasureFields {
        id: from.id.clone(),
        organisation_id: from.organisation,
        customer_hash: from.customer,
        api_key_id: from.by,
        erased: ErasedCounts {
            orders: from.erased.orders,
            alerts: from.erased.alerts,
            events: from.erased.events,
            imported_alerts: from.erased.imported_alerts,
        },
        stays: own.chain(always).collect(),
        created_at: from.at,
    };
    ResourceResponse::at_path("/v1/erasures", from.id.as_str(), 1, fields)
}
