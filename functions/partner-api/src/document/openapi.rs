//! The API document, OpenAPI 3.1: the annotations of routes, and the parts common to all routes.

mod operation;
mod parts;
mod refusals;
mod sent;
mod shape;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use flows::problem::ProblemDetails;
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::http::parameters::RouteParameters;

use crate::accounts::{
    api_keys, enrolments, integrations, memberships, merchants, organisations, partner,
};
use crate::alert_page as pages;
use crate::alerts;
use crate::alerts::quarantine;
use crate::document::reference;
use crate::notify::{events, webhooks};
use crate::privacy::{audit, erasures, negative_list};
use crate::rules::{imports, rulesets};
use crate::sales::{orders, refunds};
use crate::sandbox::simulate;

// Aliases, because the API document cannot name generic types.
type OrderCancelRequest = views::ResourceResponse<views::order_cancel::OrderCancelFields>;

#[derive(OpenApi)]
#[openapi(
    paths(
        organisations::list,
        organisations::create,
        organisations::show,
        organisations::change,
        organisations::delete,
        partner::list,
        partner::show,
        partner::change,
        memberships::list,
        memberships::create,
        memberships::show,
        memberships::change,
        memberships::delete,
        merchants::list,
        merchants::create,
        merchants::show,
        merchants::change,
        merchants::delete,
        integrations::list,
        integrations::create,
        integrations::show,
        integrations::change::change,
        integrations::callback::rotate,
        integrations::results::tell,
        enrolments::list,
        enrolments::create,
        enrolments::show,
        enrolments::change,
        enrolments::cancel,
        rulesets::list,
        rulesets::create,
        rulesets::show,
        rulesets::change::change,
        rulesets::change::delete,
        rulesets::change::add_rule,
        rulesets::change::change_rule,
        rulesets::change::delete_rule,
        rulesets::trial::of_new,
        rulesets::trial::of_stored,
        rulesets::apply::apply,
        imports::create,
        orders::list,
        orders::create,
        orders::show,
        orders::change::change,
        alerts::list,
        alerts::show,
        alerts::act,
        alerts::history,
        api_keys::list,
        api_keys::create,
        api_keys::show,
        api_keys::rotate,
        api_keys::revoke,
        webhooks::list,
        webhooks::create,
        webhooks::show,
        webhooks::change,
        webhooks::delete,
        webhooks::deliveries::list,
        webhooks::deliveries::test,
        webhooks::deliveries::replay,
        webhooks::secret::rotate,
        audit::list,
        events::list,
        erasures::create,
        erasures::show,
        quarantine::list,
        quarantine::show,
        quarantine::release,
        quarantine::discard,
        refunds::create,
        refunds::list,
        refunds::show,
        refunds::declare::declare,
        negative_list::list,
        negative_list::create,
        negative_list::show,
        negative_list::delete,
        negative_list::check,
        simulate::enrolment,
        simulate::alert,
        simulate::retract,
        pages::show,
        pages::answer,
        pages::confirmation::show_confirmation,
        pages::confirmation::answer_confirmation,
        reference::document,
        reference::document_2,
        reference::page,
        reference::file,
        reference::guide,
    ),
    components(schemas(ProblemDetails, sent::EventEnvelopeSchema, OrderCancelRequest))
)]
struct AnnotatedDocument;

/// Builds the document from the code, without the examples, which a test run adds.
///
/// # Errors
/// Only if JSON itself fails.
pub fn build_document() -> Result<Value, serde_json::Error> {
    let mut document = serde_json::to_value(AnnotatedDocument::openapi())?;
    shape::join_lines(&mut document);
    document["info"] = parts::document_info();
    document["tags"] = parts::document_tags();
    document["servers"] = json!([{ "url": "/", "description": "Where this document was read." }]);
    document["webhooks"] = sent::all_events();
    shape::settle_schemas(&mut document);
    operation::complete_all(&mut document);
    parts::complete_document(&mut document);
    Ok(document)
}

/// The query parameters of every route, by method and path (`GET /v1/alerts`).
pub(crate) static QUERY_PARAMETERS: LazyLock<RouteParameters> = LazyLock::new(query_parameters);

fn query_parameters() -> RouteParameters {
    let mut paths = serde_json::to_value(AnnotatedDocument::openapi().paths).unwrap_or_default();
    let mut named = BTreeMap::new();
    for (path, methods) in paths.as_object_mut().into_iter().flatten() {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            named.insert(
                format!("{} {path}", method.to_uppercase()),
                operation::query_names(operation),
            );
        }
    }
    named
}
