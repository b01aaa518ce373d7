//! A batch of orders. Each item is stored or refused separately, and the response lists the
//! results.

use std::collections::{BTreeMap, HashSet};

use domain::account::enrolment::FieldError;
use domain::basics::id::OrganisationId;
use domain::matching::setup::sales_of_order;
use domain::sale::Sale;
use domain::sale::order::Order;
use flows::erasure;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use store::order::InsertOrderResult;
use tokio::task::JoinSet;
use utoipa::openapi::schema::{Array, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::context::OrderContext;
use super::item::{self, CreateOrder};
use super::shown::{OrderEchoFields, to_echo_response};
use crate::http::caller::ApiCaller;
use crate::http::response::{ResourceResponse, to_unavailable};
use crate::http::state::SharedContext;

/// The most orders of a batch.
const MOST_ORDERS: usize = 100;
/// The orders written concurrently.
const AT_ONCE: usize = 16;

// Aliases, because the API document cannot name generic types.
type OrderEchoResponse = ResourceResponse<OrderEchoFields>;

/// A batch in the API document.
pub(crate) enum OrderBatchRequest {}

impl PartialSchema for OrderBatchRequest {
    fn schema() -> RefOr<Schema> {
        Array::builder()
            .items(Ref::from_schema_name(CreateOrder::name()))
            .min_items(Some(1))
            .max_items(Some(MOST_ORDERS))
            .into()
    }
}

impl ToSchema for OrderBatchRequest {
    fn name() -> std::borrow::Cow<'static, str> {
        "Batch".into()
    }

    fn schemas(known: &mut Vec<(String, RefOr<Schema>)>) {
        CreateOrder::schemas(known);
        known.push((CreateOrder::name().into(), CreateOrder::schema()));
    }
}

/// The result of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderBatchOutcome)]
pub(crate) struct OrderBatchOutcome {
    created: usize,
    failed: usize,
    results: Vec<OrderEchoResponse>,
    errors: Vec<OrderBatchError>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderError)]
struct OrderBatchError {
    index: usize,
    reference_id: Option<String>,
    code: &'static str,
    message: String,
    errors: Vec<FieldError>,
}

/// Splits a body into its items.
pub(super) fn split_items(text: &str) -> Result<Vec<Box<RawValue>>, ProblemDetails> {
    let items: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(|error| {
        let not_json =
            format!("It cannot be read from line {}, column {} on.", error.line(), error.column());
        let no_array = || {
            ProblemDetails::invalid_field(
                "orders",
                "NOT_AN_ARRAY",
                "The body must be an array of orders.",
            )
        };
        if error.is_data() { no_array() } else { ProblemDetails::new(Code::InvalidJson, not_json) }
    })?;
    if (1..=MOST_ORDERS).contains(&items.len()) {
        return Ok(items);
    }
    Err(ProblemDetails::invalid_field(
        "orders",
        "WRONG_COUNT",
        format!("A batch has 1 to {MOST_ORDERS} orders."),
    ))
}

