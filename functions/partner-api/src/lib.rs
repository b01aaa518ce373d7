//! The REST API that partners use: one router, one file per resource.

mod alerts;
mod answer;
mod api_keys;
mod audit;
mod authentication;
mod body;
mod brakes;
mod caller;
mod change;
mod enrolments;
mod erasures;
mod events;
mod guard;
mod imports;
mod integrations;
mod limits;
mod memberships;
mod merchants;
mod negative_list;
mod once;
mod openapi;
mod orders;
mod organisations;
mod page;
mod pages;
mod parameters;
mod partner;
mod processors;
mod quarantine;
mod reference;
mod refunds;
mod rulesets;
mod simulate;
mod uses;
mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, patch, post};
use flows::Processors;
use flows::problem::{Code, Problem};
use partners::Destinations;
use store::Store;

use answer::Refused;
pub use limits::Limits;
pub use openapi::document;

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
    /// How often a route may be asked.
    pub limits: Limits,
    /// Where webhooks may go; [`Destinations::Public`] but in tests and on a machine of one's own.
    pub webhooks: Destinations,
}

/// What handlers share.
type Shared = Arc<Api>;

/// The API's routes, each with and without a trailing slash.
pub fn router(api: Api) -> Router {
    let (mut router, api) = (Router::new(), Arc::new(api));
    for (path, methods) in routes() {
        let methods = methods.route_layer(from_fn_with_state(Arc::clone(&api), guard::guard));
        router = router.route(&format!("{path}/"), methods.clone()).route(path, methods);
    }
    for (path, methods) in open_routes() {
        router = router.route(&format!("{path}/"), methods.clone()).route(path, methods);
    }
    router.fallback(nowhere).layer(from_fn(answer::finish)).with_state(api)
}

/// The paths of all routes, as the router has them; a request of another method is told which methods each takes.
pub fn paths() -> impl Iterator<Item = &'static str> {
    routes().into_iter().chain(open_routes()).map(|(path, _)| path)
}

fn routes() -> Vec<(&'static str, MethodRouter<Shared>)> {
    [set_up(), worked()].concat()
}

/// What a partner sets up.
fn set_up() -> Vec<(&'static str, MethodRouter<Shared>)> {
    vec![
        ("/v1/organisations", get(organisations::list).post(organisations::create)),
        ("/v1/organisations/{id}", get(organisations::show).patch(organisations::change).delete(organisations::delete)),
        ("/v1/partners", get(partner::list)),
        ("/v1/partners/{id}", get(partner::show).patch(partner::change)),
        ("/v1/memberships", get(memberships::list).post(memberships::create)),
        ("/v1/memberships/{id}", get(memberships::show).patch(memberships::change).delete(memberships::delete)),
        ("/v1/merchants", get(merchants::list).post(merchants::create)),
        ("/v1/merchants/{id}", get(merchants::show).patch(merchants::change).delete(merchants::delete)),
        ("/v1/integrations", get(integrations::list).post(integrations::create)),
        ("/v1/integrations/{id}", get(integrations::show).patch(integrations::change)),
        ("/v1/integrations/{id}/rotate-secret", post(integrations::rotate)),
        ("/v1/integrations/{id}/refunds/{refund_id}", post(integrations::tell)),
        ("/v2/enrolments", get(enrolments::list).post(enrolments::create)),
        ("/v2/enrolments/{id}", get(enrolments::show).patch(enrolments::change).delete(enrolments::cancel)),
        ("/v1/rulesets", get(rulesets::list).post(rulesets::create)),
        ("/v1/rulesets/{id}", get(rulesets::show).patch(rulesets::change).delete(rulesets::delete)),
        ("/v1/rulesets/{id}/rules", post(rulesets::add_rule)),
        ("/v1/rulesets/{id}/rules/{rule_id}", patch(rulesets::change_rule).delete(rulesets::delete_rule)),
        ("/v1/rulesets/dry-run", post(rulesets::trial::of_new)),
        ("/v1/rulesets/{id}/dry-run", post(rulesets::trial::of_stored)),
        ("/v1/rulesets/{id}/apply", post(rulesets::apply::apply)),
        ("/v1/alert-imports", post(imports::create)),
        ("/v1/api-keys", get(api_keys::list).post(api_keys::create)),
        ("/v1/api-keys/{id}", get(api_keys::show).delete(api_keys::revoke)),
        ("/v1/api-keys/{id}/rotate", post(api_keys::rotate)),
        ("/v1/webhook-endpoints", get(webhooks::list).post(webhooks::create)),
        ("/v1/webhook-endpoints/{id}", get(webhooks::show).patch(webhooks::change).delete(webhooks::delete)),
        ("/v1/webhook-endpoints/{id}/test", post(webhooks::test)),
        ("/v1/webhook-endpoints/{id}/rotate-secret", post(webhooks::rotate)),
        ("/v1/webhook-endpoints/{id}/deliveries", get(webhooks::deliveries)),
        ("/v1/webhook-endpoints/{id}/replay", post(webhooks::replay)),
    ]
}

/// What comes in, and what is done about it.
fn worked() -> Vec<(&'static str, MethodRouter<Shared>)> {
    vec![
        ("/v1/orders", get(orders::list).post(orders::create)),
        ("/v1/orders/{id}", get(orders::show).patch(orders::change)),
        ("/v1/alerts", get(alerts::list)),
        ("/v1/alerts/{id}", get(alerts::show).patch(alerts::act)),
        ("/v1/alerts/{id}/history", get(alerts::history)),
        ("/v1/audit-events", get(audit::list)),
        ("/v1/events", get(events::list)),
        ("/v1/erasures", post(erasures::create)),
        ("/v1/erasures/{id}", get(erasures::show)),
        ("/v1/quarantine", get(quarantine::list)),
        ("/v1/quarantine/{id}", get(quarantine::show)),
        ("/v1/quarantine/{id}/release", post(quarantine::release)),
        ("/v1/quarantine/{id}/discard", post(quarantine::discard)),
        ("/v1/negative-list", get(negative_list::list).post(negative_list::create)),
        ("/v1/negative-list/check", get(negative_list::check)),
        ("/v1/negative-list/{id}", get(negative_list::show).delete(negative_list::delete)),
        ("/v1/transactions/{id}/refunds", get(refunds::list).post(refunds::create)),
        ("/v1/refunds/{id}", get(refunds::show).patch(refunds::declare::declare)),
        ("/v1/simulate/enrolments/{id}", patch(simulate::enrolment)),
        ("/v1/simulate/alerts", post(simulate::alert)),
        ("/v1/simulate/alerts/{id}/retract", post(simulate::retract)),
    ]
}

/// The routes that need no key: the page's link is its own, and the API's document is for all.
fn open_routes() -> Vec<(&'static str, MethodRouter<Shared>)> {
    let mut routes = reference::routes();
    routes.push(("/v1/alert-pages/{token}", get(pages::show).post(pages::answer)));
    let confirmation = get(pages::confirmation::show_confirmation).post(pages::confirmation::answer_confirmation);
    routes.push(("/v1/confirmation-pages/{token}", confirmation));
    routes
}

async fn nowhere() -> Refused {
    Problem::new(Code::NotFound, "Nothing is at this path.").into()
}
