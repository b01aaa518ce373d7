//! PATCH of an order: status, customer, and current state of its payments. Waiting alerts are
//! matched again.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::sale::order::{Order, OrderTransaction};
use serde_json::{Map, Value};
use views::format_moment;

use super::batch::{order_customer, order_sales};
use super::context::OrderContext;
use super::item::CreateOrder;
use super::load_order;
use super::shown::{OrderFields, to_response};
use crate::http::caller::ApiCaller;
use crate::http::patch::{PatchBody, PatchRequest, PatchableBody};
use crate::http::response::{ApiResult, ResourceResponse};
use crate::http::state::SharedContext;

impl PatchableBody for CreateOrder {
    // The given `transactions` change those with the same `reference_id`, or are added.
    const CHANGEABLE: &'static [&'static str] = &[
        "merchant_id",
        "order_datetime",
        "order_number",
        "order_subtotal_amount_in_cents",
        "order_currency",
        "order_total_amount_in_cents",
        "order_status",
        "customer_email",
        "items",
        "is_subscription",
        "transactions",
    ];
}

// Aliases, because the API document cannot name generic types.
type PatchedOrder = ResourceResponse<OrderFields>;
type ChangeOrder = PatchBody<CreateOrder>;

/// Changes an order.
///
/// The given `transactions` change those with the same `reference_id`; other transactions stay
/// unchanged. Alerts that wait for a sale are matched again.
#[utoipa::path(
    patch, path = "/v1/orders/{id}", operation_id = "orders_change", request_body = ChangeOrder,
    responses((status = 200, body = PatchedOrder)), security(("bearer" = ["orders:update"]))
)]
pub(crate) async fn change(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<OrderFields>> {
    caller.require_ability("orders:update")?;
    let old = load_order(&api.store, &caller, id).await?;
    let mut change = PatchRequest::read_request(request).await?;
    let shown = to_response(&old);
    merge_transactions(&mut change.given, serde_json::to_value(&shown).ok().as_ref());
    let new: CreateOrder = change.apply_onto(&shown, CreateOrder::CHANGEABLE)?;
    let place = OrderContext::for_organisation(&api.store, &old.organisation).await?;
    let order =
        old.next_version_from(restore_order(&old, new.into_order(Some(&place), change.now)?));
    let customer = order_customer(&api, &order).await?;
    let (before, after) = (order_sales(&old, &place), order_sales(&order, &place));
    api.store.change_order((&old, &before), (&order, &after), customer.as_deref()).await?;
    Ok(Json(to_response(&order)))
}

/// Completes each given transaction with its absent fields, and appends the transactions that are
/// not given.
fn merge_transactions(given: &mut Map<String, Value>, shown: Option<&Value>) {
    let Some(Value::Array(transactions)) = given.get_mut("transactions") else { return };
    let known =
        shown.and_then(|order| order["transactions"].as_array()).cloned().unwrap_or_default();
    let own_names = ["reference_id", "payment_method_reference_id"];
    let name = |one: &Value| {
        own_names.into_iter().find_map(|name| one[name].as_str()).map(|name| name.trim().to_owned())
    };
    let same = |one: &Value, other: &Value| name(one) == name(other);
    let left: Vec<Value> = known
        .iter()
        .filter(|own| !transactions.iter().any(|one| same(one, own)))
        .cloned()
        .collect();
    for transaction in transactions.iter_mut() {
        let own =
            known.iter().find(|own| same(own, transaction)).and_then(Value::as_object).cloned();
        if let (Some(own), Some(fields)) = (own, transaction.as_object_mut()) {
            for (name, value) in own {
                fields.entry(name).or_insert(value);
            }
        }
    }
    transactions.extend(left);
}

/// Restores the sequence of transactions. A time that is repeated as returned keeps the day that
/// the merchant originally gave.
fn restore_order(old: &Order, mut new: Order) -> Order {
    let place = |one: &OrderTransaction| {
        old.transactions.iter().position(|own| own.reference_id == one.reference_id)
    };
    new.transactions.sort_by_key(|one| place(one).unwrap_or(usize::MAX));
    for transaction in &mut new.transactions {
        let Some(own) = place(transaction).map(|at| &old.transactions[at]) else { continue };
        if format_moment(own.authorised_at) == format_moment(transaction.authorised_at) {
            transaction.authorised_at = own.authorised_at;
        }
        if own.settled_at.map(format_moment) == transaction.settled_at.map(format_moment) {
            transaction.settled_at = own.settled_at;
        }
    }
    new
}
