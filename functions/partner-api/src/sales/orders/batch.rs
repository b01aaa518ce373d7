//! A batch of orders: each item is kept or refused by itself, and the answer says which.

use std::collections::{BTreeMap, HashSet};

use domain::account::enrolment::Fault;
use domain::basics::id::OrganisationId;
use domain::matching::setup::sales_of;
use domain::sale::Sale;
use domain::sale::order::Order;
use flows::erasure;
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use store::order::Kept;
use tokio::task::JoinSet;
use utoipa::openapi::schema::{Array, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::context::Place;
use super::item::{self, New};
use super::shown::{Echo, echo};
use crate::http::caller::Caller;
use crate::http::response::{Shown, failed};
use crate::http::state::Shared;

/// The most orders of a batch.
const MOST_ORDERS: usize = 100;
/// How many orders are written at the same time.
const AT_ONCE: usize = 16;

// The document names types without parameters.
type One = Shown<Echo>;

/// A batch, for the API's document.
pub(crate) enum Batch {}

impl PartialSchema for Batch {
    fn schema() -> RefOr<Schema> {
        Array::builder()
            .items(Ref::from_schema_name(New::name()))
            .min_items(Some(1))
            .max_items(Some(MOST_ORDERS))
            .into()
    }
}

impl ToSchema for Batch {
    fn schemas(known: &mut Vec<(String, RefOr<Schema>)>) {
        New::schemas(known);
        known.push((New::name().into(), New::schema()));
    }
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderBatchOutcome)]
pub(crate) struct Outcome {
    created: usize,
    failed: usize,
    results: Vec<One>,
    errors: Vec<ItemError>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrderError)]
struct ItemError {
    index: usize,
    reference_id: Option<String>,
    code: &'static str,
    message: String,
    errors: Vec<Fault>,
}

/// The items of a body.
pub(super) fn items(text: &str) -> Result<Vec<Box<RawValue>>, Problem> {
    let items: Vec<Box<RawValue>> = serde_json::from_str(text).map_err(|error| {
        let not_json =
            format!("It cannot be read from line {}, column {} on.", error.line(), error.column());
        let no_array =
            || Problem::field("orders", "NOT_AN_ARRAY", "The body must be an array of orders.");
        if error.is_data() { no_array() } else { Problem::new(Code::InvalidJson, not_json) }
    })?;
    if (1..=MOST_ORDERS).contains(&items.len()) {
        return Ok(items);
    }
    Err(Problem::field("orders", "WRONG_COUNT", format!("A batch has 1 to {MOST_ORDERS} orders.")))
}

/// Keeps what is good. An item whose reference comes twice is kept in the order of the batch.
pub(super) async fn keep(
    api: &Shared,
    caller: &Caller,
    items: &[Box<RawValue>],
    now: Timestamp,
) -> Result<Outcome, Problem> {
    let read: Vec<Result<New, Problem>> = items.iter().map(|raw| item::parse(raw)).collect();
    let places = places(api, caller, &read).await?;
    let mut done: BTreeMap<usize, Result<Order, Problem>> = BTreeMap::new();
    let (mut first, mut again, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (at, new) in read.into_iter().enumerate() {
        match new.and_then(|new| prepare(new, &places, now)) {
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
        done.insert(at, write(api.clone(), order, sales).await?);
    }
    Ok(outcome(items, done))
}

type Ready = (Order, Vec<Sale>);

fn prepare(
    new: New,
    places: &BTreeMap<OrganisationId, Place>,
    now: Timestamp,
) -> Result<Ready, Problem> {
    let place = places.get(&new.organisation_id);
    let order = new.into_order(place, now)?;
    let sales = place.map(|place| sales(&order, place)).unwrap_or_default();
    Ok((order, sales))
}

/// The order's payments.
pub(super) fn sales(order: &Order, place: &Place) -> Vec<Sale> {
    sales_of(order, &place.integrations, &place.merchants)
}

async fn places(
    api: &Shared,
    caller: &Caller,
    read: &[Result<New, Problem>],
) -> Result<BTreeMap<OrganisationId, Place>, Problem> {
    let mut places = BTreeMap::new();
    for id in read.iter().flatten().map(|new| &new.organisation_id) {
        if places.contains_key(id) || caller.organisation(&api.store, id).await?.is_none() {
            continue;
        }
        places.insert(id.clone(), Place::of(&api.store, id).await?);
    }
    Ok(places)
}

async fn write_all(
    api: &Shared,
    ready: Vec<(usize, Ready)>,
) -> Result<Vec<(usize, Result<Order, Problem>)>, Problem> {
    let mut writes = JoinSet::new();
    for (at, (order, sales)) in ready {
        let api = api.clone();
        writes.spawn(async move { (at, write(api, order, sales).await) });
    }
    let mut done = Vec::new();
    while let Some(written) = writes.join_next().await {
        let (at, written) = written
            .map_err(|_| Problem::new(Code::InternalError, "The error is logged and looked at."))?;
        done.push((at, written?));
    }
    Ok(done)
}

/// The order as it is kept; a store that does not answer fails the batch, which can be sent again
/// as it was.
async fn write(
    api: Shared,
    order: Order,
    sales: Vec<Sale>,
) -> Result<Result<Order, Problem>, Problem> {
    let customer = customer_of(&api, &order).await?;
    Ok(match api.store.keep_order(&order, &sales, customer.as_deref()).await? {
        Kept::New => Ok(order),
        Kept::Same(kept) => Ok(*kept),
        Kept::Other => {
            let message =
                format!("{} has this reference, with other content; PATCH changes it.", order.id);
            Err(Problem::of_field(Code::DuplicateReference, "reference_id", &message))
        }
    })
}

/// Whose the order is, so that an erasure finds it.
pub(super) async fn customer_of(api: &Shared, order: &Order) -> Result<Option<String>, Problem> {
    let customer =
        erasure::customer_of(&api.store, api.processors.secrets(), order, order.updated_at).await;
    customer.map_err(|failure| failed(&failure).0)
}

fn outcome(items: &[Box<RawValue>], done: BTreeMap<usize, Result<Order, Problem>>) -> Outcome {
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for (index, one) in done {
        match one {
            Ok(order) => results.push(echo(&order)),
            Err(problem) => {
                let reference_id = items.get(index).and_then(|raw| item::reference(raw));
                let (code, message) = (problem.code.as_str(), problem.detail);
                errors.push(ItemError {
                    index,
                    reference_id,
                    code,
                    message,
                    errors: problem.faults,
                });
            }
        }
    }
    Outcome { created: results.len(), failed: errors.len(), results, errors }
}
