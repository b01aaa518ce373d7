//! A merchant's rules: rulesets, dry runs, and imports of past alerts for dry runs.

pub(crate) mod imports;
pub(crate) mod rulesets;

use axum::routing::{get, patch, post};

use crate::http::state::ApiRoute;

/// Lists the routes of the room.
pub(crate) fn routes() -> Vec<ApiRoute> {
    vec![
        ("/v1/rulesets", get(rulesets::list).post(rulesets::create)),
        ("/v1/rulesets/{id}", get(rulesets::show).patch(rulesets::change).delete(rulesets::delete)),
        ("/v1/rulesets/{id}/rules", post(rulesets::add_rule)),
        (
            "/v1/rulesets/{id}/rules/{rule_id}",
            patch(rulesets::change_rule).delete(rulesets::delete_rule),
        ),
        ("/v1/rulesets/dry-run", post(rulesets::trial::of_new)),
        ("/v1/rulesets/{id}/dry-run", post(rulesets::trial::of_stored)),
        ("/v1/rulesets/{id}/apply", post(rulesets::apply::apply)),
        ("/v1/alert-imports", post(imports::create)),
    ]
}
