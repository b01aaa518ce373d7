//! A merchant's word on a refund that its own endpoint made: it only makes us look.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::{Integration, IntegrationKind};
use domain::id::IntegrationId;
use domain::refund::Cause;
use domain::sale::{RefundState, Sale};
use runtime::heard::{Word, heard};
use runtime::http::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::callback::no_callback;
use crate::answer::{Answer, failed};
use crate::body::{Given, length, refuse, refuse_card_number_in};
use crate::caller::{Caller, missing};
use crate::{Api, Shared};

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
/// It only makes us look: what the endpoint then lists is what counts.
#[utoipa::path(
    post, path = "/v1/integrations/{id}/refunds/{refund_id}", operation_id = "integrations_tell", request_body = Told,
    responses((status = 200, body = Taken), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["alerts:write"]))
)]
pub(crate) async fn tell(
    State(api): State<Shared>,
    caller: Caller,
    Path((id, refund_id)): Path<(String, String)>,
    request: Request,
) -> Answer<Taken> {
    caller.may("alerts:write")?;
    refuse_card_number_in("refund_id", &refund_id)?;
    let integration: Integration = caller.record(&api.store, &id, "integration").await?;
    let Given { body: Told { cause_id, status, reason }, now } = Given::<Told>::read(request).await?;
    refuse(reason.iter().filter_map(|reason| length("reason", reason, MOST_REASON)).collect())?;
    if integration.kind != IntegrationKind::CustomCallback {
        return Err(no_callback().into());
    }
    let cause = made_for(&api, &integration, &cause_id).await?;
    let word = Word { cause, id: refund_id.clone(), state: state(status, reason) };
    heard(&api.store, &integration, &word, now).await.map_err(|failure| failed(&failure))?;
    Ok(Json(Taken { integration_id: integration.id, refund_id, cause_id, status }))
}

/// The cause, where it is about a payment at this integration.
async fn made_for(api: &Api, integration: &Integration, id: &str) -> Result<Cause, Problem> {
    let cause = Cause::of(id);
    let sale: Option<Sale> = match &cause {
        Some(Cause::Alert(id)) => api.store.alert(id).await?.and_then(|alert| alert.sale().map(|found| found.sale.clone())),
        Some(Cause::Hand(id)) => api.store.hand_refund(id).await?.map(|asked| asked.sale),
        None => None,
    };
    let own = sale.and_then(|sale| sale.payment).is_some_and(|payment| payment.integration == integration.id);
    cause.filter(|_| own).ok_or_else(|| missing("cause_id", "refund of this integration"))
}

fn state(status: Status, reason: Option<String>) -> RefundState {
    match (status, reason) {
        (Status::Pending, _) => RefundState::Pending,
        (Status::Succeeded, _) => RefundState::Succeeded,
        (Status::Failed, reason) => RefundState::Failed(reason.unwrap_or_else(|| "no reason is given".into())),
    }
}
