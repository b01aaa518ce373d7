//! The parts of an operation beyond its annotation: parameters, headers, errors, required access.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::parts::tag_of_module;
use super::refusals::RouteKind;
use crate::http::parameters::ParameterCount;

/// The parameter for the sort order.
const SORT: &str = "sort";

/// The parameters for pagination.
const PAGE: [&str; 3] = ["limit", "offset", "cursor"];

/// Completes every operation of a document.
pub(super) fn complete_all(document: &mut Value) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, methods) in paths {
        let operations = methods.as_object_mut().into_iter().flatten();
        for (method, operation) in operations {
            complete_operation(path, method, operation);
        }
    }
    super::refusals::share_answers(document);
}

fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    let module = operation["tags"][0].as_str().unwrap_or_default();
    let module = module.split("::").next().unwrap_or_default().to_owned();
    let own = operation["operationId"].as_str().unwrap_or_default().to_owned();
    if !own.contains('_') || own.starts_with("document") {
        operation["operationId"] = json!(format!("{module}_{own}"));
    }
    operation["tags"] = json!([tag_of_module(&module)]);
    let open = operation["security"] == json!([{}]);
    if open {
        operation["security"] = json!([]);
    } else {
        describe_access(operation);
    }
    add_parameters(path, method, operation);
    add_refusals(path, method, operation, open);
    add_headers(method, operation, open);
}

/// Describes the required key level and abilities.
fn describe_access(operation: &mut Value) {
    let abilities: Vec<String> = operation["security"][0]["bearer"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| Some(format!("`{}`", one.as_str()?)))
        .collect();
    let level = operation.get("x-key-level").and_then(Value::as_str).unwrap_or("ANY").to_owned();
    let keys = match level.as_str() {
        "PARTNER_ADMIN" => "a key of the whole partner",
        "PARTNER" => "a key of a partner or of a group of its organisations",
        _ => "any key",
    };
    let needs = format!("Requires {keys} with {}.", abilities.join(" and "));
    let own =
        operation["description"].as_str().map(|text| format!("{text}\n\n{needs}")).unwrap_or(needs);
    operation["description"] = json!(own);
    operation["x-key-level"] = json!(level);
}

fn add_parameters(path: &str, method: &str, operation: &mut Value) {
    let mut all = path_ids(path, operation);
    all.extend(operation["parameters"].as_array().cloned().unwrap_or_default());
    let shared = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
    all.extend(take_filters(operation));
    for field in take_words(operation, "x-spans") {
        let bounds = ["at or after", "at or before"];
        for (name, bound) in span_parameters(&field).into_iter().zip(bounds) {
            let about = format!("Only items with `{field}` {bound} this time.");
            let schema = json!({ "type": "string", "format": "date-time" });
            all.push(
                json!({ "name": name, "in": "query", "description": about, "schema": schema }),
            );
        }
    }
    let sorts = take_words(operation, "x-sorts");
    if let Some(default) = sorts.first() {
        let fields = sorts.iter().map(|field| field.trim_start_matches('-'));
        let both: Vec<String> =
            fields.flat_map(|field| [field.to_owned(), format!("-{field}")]).collect();
        let schema = json!({ "type": "string", "enum": both, "default": default });
        all.push(json!({ "name": SORT, "in": "query", "description": "The sort field; `-` for \
            descending.", "schema": schema }));
        all.extend(PAGE.map(shared));
    }
    if method == "post" || method == "patch" {
        all.push(shared("idempotency_key"));
    }
    operation["parameters"] = Value::Array(all);
}

