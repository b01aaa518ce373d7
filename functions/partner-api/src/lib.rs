//! The REST API that partners use: one router, one file per resource.

mod alerts;
mod answer;
mod body;
mod caller;
mod enrolments;
mod integrations;
mod memberships;
mod merchants;
mod orders;
mod organisations;
mod page;
mod rulesets;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{MethodRouter, get};
use runtime::Processors;
use runtime::http::{Code, Problem};
use store::Store;

use answer::Refused;

/// How long an answer to a person's action waits for the alert to be resolved: well under API Gateway's 30 s, and longer
/// than the pipeline takes when nothing is slow.
pub const WAITS: Duration = Duration::from_secs(8);

/// What the API may touch.
#[derive(Debug, Clone)]
pub struct Api {
    pub store: Store,
    pub processors: Processors,
    /// How long an answer to a person's action waits for the alert to be resolved; [`WAITS`] but in tests.
    pub waits: Duration,
}

/// What handlers share.
type Shared = Arc<Api>;

/// The API's routes, each with and without a trailing slash.
pub fn router(api: Api) -> Router {
    let mut router = Router::new();
    for (path, methods) in routes() {
        router = router.route(&format!("{path}/"), methods.clone()).route(path, methods);
    }
    router.fallback(nowhere).layer(from_fn(answer::finish)).with_state(Arc::new(api))
}

fn routes() -> [(&'static str, MethodRouter<Shared>); 16] {
    [
        ("/v1/organisations", get(organisations::list).post(organisations::create)),
        ("/v1/organisations/{id}", get(organisations::show)),
        ("/v1/memberships", get(memberships::list).post(memberships::create)),
        ("/v1/memberships/{id}", get(memberships::show)),
        ("/v1/merchants", get(merchants::list).post(merchants::create)),
        ("/v1/merchants/{id}", get(merchants::show)),
        ("/v1/integrations", get(integrations::list).post(integrations::create)),
        ("/v1/integrations/{id}", get(integrations::show)),
        ("/v2/enrolments", get(enrolments::list).post(enrolments::create)),
        ("/v2/enrolments/{id}", get(enrolments::show)),
        ("/v1/rulesets", get(rulesets::list).post(rulesets::create)),
        ("/v1/rulesets/{id}", get(rulesets::show)),
        ("/v1/orders", get(orders::list).post(orders::create)),
        ("/v1/orders/{id}", get(orders::show)),
        ("/v1/alerts", get(alerts::list)),
        ("/v1/alerts/{id}", get(alerts::show).patch(alerts::act)),
    ]
}

async fn nowhere() -> Refused {
    Problem::new(Code::NotFound, "Nothing is at this path.").into()
}
