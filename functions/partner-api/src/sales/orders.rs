//! Orders: what merchants tell of their sales, in batches of which the good part is kept.

pub(crate) mod batch;
pub(crate) mod change;
mod context;
mod item;
mod shown;

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::{Integration, Organisation};
use domain::basics::id::OrderId;
use domain::sale::order::{Order, OrderKind, OrderStatus};
use flows::problem::Problem;
use runtime::http::now;
use store::Store;
use store::facts::Fact;
use store::keys::{Key, Spread, lists_of, order};
use store::list::Listing;

use crate::http::body::{MOST_ORDER_BYTES, text};
use crate::http::caller::Caller;
use crate::http::list_query::{Asked, Filter, List, documented};
use crate::http::response::{Answer, Shown};
use crate::http::state::Shared;
use batch::Batch;
pub(crate) use change::change;
use shown::Fields;

/// What orders are filtered by, beside their times.
const FILTERS: [Filter; 5] = [
    Filter::text("integration_id", Fact::Integration, "Only of this integration."),
    Filter::text("merchant_id", Fact::Merchant, "Only of this merchant."),
    Filter::text("reference_id", Fact::OrderReference, "Only with this reference."),
    Filter::word("type", Fact::Kind, &KINDS, "Only of this type."),
    Filter::word("order_status", Fact::OrderStatus, &STATUSES, "Only with this status."),
];
const KINDS: [&str; 2] = [OrderKind::Complete.as_str(), OrderKind::Partial.as_str()];
const STATUSES: [&str; 5] = [
    OrderStatus::OpenPending.as_str(),
    OrderStatus::OpenPendingReturn.as_str(),
    OrderStatus::ClosedComplete.as_str(),
    OrderStatus::ClosedCancelled.as_str(),
    OrderStatus::Other.as_str(),
];

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;

/// Keeps 1 to 100 orders.
///
/// The good ones are kept and the bad ones named: a batch with both is answered 200.
#[utoipa::path(
    post, path = "/v1/orders", request_body = Batch,
    responses((status = 200, body = batch::Outcome)),
    security(("bearer" = ["orders:write"]))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Answer<batch::Outcome> {
    caller.may("orders:write")?;
    let now = now(&request);
    let items = batch::items(&text(request, MOST_ORDER_BYTES).await?)?;
    Ok(Json(batch::keep(&api, &caller, &items, now).await?))
}

/// Shows an order.
#[utoipa::path(
    get, path = "/v1/orders/{id}", responses((status = 200, body = One)),
    security(("bearer" = ["orders:read"]))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.may("orders:read")?;
    Ok(Json(shown::whole(&seen(&api.store, &caller, id).await?)))
}

/// The order, where the caller may see it.
async fn seen(store: &Store, caller: &Caller, id: String) -> Result<Order, Problem> {
    let missing = || Problem::not_found("order");
    let id = OrderId::try_from(id).map_err(|_| missing())?;
    let order = store.order(&id).await?.ok_or_else(missing)?;
    caller.organisation(store, &order.organisation).await?.map(|_| order).ok_or_else(missing)
}

/// Lists orders.
#[utoipa::path(
    get, path = "/v1/orders",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
    ),
    responses((status = 200, body = Many)), security(("bearer" = ["orders:read"])),
    extensions(
        ("x-filters" = json!(documented(&FILTERS))),
        ("x-sorts" = json!("-created_at order_datetime")),
        ("x-spans" = json!("created_at updated_at order_datetime"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.may("orders:read")?;
    let (field, newest_first) = asked.sort(&["created_at", "order_datetime"], "-created_at")?;
    let (from, to) = asked.span("created_at")?;
    let by = (field == "order_datetime").then_some(Fact::OrderedAt);
    let listing = asked.listing_between((from, to), (newest_first, by), &FILTERS)?;
    let spans = [
        asked.within("order_datetime", Fact::OrderedAt)?,
        asked.within("updated_at", Fact::UpdatedAt)?,
    ];
    let within = spans.into_iter().flatten().collect();
    let organisations = caller.organisations(&api.store, asked.text("organisation_id")).await?;
    let lists = organisations.iter().flat_map(|one| lists_of(&one.id, Spread::Orders)).collect();
    let named = named(&api.store, &organisations, &asked).await?;
    let listed = api.store.list::<Order>(&Listing { lists, named, within, ..listing }).await?;
    Ok(Json(asked.listed(listed, by.is_none(), shown::whole)))
}

/// The most orders that are looked for by key; more are looked for in the lists.
const MOST_NAMED: usize = 2_000;

/// The keys of the orders that merchants' own references name, in whichever integration.
async fn named(
    store: &Store,
    organisations: &[Organisation],
    asked: &Asked,
) -> Result<Option<Vec<Key>>, Problem> {
    let references = asked.texts("reference_id");
    if references.is_empty() {
        return Ok(None);
    }
    let ids: Vec<_> = organisations.iter().map(|one| one.id.clone()).collect();
    let integrations: Vec<Integration> = store.records_of(&ids).await?;
    let of = |one: &Integration| {
        references
            .iter()
            .map(|reference| order(&Order::id_of(&one.id, reference)))
            .collect::<Vec<_>>()
    };
    let keys: Vec<Key> = integrations.iter().flat_map(of).collect();
    Ok((keys.len() <= MOST_NAMED).then_some(keys))
}
