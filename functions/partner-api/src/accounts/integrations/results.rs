//! A merchant tells that a refund of its own endpoint has come further: the endpoint's list is
//! read, and counts.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::Fault;
use domain::account::{Integration, IntegrationKind};
use domain::basics::id::IntegrationId;
use domain::refund::{Cause, acquirer_reference};
use domain::sale::{RefundState, Sale};
use flows::problem::Problem;
use flows::refund_report::{Word, heard};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::callback::no_callback;
use crate::http::body::{Given, length, refuse, refuse_card_number_in};
use crate::http::caller::{Caller, missing};
use crate::http::response::{Answer, asked_again};
use crate::http::state::{Api, Shared};

/// The longest reason that is kept.
const MOST_REASON: usize = 300;

/// How far the refund has come, by the merchant's word.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
#[schema(as = RefundResultStatus)]
enum Status {
    Pending,
    Succeeded,
    Failed,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRefundResult)]
pub(crate) struct Told {
    /// The `cause_id` of the request for the refund: an alert's id, or that of a refund by hand.
    cause_id: String,
    status: Status,
    /// Why it failed.
    reason: Option<String>,
    /// The acquirer's reference of the credit, of 23 or 24 digits: it proves the credit to a bank.
    acquirer_reference_number: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefundResult)]
pub(crate) struct Taken {
    integration_id: IntegrationId,
    refund_id: String,
    cause_id: String,
    status: Status,
}

/// Tells how far a refund of the merchant's own endpoint has come.
///
/// It only makes us read the payment at the endpoint: what is listed there counts, whatever is told
/// here.
#[utoipa::path(
    post, path = "/v1/integrations/{id}/refunds/{refund_id}", operation_id = "integrations_tell",
    request_body = Told,
    responses(
        (status = 200, body = Taken), (status = 409, description = "CONFLICT"),
        (status = 424, description = "PROCESSOR_UNAVAILABLE"),
    ),
    security(("bearer" = ["refunds:write"]))
)]
pub(crate) async fn tell(
    State(api): State<Shared>,
    caller: Caller,
    Path((id, refund_id)): Path<(String, String)>,
    request: Request,
) -> Answer<Taken> {
    caller.may("refunds:write")?;
    refuse_card_number_in("refund_id", &refund_id)?;
    let integration: Integration = caller.record(&api.store, &id, "integration").await?;
    let Given { body: Told { cause_id, status, reason, acquirer_reference_number: arn }, now } =
        Given::<Told>::read(request).await?;
    let too_long = reason.as_deref().and_then(|reason| length("reason", reason, MOST_REASON));
    let arn = arn.map(|text| acquirer_reference(&text).ok_or_else(not_a_reference)).transpose();
    refuse(too_long.into_iter().chain(arn.as_ref().err().cloned()).collect())?;
    let arn = arn.ok().flatten();
    if integration.kind != IntegrationKind::CustomCallback {
        return Err(no_callback().into());
    }
    let cause = made_for(&api, &integration, &cause_id).await?;
    let word = Word { cause, id: refund_id.clone(), state: state(status, reason), arn };
    heard(&api.store, &api.processors, &integration, &word, now).await.map_err(asked_again)?;
    Ok(Json(Taken { integration_id: integration.id, refund_id, cause_id, status }))
}

/// The cause, where it is about a payment at this integration.
async fn made_for(api: &Api, integration: &Integration, id: &str) -> Result<Cause, Problem> {
    let cause = Cause::of(id);
    let sale: Option<Sale> = match &cause {
        Some(Cause::Alert(id)) => api
            .store
            .alert(id)
            .await?
            .and_then(|alert| alert.sale().map(|found| found.sale.clone())),
        Some(Cause::Hand(id)) => api.store.hand_refund(id).await?.map(|asked| asked.sale),
        None => None,
    };
    let own = sale
        .and_then(|sale| sale.payment)
        .is_some_and(|payment| payment.integration == integration.id);
    cause.filter(|_| own).ok_or_else(|| missing("cause_id", "refund of this integration"))
}

fn not_a_reference() -> Fault {
    Fault::new("acquirer_reference_number", "NOT_AN_ARN", "An ARN is 23 or 24 digits.")
}

fn state(status: Status, reason: Option<String>) -> RefundState {
    match (status, reason) {
        (Status::Pending, _) => RefundState::Pending,
        (Status::Succeeded, _) => RefundState::Succeeded,
        (Status::Failed, reason) => {
            RefundState::Failed(reason.unwrap_or_else(|| "no reason is given".into()))
        }
    }
}