/// Returns the names of all query parameters of an annotated operation.
pub(super) fn query_names(operation: &mut Value) -> BTreeMap<String, ParameterCount> {
    let several: Vec<String> = take_filters(operation)
        .iter()
        .filter_map(|one| one["name"].as_str())
        .map(str::to_owned)
        .collect();
    let spans =
        take_words(operation, "x-spans").into_iter().flat_map(|field| span_parameters(&field));
    let mut names: BTreeSet<String> = spans.collect();
    if !take_words(operation, "x-sorts").is_empty() {
        names.extend([SORT].into_iter().chain(PAGE).map(str::to_owned));
    }
    let own =
        operation["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "query");
    names.extend(own.filter_map(|one| one["name"].as_str()).map(str::to_owned));
    let once = names.into_iter().map(|name| (name, ParameterCount::Once));
    once.chain(several.into_iter().map(|name| (name, ParameterCount::Again))).collect()
}

/// Removes and returns the parameters of an annotated operation that accept several values.
fn take_filters(operation: &mut Value) -> Vec<Value> {
    let taken = operation.as_object_mut().and_then(|fields| fields.remove("x-filters"));
    taken.and_then(|all| all.as_array().cloned()).unwrap_or_default()
}

/// Returns the two parameters that bound a time, the lower bound first.
fn span_parameters(field: &str) -> [String; 2] {
    ["gte", "lte"].map(|end| format!("{field}_{end}"))
}

/// Removes an extension field of the annotation and returns its words.
fn take_words(operation: &mut Value, name: &str) -> Vec<String> {
    let taken = operation.as_object_mut().and_then(|fields| fields.remove(name));
    taken
        .as_ref()
        .and_then(Value::as_str)
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

/// Builds the path's id parameters, each named after its collection.
fn path_ids(path: &str, operation: &Value) -> Vec<Value> {
    let said = |name: &str| {
        operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|one| one["name"] == name && one["in"] == "path")
    };
    let parts = path.split('/').zip(path.split('/').skip(1));
    let names = parts
        .filter_map(|(of, part)| Some((of, part.strip_prefix('{')?.strip_suffix('}')?)))
        .filter(|(_, name)| !said(name));
    let id = |(of, name)| {
        json!({
            "name": name, "in": "path", "required": true, "description": describe_id(of, name),
            "schema": { "type": "string", "minLength": 1 }
        })
    };
    names.map(id).collect()
}

fn describe_id(of: &str, name: &str) -> String {
    let thing = match (of, name) {
        (_, "token") => return "The token of the link.".into(),
        (_, "refund_id") => return "The refund's id at the merchant's endpoint.".into(),
        ("transactions", _) => return "An alert's `integration_transaction_id`.".into(),
        ("quarantine", _) => "payload",
        ("api-keys", _) => "key",
        ("negative-list", _) => "entry",
        ("webhook-endpoints", _) => "endpoint",
        (others, _) => others.trim_end_matches('s'),
    };
    format!("The {thing}'s id.")
}

fn add_refusals(path: &str, method: &str, operation: &mut Value, open: bool) {
    let parameter = |part: &str| {
        operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|one| one.to_string().contains(part))
    };
    let media = operation["requestBody"]["content"]
        .as_object()
        .and_then(|content| content.keys().next())
        .cloned();
    let level =
        if open { "OPEN" } else { operation["x-key-level"].as_str().unwrap_or("ANY") }.to_owned();
    let kind = RouteKind {
        method,
        level: &level,
        has_id: path.contains('{'),
        has_query: parameter("\"in\":\"query\"") || parameter("parameters/limit"),
        has_offset: parameter("parameters/offset"),
        media: media.as_deref(),
    };
    if let Some(responses) = operation["responses"].as_object_mut() {
        kind.lay_over(responses);
    }
}

fn add_headers(method: &str, operation: &mut Value, open: bool) {
    let header = |name: &str| json!({ "$ref": format!("#/components/headers/{name}") });
    let pages = operation["parameters"].to_string().contains("parameters/cursor");
    let answers = operation["responses"].as_object_mut().into_iter().flatten();
    for (status, answer) in answers {
        if answer["description"].as_str().is_none_or(str::is_empty) {
            answer["description"] = json!(describe_success(method, status, pages));
        }
        answer["headers"]["X-Request-Id"] = header("X-Request-Id");
        if !open && status != "401" {
            answer["headers"]["RateLimit"] = header("RateLimit");
            answer["headers"]["RateLimit-Policy"] = header("RateLimit-Policy");
        }
        if status == "200" && (method == "post" || method == "patch") {
            answer["headers"]["Idempotent-Replayed"] = header("Idempotent-Replayed");
        }
    }
}

/// Describes a success response whose route gives no description.
fn describe_success(method: &str, status: &str, pages: bool) -> &'static str {
    match (method, status) {
        (_, "204") => "Done, without content.",
        ("get", _) if pages => "A page of the list.",
        ("post", "201") => "The created resource.",
        _ => "The current state.",
    }
}
