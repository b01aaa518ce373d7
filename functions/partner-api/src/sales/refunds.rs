//! Manual refunds: a person refunds a payment independently of alerts.

mod ask;
pub(crate) mod declare;
mod named;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use domain::basics::id::HandRefundId;
use domain::refund::manual::ManualRefund;
use flows::problem::ProblemDetails;
use serde::Serialize;
use store::facts::FilterField;
use store::keys::kind_list;
use store::list::ListCriteria;
use utoipa::ToSchema;
use views::manual_refund::{
    ManualRefundFields, PaymentRefundView, to_payment_refund, to_refund_response,
};

use crate::alerts::prefers_async;
use crate::http::body::RequestBody;
use crate::http::caller::ApiCaller;
use crate::http::idempotency;
use crate::http::list_query::ListQuery;
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse};
use crate::http::state::{ApiContext, SharedContext};
use named::NamedPayment;

// Aliases, because the API document cannot name generic types.
type ManualRefundResponse = ResourceResponse<ManualRefundFields>;

/// Refunds a payment.
///
/// `id` is an alert's `integration_transaction_id`, or the reference of an order's transaction. The
/// response waits up to 8 seconds for the processor's answer. The response is immediate once 60
/// responses of the partner have waited within the minute.
#[utoipa::path(
    post, path = "/v1/transactions/{id}/refunds", operation_id = "refunds_create",
    request_body = ask::CreateRefund,
    responses(
        (status = 201, body = ManualRefundResponse), (status = 200, body = ManualRefundResponse),
        (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "NO_PROCESSOR"),
        (status = 424, description = "PROCESSOR_UNAVAILABLE"),
    ),
    security(("bearer" = ["refunds:write"]))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(reference): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<(StatusCode, Json<ResourceResponse<ManualRefundFields>>), ApiRefusal> {
    caller.require_ability("refunds:write")?;
    let name = idempotency::idempotency_key(&request)?;
    let RequestBody { body: new, now } =
        RequestBody::<ask::CreateRefund>::read_request(request).await?;
    new.refuse_invalid()?;
    let payment =
        named::find_payment(&api, &caller, &reference, new.named_organisation(), now).await?;
    let asked = ask::build_refund(&caller, payment, new, name.as_deref(), now)?;
    let status = match api.store.keep_manual_refund(&asked).await? {
        Some(there) => ask::refuse_different(&asked, &there).map(|()| StatusCode::OK)?,
        None => StatusCode::CREATED,
    };
    let waits =
        !prefers_async(&headers) && api.limits.can_wait(&api.store, &caller.0.partner, now).await;
    let refund = if waits { ask::wait_for_outcome(&api, asked).await? } else { asked };
    Ok((status, Json(to_refund_response(&refund))))
}

/// The refunds of a payment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefundsOfTransaction)]
pub(crate) struct PaymentRefundList {
    integration_transaction_id: String,
    amount_in_cents: u64,
    currency: &'static str,
    refundable_amount_in_cents: u64,
    /// All refunds of the payment that its processor lists or its order reports.
    known_refunds: Vec<PaymentRefundView>,
    /// The manual refunds, newest first, at most 100.
    items: Vec<ManualRefundResponse>,
    count: usize,
}

/// Lists a payment's refunds.
///
/// The manual refunds, and all refunds that the payment's processor lists or its order reports.
#[utoipa::path(
    get, path = "/v1/transactions/{id}/refunds", operation_id = "refunds_list",
    params(("organisation_id" = Option<String>, Query, description = "The organisation of the \
        payment, if the reference is ambiguous among several organisations.")),
    responses(
        (status = 200, body = PaymentRefundList), (status = 404, description = "NOT_FOUND"),
        (status = 424, description = "PROCESSOR_UNAVAILABLE"),
    ),
    security(("bearer" = ["refunds:read"]))
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(reference): Path<String>,
    asked: ListQuery,
    request: Request,
) -> ApiResult<PaymentRefundList> {
    caller.require_ability("refunds:read")?;
    let now = runtime::http::request_time(&request);
    let NamedPayment { organisation, sale, .. } =
        named::find_payment(&api, &caller, &reference, asked.filter_text("organisation_id"), now)
            .await?;
    let sale = api.store.read_ledger(&sale.id).await?.merge_refunds_into(sale);
    let (lists, one_of) = (
        vec![kind_list(&organisation, "REFUND")],
        vec![(FilterField::Payment, vec![sale.transaction_id.clone()])],
    );
    let listing = ListCriteria { lists, one_of, newest_first: true, ..ListCriteria::default() };
    let listed = api.store.read_list_page::<ManualRefund>(&listing).await?;
    Ok(Json(PaymentRefundList {
        integration_transaction_id: sale.transaction_id.clone(),
        amount_in_cents: sale.amount.minor,
        currency: sale.amount.currency.code(),
        refundable_amount_in_cents: sale.remaining_amount().minor,
        known_refunds: sale.standing.refunds.iter().map(to_payment_refund).collect(),
        items: listed.items.iter().map(to_refund_response).collect(),
        count: listed.count,
    }))
}

/// Returns a manual refund.
#[utoipa::path(
    get, path = "/v1/refunds/{id}", operation_id = "refunds_show",
    responses((status = 200, body = ManualRefundResponse)), security(("bearer" = ["refunds:read"]))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<ManualRefundFields>> {
    caller.require_ability("refunds:read")?;
    Ok(Json(to_refund_response(&load_refund(&api, &caller, id).await?)))
}

/// Loads a refund that the caller may see.
async fn load_refund(
    api: &ApiContext,
    caller: &ApiCaller,
    id: String,
) -> Result<ManualRefund, ProblemDetails> {
    let missing = || ProblemDetails::not_found("refund");
    let id = HandRefundId::try_from(id).map_err(|_| missing())?;
    let refund = api.store.read_manual_refund(&id).await?.ok_or_else(missing)?;
    caller
        .find_organisation(&api.store, &refund.organisation)
        .await?
        .map(|_| refund)
        .ok_or_else(missing)
}
