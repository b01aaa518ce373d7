//! The REST API for partners: a single router, composed of rooms.

mod accounts;
mod alert_page;
mod alerts;
mod document;
mod http;
mod notify;
mod privacy;
mod rules;
mod sales;
mod sandbox;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use flows::problem::{Code, ProblemDetails};

use document::openapi::QUERY_PARAMETERS;
pub use document::openapi::build_document;
pub use http::rate_limit::RateLimits;
pub use http::state::{ApiContext, WAITS};

use http::guard::{GuardContext, guard_request};
use http::response::{ApiRefusal, finish_response};
use http::state::ApiRoute;

/// Builds the API's routes, each with and without a trailing slash.
pub fn build_router(api: ApiContext) -> Router {
    let (mut router, api) = (Router::new(), Arc::new(api));
    let guarded = GuardContext { api: Arc::clone(&api), parameters: &QUERY_PARAMETERS };
    for (path, methods) in routes() {
        let methods = methods.route_layer(from_fn_with_state(guarded.clone(), guard_request));
        router = router.route(&format!("{path}/"), methods.clone()).route(path, methods);
    }
    for (path, methods) in open_routes() {
        router = router.route(&format!("{path}/"), methods.clone()).route(path, methods);
    }
    router.fallback(unknown_path).layer(from_fn(finish_response)).with_state(api)
}

/// Lists the paths of all routes, in the router's notation; a 405 response names the methods of
/// each.
pub fn route_paths() -> impl Iterator<Item = &'static str> {
    routes().into_iter().chain(open_routes()).map(|(path, _)| path)
}

fn routes() -> Vec<ApiRoute> {
    let rooms = [
        accounts::routes,
        rules::routes,
        notify::routes,
        sales::routes,
        alerts::routes,
        privacy::routes,
        sandbox::routes,
    ];
    rooms.into_iter().flat_map(|routes| routes()).collect()
}

/// Lists the routes that need no key: pages authorised by their links, and the public API document.
fn open_routes() -> Vec<ApiRoute> {
    [document::reference::routes(), alert_page::routes()].concat()
}

async fn unknown_path() -> ApiRefusal {
    ProblemDetails::new(Code::NotFound, "Nothing is at this path.").into()
}
