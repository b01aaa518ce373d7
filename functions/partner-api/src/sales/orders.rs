//! Orders: the sales that merchants report, in batches whose valid items are stored.

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
use flows::problem::ProblemDetails;
use runtime::http::request_time;
use store::Store;
use store::facts::FilterField;
use store::keys::{ShardedList, TableKey, list_shards, order_key};
use store::list::ListCriteria;

use crate::http::body::{MOST_ORDER_BYTES, json_text};
use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListFilter, ListQuery, ListResponse, to_parameters};
use crate::http::response::{ApiResult, ResourceResponse};
use crate::http::state::SharedContext;
use batch::OrderBatchRequest;
pub(crate) use change::change;
use shown::OrderFields;

/// The filters, beside the time ranges.
const FILTERS: [ListFilter; 5] = [
    ListFilter::for_text("integration_id", FilterField::Integration, "Only of this integration."),
    ListFilter::for_text("merchant_id", FilterField::Merchant, "Only of this merchant."),
    ListFilter::for_text("reference_id", FilterField::OrderReference, "Only with this reference."),
    ListFilter::for_words("type", FilterField::Kind, &KINDS, "Only of this type."),
    ListFilter::for_words(
        "order_status",
        FilterField::OrderStatus,
        &STATUSES,
        "Only with this status.",
    ),
];
const KINDS: [&str; 2] = [OrderKind::Complete.as_str(), OrderKind::Partial.as_str()];
const STATUSES: [&str; 5] = [
    OrderStatus::OpenPending.as_str(),
    OrderStatus::OpenPendingReturn.as_str(),
    OrderStatus::ClosedComplete.as_str(),
    OrderStatus::ClosedCancelled.as_str(),
    OrderStatus::Other.as_str(),
];

// Aliases, because the API document cannot name generic types.
type OrderResponse = ResourceResponse<OrderFields>;
type OrderList = ListResponse<OrderResponse>;

/// Stores 1 to 100 orders.
///
/// Valid orders are stored, and invalid orders are reported. A batch with both gets 200.
#[utoipa::path(
    post, path = "/v1/orders", request_body = OrderBatchRequest,
    responses((status = 200, body = batch::OrderBatchOutcome)),
    security(("bearer" = ["orders:write"]))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> ApiResult<batch::OrderBatchOutcome> {
    caller.require_ability("orders:write")?;
    let now = request_time(&request);
    let items = batch::split_items(&json_text(request, MOST_ORDER_BYTES).await?)?;
    Ok(Json(batch::keep_items(&api, &caller, &items, now).await?))
}

/// Returns an order.
#[utoipa::path(
    get, path = "/v1/orders/{id}", responses((status = 200, body = OrderResponse)),
    security(("bearer" = ["orders:read"]))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<OrderFields>> {
    caller.require_ability("orders:read")?;
    Ok(Json(shown::to_response(&load_order(&api.store, &caller, id).await?)))
}

/// Loads an order that the caller may see.
async fn load_order(
    store: &Store,
    caller: &ApiCaller,
    id: String,
) -> Result<Order, ProblemDetails> {
    let missing = || ProblemDetails::not_found("order");
    let id = OrderId::try_from(id).map_err(|_| missing())?;
    let order = store.read_order(&id).await?.ok_or_else(missing)?;
    caller.find_organisation(store, &order.organisation).await?.map(|_| order).ok_or_else(missing)
}

/// Lists orders.
#[utoipa::path(
    get, path = "/v1/orders",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
    ),
    responses((status = 200, body = OrderList)), security(("bearer" = ["orders:read"])),
    extensions(
        ("x-filters" = json!(to_parameters(&FILTERS))),
        ("x-sorts" = json!("-created_at order_datetime")),
        ("x-spans" = json!("created_at updated_at order_datetime"))
    )
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<OrderFields>>> {
    caller.require_ability("orders:read")?;
    let (field, newest_first) =
        asked.sort_order(&["created_at", "order_datetime"], "-created_at")?;
    let (from, to) = asked.time_span("created_at")?;
    let by = (field == "order_datetime").then_some(FilterField::OrderedAt);
    let listing = asked.listing_between((from, to), (newest_first, by), &FILTERS)?;
    let spans = [
        asked.stored_span("order_datetime", FilterField::OrderedAt)?,
        asked.stored_span("updated_at", FilterField::UpdatedAt)?,
    ];
    let within = spans.into_iter().flatten().collect();
    let organisations =
        caller.visible_organisations(&api.store, asked.filter_text("organisation_id")).await?;
    let lists =
        organisations.iter().flat_map(|one| list_shards(&one.id, ShardedList::Orders)).collect();
    let named = keys_of_references(&api.store, &organisations, &asked).await?;
    let listed = api
        .store
        .read_list_page::<Order>(&ListCriteria { lists, named, within, ..listing })
        .await?;
    Ok(Json(asked.to_list(listed, by.is_none(), shown::to_response)))
}

/// The most orders read by table key; larger numbers are searched in the lists.
const MOST_NAMED: usize = 2_000;

/// Returns the table keys of the orders with the given merchant references, in any integration.
async fn keys_of_references(
    store: &Store,
    organisations: &[Organisation],
    asked: &ListQuery,
) -> Result<Option<Vec<TableKey>>, ProblemDetails> {
    let references = asked.filter_texts("reference_id");
    if references.is_empty() {
        return Ok(None);
    }
    let ids: Vec<_> = organisations.iter().map(|one| one.id.clone()).collect();
    let integrations: Vec<Integration> = store.read_records_of_each(&ids).await?;
    let of = |one: &Integration| {
        references
            .iter()
            .map(|reference| order_key(&Order::derive_id(&one.id, reference)))
            .collect::<Vec<_>>()
    };
    let keys: Vec<TableKey> = integrations.iter().flat_map(of).collect();
    Ok((keys.len() <= MOST_NAMED).then_some(keys))
}
