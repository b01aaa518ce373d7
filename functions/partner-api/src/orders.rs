//! Orders: what merchants tell of their sales, in batches of which the good part is kept.

pub(crate) mod batch;
pub(crate) mod change;
mod item;
mod shown;

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::id::OrderId;
use domain::order::{Order, OrderKind, OrderStatus};
use runtime::http::{Problem, now};
use store::Store;
use store::keys::{LIST_KIND, LIST_REFERENCE, listed_of, sortable};
use store::list::Listing;

use crate::Shared;
use crate::answer::{Answer, Shown};
use crate::body::{MOST_ORDER_BYTES, text};
use crate::caller::Caller;
use crate::page::{Asked, List};
use batch::Batch;
pub(crate) use change::change;
use shown::Fields;

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;

/// Keeps 1 to 100 orders.
///
/// The good ones are kept and the bad ones named: a batch with both is answered 200.
#[utoipa::path(
    post, path = "/v1/orders", request_body = Batch, responses((status = 200, body = batch::Outcome)),
    security(("bearer" = ["orders:write"]))
)]
pub(crate) async fn create(State(api): State<Shared>, caller: Caller, request: Request) -> Answer<batch::Outcome> {
    caller.may("orders:write")?;
    let now = now(&request);
    let items = batch::items(&text(request, MOST_ORDER_BYTES).await?)?;
    Ok(Json(batch::keep(&api, &caller, &items, now).await?))
}

/// Shows an order.
#[utoipa::path(get, path = "/v1/orders/{id}", responses((status = 200, body = One)), security(("bearer" = ["orders:read"])))]
pub(crate) async fn show(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer<Shown<Fields>> {
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
        ("integration_id" = Option<String>, Query, description = "Only of this integration."),
        ("reference_id" = Option<String>, Query, description = "Only with this reference."),
        ("type" = Option<OrderKind>, Query, description = "Only of this type."),
        ("order_status" = Option<OrderStatus>, Query, description = "Only with this status."),
    ),
    responses((status = 200, body = Many)), security(("bearer" = ["orders:read"])),
    extensions(("x-sorts" = json!("-created_at order_datetime")), ("x-spans" = json!("created_at order_datetime")))
)]
pub(crate) async fn list(State(api): State<Shared>, caller: Caller, asked: Asked) -> Answer<List<Shown<Fields>>> {
    caller.may("orders:read")?;
    let (field, newest_first) = asked.sort(&["created_at", "order_datetime"], "-created_at")?;
    let (from, to) = asked.span("created_at")?;
    let by = (field == "order_datetime").then_some("list_datetime");
    let (page, equal) = (asked.page(by.is_none())?, filters(&asked)?);
    let within = asked.within("order_datetime", "list_datetime")?.into_iter().collect();
    let organisations = caller.organisations(&api.store, asked.text("organisation_id")).await?;
    let lists = organisations.iter().map(|one| listed_of(&one.id, "ORDER")).collect();
    let listing =
        Listing { lists, equal, from: from.map(sortable), to: to.map(sortable), newest_first, by, within, page, ..Listing::default() };
    let listed = api.store.list::<Order>(&listing).await?;
    Ok(Json(List::of(listed, by.is_none(), shown::whole)))
}

fn filters(asked: &Asked) -> Result<Vec<(&'static str, String)>, Problem> {
    let statuses = ["OPEN_PENDING", "OPEN_PENDING_RETURN", "CLOSED_COMPLETE", "CLOSED_CANCELLED", "OTHER"];
    let filters = [
        ("list_integration", asked.text("integration_id")),
        (LIST_REFERENCE, asked.text("reference_id")),
        (LIST_KIND, asked.one_of("type", &["COMPLETE", "PARTIAL"])?),
        ("list_order_status", asked.one_of("order_status", &statuses)?),
    ];
    Ok(filters.into_iter().filter_map(|(name, value)| Some((name, value?.to_owned()))).collect())
}
