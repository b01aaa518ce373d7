//! Sales: orders and refunds.

pub(crate) mod orders;
pub(crate) mod processors;
pub(crate) mod refunds;

use axum::routing::get;

use crate::http::state::ApiRoute;

/// Lists the routes of the room.
pub(crate) fn routes() -> Vec<ApiRoute> {
    vec![
        ("/v1/orders", get(orders::list).post(orders::create)),
        ("/v1/orders/{id}", get(orders::show).patch(orders::change)),
        ("/v1/transactions/{id}/refunds", get(refunds::list).post(refunds::create)),
        ("/v1/refunds/{id}", get(refunds::show).patch(refunds::declare::declare)),
    ]
}
