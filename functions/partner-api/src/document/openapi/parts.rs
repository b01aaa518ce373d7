//! The shared parts of the document: introduction, tags, security scheme, common parameters and
//! headers.

use domain::account::ALL_ABILITIES;
use domain::account::issued_key::ABILITIES;
use serde_json::{Map, Value, json};

use super::shape::visit_objects;

const ABOUT: &str = "\
Chargeback prevention for merchants and the platforms that serve them. Compatible with the API \
    that ChargebackStop documents: responses are supersets.

- Paths are documented without a trailing slash; a trailing slash works too.
- Amounts are whole numbers in the currency's minor unit (`4900` is 49.00 USD, or 4900 JPY); \
  times are ISO 8601 in UTC.
- Lists return `items` and `count`. Sort with `sort`; paginate with `limit` and `offset`, or \
  with `cursor` and the `next_cursor` of the previous response.
- Every resource has a `version`, which each change increments, and `links`.
- A POST or PATCH with an `Idempotency-Key` is done once within 24 hours; a retry gets the same \
  response.
- Errors are `application/problem+json` with a machine-readable `code`. Unsupported methods get \
  405 with `Allow`.
- Unknown fields in requests are ignored; responses may gain fields.
- Every response has an `X-Request-Id`: the gateway's, else the request's own, of at most 64 \
  characters.
- Rate limits apply per minute and route to each owner, and to all keys of a partner together: \
  see `RateLimit`, and `Retry-After` with a 429.";

/// Module, name and description of each tag, in reading order.
const TAGS: [(&str, &str, &str); 21] = [
    ("partner", "Partner", "The owner of the organisations, and the brakes on all their rules."),
    ("organisations", "Organisations", "A partner's customers."),
    ("memberships", "Memberships", "Persons in organisations, and their e-mail settings."),
    ("merchants", "Merchants", "Accounts that take an organisation's payments."),
    (
        "integrations",
        "Integrations",
        "Sources of sales: orders pushed by the merchant, or a processor that we call.",
    ),
    ("enrolments", "Enrolments", "Descriptors and acceptors that the networks watch."),
    ("rulesets", "Rulesets", "Automatic decisions on alerts."),
    ("imports", "Alert imports", "Past alerts from other systems, for dry runs."),
    ("orders", "Orders", "Sales as merchants report them."),
    ("alerts", "Alerts", "A network's warnings of disputes, and the actions on them."),
    (
        "pages",
        "Pages for members",
        "HTML pages that links in e-mails open: for a member to work an alert, and to confirm an \
         e-mail address.",
    ),
    ("refunds", "Refunds by hand", "Refunds made at a user's request, independently of alerts."),
    ("negative_list", "Negative list", "Customers that an organisation does not want again."),
    (
        "quarantine",
        "Quarantine",
        "Network payloads that could not be processed, or that no single enrolment matched.",
    ),
    ("simulate", "Simulations", "Alerts of every kind for organisations in TEST mode."),
    ("audit", "Audit", "Changes made with API keys and by the operator."),
    ("erasures", "Erasures", "Erasure of a customer's data by e-mail address."),
    ("api_keys", "API keys", "API keys; a key cannot grant more than its creator has."),
    ("webhooks", "Webhook endpoints", "Endpoints that receive events."),
    ("events", "Events", "The events sent to webhook endpoints, also available by polling."),
    ("reference", "Reference", "This document and its pages; no key is needed."),
];

/// Builds the `info` of the document.
pub(super) fn document_info() -> Value {
    json!({
        "title": "Forestall partner API", "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
    })
}

/// Builds the tags of the document.
pub(super) fn document_tags() -> Value {
    TAGS.iter().map(|(_, name, about)| json!({ "name": name, "description": about })).collect()
}

/// Returns the tag of a module's routes.
pub(super) fn tag_of_module(module: &str) -> &str {
    TAGS.iter().find(|(own, ..)| *own == module).map_or(module, |(_, name, _)| name)
}

/// Adds the components that routes refer to.
pub(super) fn complete_document(document: &mut Value) {
    let components = &mut document["components"];
    components["parameters"] = shared_parameters();
    components["headers"] = shared_headers();
    components["securitySchemes"] = json!({ "bearer": {
        "type": "http", "scheme": "bearer",
        "description": "A key of a partner, of a group of its organisations, or of a single \
         organisation. `x-key-level` is the level that a route requires, the scopes are the \
         required abilities."
    } });
    let abilities: Vec<&str> = ABILITIES.iter().copied().chain([ALL_ABILITIES]).collect();
    for key in ["NewApiKey", "ApiKey"] {
        components["schemas"][key]["properties"]["abilities"]["items"]["enum"] = json!(abilities);
    }
    document["security"] = json!([{ "bearer": [] }]);
    visit_objects(document, &mut |object| widen_integers(object));
}

/// Builds the parameters that many routes share.
fn shared_parameters() -> Value {
    let query = |name: &str, about: &str, schema: Value| {
        json!({
            "name": name, "in": "query", "description": about, "schema": schema
        })
    };
    json!({
        "limit": query(
            "limit", "The page size.",
            json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 100 })
        ),
        "offset": query(
            "offset", "The number of items to skip; not with `cursor`.",
            json!({ "type": "integer", "minimum": 0, "maximum": 10000, "default": 0 })
        ),
        "cursor": query("cursor", "The `next_cursor` of the previous page, with the same path, \
         filters, `sort` and owner of the key. Any other cursor is refused.",
            json!({ "type": "string", "pattern": "^[0-9A-Za-z_-]+$" })),
        "idempotency_key": {
            "name": "Idempotency-Key", "in": "header",
            "description": "A client-chosen key that makes the request idempotent: within 24 hours \
             the request is done once, and retries get the same response.",
            "schema": {
                "type": "string", "minLength": 1, "maxLength": 255,
                "pattern": "^[!-~]([ -~]*[!-~])?$"
            }
        }
    })
}

fn shared_headers() -> Value {
    let text = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
    json!({
        "X-Request-Id": text("The id of the request in the log."),
        "RateLimit": text("The remaining requests in this minute under the tightest limit: the \
         owner's (`default`), the partner's for all of its keys (`partner`), or that for requests \
         with an `Idempotency-Key` (`partner-idempotency`). Example: `\"default\";r=99;t=42`."),
        "RateLimit-Policy": text("The requests per minute that this limit allows. Example: \
         `\"default\";q=100;w=60`."),
        "Idempotent-Replayed": {
            "description": "`true` if the response is a replay.",
            "schema": { "type": "string", "enum": ["true"] }
        },
        "Retry-After": {
            "description": "Seconds to wait before a retry.",
            "schema": { "type": "integer", "minimum": 0 }
        },
        "WWW-Authenticate": text("The authentication scheme: `Bearer`.")
    })
}

/// Widens integer bounds to the range of the Rust types.
fn widen_integers(object: &mut Map<String, Value>) {
    let most = match object.get("format").and_then(Value::as_str) {
        Some("int64") if object.get("minimum") == Some(&json!(0)) => json!(u64::MAX),
        Some("int32") if object.get("minimum") == Some(&json!(0)) => json!(u32::MAX),
        _ => return,
    };
    object.remove("format");
    object.entry("maximum").or_insert(most);
}
