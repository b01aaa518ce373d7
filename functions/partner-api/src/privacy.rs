//! Privacy and accountability: the audit trail, erasures and negative lists.

pub(crate) mod audit;
pub(crate) mod erasures;
pub(crate) mod negative_list;

use axum::routing::{get, post};

use crate::http::state::ApiRoute;

/// Lists the routes of the room.
pub(crate) fn routes() -> Vec<ApiRoute> {
    vec![
        ("/v1/audit-events", get(audit::list)),
        ("/v1/erasures", post(erasures::create)),
        ("/v1/erasures/{id}", get(erasures::show)),
        ("/v1/negative-list", get(negative_list::list).post(negative_list::create)),
        ("/v1/negative-list/check", get(negative_list::check)),
        ("/v1/negative-list/{id}", get(negative_list::show).delete(negative_list::delete)),
    ]
}
