//! Erasures: a customer's data, taken out of an organisation.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::Fault;
use domain::basics::id::{ErasureId, KeyId, OrganisationId};
use domain::privacy::erasure::{Erasure, Stays};
use flows::erasure::erase;
use flows::problem::Problem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::body::{Given, length, refuse};
use crate::http::caller::Caller;
use crate::http::response::{Answer, Shown, failed};
use crate::http::state::Shared;

/// The longest address.
const MOST_EMAIL: usize = 255;
/// What always stays, and why.
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
pub(crate) struct New {
    organisation_id: OrganisationId,
    /// Compared without case and blanks around it; it is not kept.
    customer_email: String,
}

/// An erasure as it is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasureFields)]
pub(crate) struct Fields {
    id: ErasureId,
    organisation_id: OrganisationId,
    /// The keyed hash under which the customer was found; only this system can make it.
    customer_hash: String,
    api_key_id: KeyId,
    erased: Counts,
    stays: Vec<Kept>,
    created_at: Timestamp,
}

/// How many named the customer, and do no more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasedCounts)]
struct Counts {
    orders: usize,
    alerts: usize,
    events: usize,
    imported_alerts: usize,
}

/// What stays, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasureStays)]
struct Kept {
    kind: String,
    ids: Vec<String>,
    reason: String,
}

// The document names types without parameters.
type One = Shown<Fields>;

/// Erases a customer.
///
/// Takes the customer's e-mail address out of an organisation's orders, alerts, events and imported
/// alerts. Again is the same: nothing is left to erase.
#[utoipa::path(
    post, path = "/v1/erasures", operation_id = "erasures_create", request_body = New,
    responses(
        (status = 200, body = One), (status = 404, description = "NOT_FOUND"),
        (status = 409, description = "CONFLICT")
    ),
    security(("bearer" = ["erasures:write"]))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("erasures:write")?;
    let Given { body, now } = Given::<New>::read(request).await?;
    let organisation = caller.named_organisation(&api.store, &body.organisation_id).await?;
    refuse(body.faults())?;
    let whose = (&organisation.id, body.customer_email.trim());
    let erased = erase(&api.store, api.processors.secrets(), whose, &caller.0.id, now).await;
    Ok(Json(shown(erased.map_err(refused)?)))
}

/// Shows an erasure.
#[utoipa::path(
    get, path = "/v1/erasures/{id}", operation_id = "erasures_show",
    responses((status = 200, body = One)),
    security(("bearer" = ["erasures:read"]))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.may("erasures:read")?;
    let missing = || Problem::not_found("erasure");
    let id = ErasureId::try_from(id).map_err(|_| missing())?;
    let erasure = api.store.erasure(&id).await?.ok_or_else(missing)?;
    let seen = caller.organisation(&api.store, &erasure.organisation).await?;
    Ok(Json(shown(seen.map(|_| erasure).ok_or_else(missing)?)))
}

impl New {
    fn faults(&self) -> Vec<Fault> {
        let email = self.customer_email.trim();
        let is_email = email
            .split_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty());
        let wrong = (!is_email)
            .then(|| Fault::new("customer_email", "NOT_AN_EMAIL", "Not an e-mail address."));
        length("customer_email", email, MOST_EMAIL).or(wrong).into_iter().collect()
    }
}

fn refused(failure: flows::Failure) -> Problem {
    match failure {
        flows::Failure::Store(error) => error.into(),
        other => failed(&other).0,
    }
}

fn shown(from: Erasure) -> Shown<Fields> {
    let always = ALWAYS.into_iter().map(|(kind, reason)| Kept {
        kind: kind.into(),
        ids: Vec::new(),
        reason: reason.into(),
    });
    let own =
        from.stays.into_iter().map(|Stays { kind, ids, why }| Kept { kind, ids, reason: why });
    let fields = Fields {
        id: from.id.clone(),
        organisation_id: from.organisation,
        customer_hash: from.customer,
        api_key_id: from.by,
        erased: Counts {
            orders: from.erased.orders,
            alerts: from.erased.alerts,
            events: from.erased.events,
            imported_alerts: from.erased.imported_alerts,
        },
        stays: own.chain(always).collect(),
        created_at: from.at,
    };
    Shown::at("/v1/erasures", from.id.as_str(), 1, fields)
}