/// Stores the valid items. Items with the same reference are stored in the sequence of the batch.
pub(super) async fn keep_items(
    api: &SharedContext,
    caller: &ApiCaller,
    items: &[Box<RawValue>],
    now: Timestamp,
) -> Result<OrderBatchOutcome, ProblemDetails> {
    let read: Vec<Result<CreateOrder, ProblemDetails>> =
        items.iter().map(|raw| item::parse_order(raw)).collect();
    let places = load_contexts(api, caller, &read).await?;
    let mut done: BTreeMap<usize, Result<Order, ProblemDetails>> = BTreeMap::new();
    let (mut first, mut again, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (at, new) in read.into_iter().enumerate() {
        match new.and_then(|new| prepare_order(new, &places, now)) {
            Ok(ready) if seen.insert(ready.0.id.clone()) => first.push((at, ready)),
            Ok(ready) => again.push((at, ready)),
            Err(problem) => drop(done.insert(at, Err(problem))),
        }
    }
    while !first.is_empty() {
        let rest = first.split_off(first.len().min(AT_ONCE));
        done.extend(write_all(api, std::mem::replace(&mut first, rest)).await?);
    }
    for (at, (order, sales)) in again {
        done.insert(at, write_order(api.clone(), order, sales).await?);
    }
    Ok(to_outcome(items, done))
}

type PreparedOrder = (Order, Vec<Sale>);

fn prepare_order(
    new: CreateOrder,
    places: &BTreeMap<OrganisationId, OrderContext>,
    now: Timestamp,
) -> Result<PreparedOrder, ProblemDetails> {
    let place = places.get(&new.organisation_id);
    let order = new.into_order(place, now)?;
    let sales = place.map(|place| order_sales(&order, place)).unwrap_or_default();
    Ok((order, sales))
}

/// Returns the order's payments as sales.
pub(super) fn order_sales(order: &Order, place: &OrderContext) -> Vec<Sale> {
    sales_of_order(order, &place.integrations, &place.merchants)
}

async fn load_contexts(
    api: &SharedContext,
    caller: &ApiCaller,
    read: &[Result<CreateOrder, ProblemDetails>],
) -> Result<BTreeMap<OrganisationId, OrderContext>, ProblemDetails> {
    let mut places = BTreeMap::new();
    for id in read.iter().flatten().map(|new| &new.organisation_id) {
        if places.contains_key(id) || caller.find_organisation(&api.store, id).await?.is_none() {
            continue;
        }
        places.insert(id.clone(), OrderContext::for_organisation(&api.store, id).await?);
    }
    Ok(places)
}

async fn write_all(
    api: &SharedContext,
    ready: Vec<(usize, PreparedOrder)>,
) -> Result<Vec<(usize, Result<Order, ProblemDetails>)>, ProblemDetails> {
    let mut writes = JoinSet::new();
    for (at, (order, sales)) in ready {
        let api = api.clone();
        writes.spawn(async move { (at, write_order(api, order, sales).await) });
    }
    let mut done = Vec::new();
    while let Some(written) = writes.join_next().await {
        let (at, written) = written.map_err(|_| {
            ProblemDetails::new(Code::InternalError, "The error is logged and looked at.")
        })?;
        done.push((at, written?));
    }
    Ok(done)
}

/// Stores an order. An unavailable store fails the whole batch, which can be retried unchanged.
async fn write_order(
    api: SharedContext,
    order: Order,
    sales: Vec<Sale>,
) -> Result<Result<Order, ProblemDetails>, ProblemDetails> {
    let customer = order_customer(&api, &order).await?;
    Ok(match api.store.insert_order(&order, &sales, customer.as_deref()).await? {
        InsertOrderResult::New => Ok(order),
        InsertOrderResult::Same(kept) => Ok(*kept),
        InsertOrderResult::Other => {
            let message =
                format!("{} has this reference, with other content; PATCH changes it.", order.id);
            Err(ProblemDetails::for_field(Code::DuplicateReference, "reference_id", &message))
        }
    })
}

/// Returns the hash of the order's customer, by which an erasure finds the order.
pub(super) async fn order_customer(
    api: &SharedContext,
    order: &Order,
) -> Result<Option<String>, ProblemDetails> {
    let customer =
        erasure::order_customer_hash(&api.store, api.processors.secrets(), order, order.updated_at)
            .await;
    customer.map_err(|failure| to_unavailable(&failure).0)
}

fn to_outcome(
    items: &[Box<RawValue>],
    done: BTreeMap<usize, Result<Order, ProblemDetails>>,
) -> OrderBatchOutcome {
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for (index, one) in done {
        match one {
            Ok(order) => results.push(to_echo_response(&order)),
            Err(problem) => {
                let reference_id = items.get(index).and_then(|raw| item::item_reference(raw));
                let (code, message) = (problem.code.as_str(), problem.detail);
                errors.push(OrderBatchError {
                    index,
                    reference_id,
                    code,
                    message,
                    errors: problem.faults,
                });
            }
        }
    }
    OrderBatchOutcome { created: results.len(), failed: errors.len(), results, errors }
}
