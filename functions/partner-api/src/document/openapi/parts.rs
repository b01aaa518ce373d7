//! What routes share: the words about the API, its tags, its key, the parameters and headers that
//! many have.

use domain::account::ALL_ABILITIES;
use domain::account::issued_key::ABILITIES;
use serde_json::{Map, Value, json};

use super::shape::visit_objects;

const ABOUT: &str = "\
Chargeback prevention for merchants and the platforms that serve them. Compatible with the API \
    that ChargebackStop documents: answers are supersets.

- Paths are written without a slash at their end; each works with one, too.
- Amounts are whole numbers in the currency's minor unit (`4900` is 49.00 USD, or 4900 JPY); \
  times are ISO 8601 in UTC.
- Lists answer `items` and `count`, sorted and cut by `sort`, `limit` and `offset`, or read \
  on by `cursor` with the `next_cursor` of the answer before.
- Every resource has `version`, raised by each change, and `links`.
- A POST or PATCH with an `Idempotency-Key` is done once in 24 hours; sent again it gets the \
  same answer.
- Errors are `application/problem+json` with a `code` for programs; any route answers \
  405 to a method it does not take, with `Allow`.
- Fields that are not known are passed over; answers may gain fields.
- Every answer has an `X-Request-Id`; where no gateway gives one, the request's own of at most \
  64 characters is taken.
- An owner's requests to one route are counted by the minute, and those of all keys of a \
  partner: see `RateLimit`, and `Retry-After` with a 429.";

/// Module, name and description of each group of routes, in the order in which they are read.
const TAGS: [(&str, &str, &str); 21] = [
    ("partner", "Partner", "Who owns the organisations, and the brakes on all their rules."),
    ("organisations", "Organisations", "A partner's customers."),
    ("memberships", "Memberships", "People in organisations, and the e-mails they want."),
    ("merchants", "Merchants", "Accounts that take an organisation's payments."),
    (
        "integrations",
        "Integrations",
        "Where sales come from: orders that are pushed, or a processor that is called.",
    ),
    ("enrolments", "Enrolments", "What the networks watch."),
    ("rulesets", "Rulesets", "What is done with alerts without asking."),
    ("imports", "Alert imports", "Past alerts from elsewhere, for dry runs."),
    ("orders", "Orders", "What merchants tell of their sales."),
    ("alerts", "Alerts", "A network's warnings of disputes, and what is done about them."),
    (
        "pages",
        "Pages for members",
        "The page on which a member works an alert by hand, and the one on which an address is \
         confirmed: each opened by a link in a mail.",
    ),
    (
        "refunds",
        "Refunds by hand",
        "Money given back because somebody asked for it, not because of an alert.",
    ),
    ("negative_list", "Negative list", "Customers that an organisation does not want again."),
    ("quarantine", "Quarantine", "What networks sent and nobody's enrolment wanted."),
    ("simulate", "Simulations", "Alerts of every kind for organisations in TEST mode."),
    ("audit", "Audit", "What keys and the operator changed."),
    ("erasures", "Erasures", "A customer's data, found by e-mail address and erased."),
    ("api_keys", "API keys", "Keys that may no more than their maker."),
    ("webhooks", "Webhook endpoints", "Where events are sent."),
    ("events", "Events", "What is sent there, and read by those who poll."),
    ("reference", "Reference", "This document and its pages; no key is needed."),
];

/// What the document is of.
pub(super) fn document_info() -> Value {
    json!({
        "title": "Forestall partner API", "version": env!("CARGO_PKG_VERSION"),
        "description": ABOUT,
        "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
    })
}

/// The groups of routes.
pub(super) fn document_tags() -> Value {
    TAGS.iter().map(|(_, name, about)| json!({ "name": name, "description": about })).collect()
}

/// The group of a module's routes.
pub(super) fn tag_of_module(module: &str) -> &str {
    TAGS.iter().find(|(own, ..)| *own == module).map_or(module, |(_, name, _)| name)
}

/// Puts what routes refer to into the document.
pub(super) fn complete_document(document: &mut Value) {
    let components = &mut document["components"];
    components["parameters"] = shared_parameters();
    components["headers"] = shared_headers();
    components["securitySchemes"] = json!({ "bearer": {
        "type": "http", "scheme": "bearer",
        "description": "A key of a partner, of a group of its organisations, or of one \
         organisation. `x-key-level` says which may use a route, the scopes which abilities it \
         needs."
    } });
    let abilities: Vec<&str> = ABILITIES.iter().copied().chain([ALL_ABILITIES]).collect();
    for key in ["NewApiKey", "ApiKey"] {
        components["schemas"][key]["properties"]["abilities"]["items"]["enum"] = json!(abilities);
    }
    document["security"] = json!([{ "bearer": [] }]);
    visit_objects(document, &mut |object| widen_integers(object));
}

/// What many routes take.
fn shared_parameters() -> Value {
    let query = |name: &str, about: &str, schema: Value| {
        json!({
            "name": name, "in": "query", "description": about, "schema": schema
        })
    };
    json!({
        "limit": query(
            "limit", "How many items a page has.",
            json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 100 })
        ),
        "offset": query("offset", "How many items are left out before the page; not with \
         `cursor`.", json!({ "type": "integer", "minimum": 0, "maximum": 10000, "default": 0 })),
        "cursor": query("cursor", "The `next_cursor` of the page before: with the same path, \
         filters and `sort`, and a key of the same owner. Any other is refused.",
            json!({ "type": "string", "pattern": "^[0-9A-Za-z_-]+$" })),
        "idempotency_key": {
            "name": "Idempotency-Key", "in": "header",
            "description": "A name of one's own for the request: within 24 hours it is done once, \
             however often it is sent.",
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
        "X-Request-Id": text("The name of the request in the log."),
        "RateLimit": text("What is left of the minute by the limit that leaves the least: the \
         owner's (`default`), the partner's for all of its keys (`partner`), or that for requests \
         with an `Idempotency-Key` (`partner-idempotency`). `\"default\";r=99;t=42`."),
        "RateLimit-Policy": text("How many requests a minute that limit takes: \
         `\"default\";q=100;w=60`."),
        "Idempotent-Replayed": {
            "description": "`true` where the answer was given before.",
            "schema": { "type": "string", "enum": ["true"] }
        },
        "Retry-After": {
            "description": "Seconds after which to try again.",
            "schema": { "type": "integer", "minimum": 0 }
        },
        "WWW-Authenticate": text("How to sign in: `Bearer`.")
    })
}

/// Whole numbers are as wide as the code takes them.
fn widen_integers(object: &mut Map<String, Value>) {
    let most = match object.get("format").and_then(Value::as_str) {
        Some("int64") if object.get("minimum") == Some(&json!(0)) => json!(u64::MAX),
        Some("int32") if object.get("minimum") == Some(&json!(0)) => json!(u32::MAX),
        _ => return,
    };
    object.remove("format");
    object.entry("maximum").or_insert(most);
}
