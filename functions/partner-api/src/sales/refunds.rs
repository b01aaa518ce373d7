//! Refunds by hand: a person gives money back for a payment, whatever alerts there are.

mod ask;
pub(crate) mod declare;
mod named;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use domain::basics::id::HandRefundId;
use domain::refund::manual::HandRefund;
use flows::problem::Problem;
use serde::Serialize;
use store::facts::Fact;
use store::keys::listed_of;
use store::list::Listing;
use utoipa::ToSchema;
use views::manual_refund::{Fields, Known, known, shown};

use crate::alerts::prefers_async;
use crate::http::body::Given;
use crate::http::caller::Caller;
use crate::http::idempotency;
use crate::http::list_query::Asked;
use crate::http::response::{Answer, Refused, Shown};
use crate::http::state::{Api, Shared};
use named::Payment;

// The document names types without parameters.
type One = Shown<Fields>;

/// Gives money of a payment back.
///
/// `id` is what alerts show as `integration_transaction_id`, or an order's transaction reference.
/// The answer comes once the processor has spoken, or after 8 seconds; at once, where 60 answers of
/// the partner waited in this minute.
#[utoipa::path(
    post, path = "/v1/transactions/{id}/refunds", operation_id = "refunds_create",
    request_body = ask::New,
    responses(
        (status = 201, body = One), (status = 200, body = One),
        (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "NO_PROCESSOR"),
        (status = 424, description = "PROCESSOR_UNAVAILABLE"),
    ),
    security(("bearer" = ["refunds:write"]))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<(StatusCode, Json<Shown<Fields>>), Refused> {
    caller.may("refunds:write")?;
    let name = idempotency::name(&request)?;
    let Given { body: new, now } = Given::<ask::New>::read(request).await?;
    new.refuse()?;
    let payment = named::named(&api, &caller, &reference, new.organisation(), now).await?;
    let asked = ask::refund(&caller, payment, new, name.as_deref(), now)?;
    let status = match api.store.keep_hand_refund(&asked).await? {
        Some(there) => ask::again(&asked, &there).map(|()| StatusCode::OK)?,
        None => StatusCode::CREATED,
    };
    let waits =
        !prefers_async(&headers) && api.limits.may_wait(&api.store, &caller.0.partner, now).await;
    let refund = if waits { ask::wait(&api, asked).await? } else { asked };
    Ok((status, Json(shown(&refund))))
}

/// The refunds of a payment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefundsOfTransaction)]
pub(crate) struct OfPayment {
    integration_transaction_id: String,
    amount_in_cents: u64,
    currency: &'static str,
    refundable_amount_in_cents: u64,
    /// All that are known of the payment: what its processor lists, or its order tells.
    known_refunds: Vec<Known>,
    /// Those that were asked for by hand, the latest first; the latest 100.
    items: Vec<One>,
    count: usize,
}

/// Lists a payment's refunds.
///
/// Those that were asked for by hand, and all that the payment's processor, or its order, tells of.
#[utoipa::path(
    get, path = "/v1/transactions/{id}/refunds", operation_id = "refunds_list",
    params(("organisation_id" = Option<String>, Query, description = "Whose payment it is, where \
        several organisations have one of this name.")),
    responses(
        (status = 200, body = OfPayment), (status = 404, description = "NOT_FOUND"),
        (status = 424, description = "PROCESSOR_UNAVAILABLE"),
    ),
    security(("bearer" = ["refunds:read"]))
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    Path(reference): Path<String>,
    asked: Asked,
    request: Request,
) -> Answer<OfPayment> {
    caller.may("refunds:read")?;
    let now = runtime::http::now(&request);
    let Payment { organisation, sale, .. } =
        named::named(&api, &caller, &reference, asked.text("organisation_id"), now).await?;
    let sale = api.store.ledger(&sale.id).await?.laid_onto(sale);
    let (lists, one_of) = (
        vec![listed_of(&organisation, "REFUND")],
        vec![(Fact::Payment, vec![sale.transaction_id.clone()])],
    );
    let listing = Listing { lists, one_of, newest_first: true, ..Listing::default() };
    let listed = api.store.list::<HandRefund>(&listing).await?;
    Ok(Json(OfPayment {
        integration_transaction_id: sale.transaction_id.clone(),
        amount_in_cents: sale.amount.minor,
        currency: sale.amount.currency.code(),
        refundable_amount_in_cents: sale.remaining().minor,
        known_refunds: sale.standing.refunds.iter().map(known).collect(),
        items: listed.items.iter().map(shown).collect(),
        count: listed.count,
    }))
}

/// Shows a refund that was asked for by hand.
#[utoipa::path(
    get, path = "/v1/refunds/{id}", operation_id = "refunds_show",
    responses((status = 200, body = One)), security(("bearer" = ["refunds:read"]))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.may("refunds:read")?;
    Ok(Json(shown(&seen(&api, &caller, id).await?)))
}

/// The refund, where the caller may see it.
async fn seen(api: &Api, caller: &Caller, id: String) -> Result<HandRefund, Problem> {
    let missing = || Problem::not_found("refund");
    let id = HandRefundId::try_from(id).map_err(|_| missing())?;
    let refund = api.store.hand_refund(&id).await?.ok_or_else(missing)?;
    caller.organisation(&api.store, &refund.organisation).await?.map(|_| refund).ok_or_else(missing)
}
