//! Every call that a test makes is held against the document: its status, headers, body and code
//! must be documented, and what was accepted must fit what is asked for.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use axum::http::HeaderMap;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::closed::closed;

/// The document as the code has it.
pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| partner_api::build_document().expect("a document"));
/// Schemas in which nothing may stand that they do not name.
static CLOSED: LazyLock<Value> = LazyLock::new(|| closed(&DOCUMENT["components"]));
static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// What was asked.
pub struct Asked {
    pub method: String,
    pub path: String,
    pub query: String,
    pub media: String,
    pub body: Vec<u8>,
}

/// What was answered.
pub struct Told<'a> {
    pub status: u16,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// Fails where the document does not say what happened.
pub fn hold(asked: &Asked, told: &Told<'_>) {
    let at = format!("{} {}", asked.method, asked.path);
    assert!(told.headers.contains_key("x-request-id"), "{at}: no X-Request-Id");
    let Some((template, operations)) = operations(&asked.path) else {
        assert_eq!(told.status, 404, "{at} is no route");
        return;
    };
    let Some(operation) = operations.get(asked.method.to_lowercase()) else {
        assert!(
            told.status == 405 || asked.method == "HEAD",
            "{at} is not documented and answers {}",
            told.status
        );
        return;
    };
    let at = format!("{} {template}", asked.method);
    let answer = resolved(&operation["responses"][told.status.to_string()]);
    assert!(
        answer.is_object(),
        "{at} answers {}, which is not documented: {}",
        told.status,
        String::from_utf8_lossy(told.body)
    );
    body(&at, answer, told);
    if told.status < 300 {
        parameters(&at, operation, &asked.query);
        request(&at, operation, asked);
    }
}

/// Fails where an event is not as the document says.
pub fn event(body: &Value) {
    let name = body["type"].as_str().expect("a type");
    let schema =
        &DOCUMENT["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{name} is not documented");
    valid(&format!("event {name}"), &CLOSED, schema, body);
}

/// The operations of a path; where several templates fit, the one with fewer parameters.
pub fn operations(path: &str) -> Option<(&'static str, &'static Value)> {
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let fits = |template: &str| {
        let own: Vec<&str> = template.split('/').collect();
        own.len() == parts.len()
            && own.iter().zip(&parts).all(|(own, part)| own.starts_with('{') || own == part)
    };
    let all = DOCUMENT["paths"].as_object().expect("paths").iter();
    let fitting = all.filter(|(template, _)| fits(template));
    fitting
        .min_by_key(|(template, _)| template.matches('{').count())
        .map(|(template, operations)| (template.as_str(), operations))
}

fn body(at: &str, answer: &Value, told: &Told<'_>) {
    let Some(content) = answer["content"].as_object() else {
        assert!(told.body.is_empty(), "{at}: a body where none is documented");
        return;
    };
    let media =
        told.headers["content-type"].to_str().expect("text").split(';').next().unwrap_or_default();
    let schema = content
        .get(media)
        .unwrap_or_else(|| panic!("{at} {}: {media} is not documented", told.status));
    if media.ends_with("json") {
        let found: Value = serde_json::from_slice(told.body).expect("JSON");
        valid(&format!("{at} {} {media}", told.status), &CLOSED, &schema["schema"], &found);
    }
}

fn parameters(at: &str, operation: &'static Value, query: &str) {
    let known: Vec<&Value> =
        operation["parameters"].as_array().into_iter().flatten().map(resolved).collect();
    for name in
        query.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty())
    {
        assert!(
            known.iter().any(|one| one["name"] == name && one["in"] == "query"),
            "{at} takes `{name}`, which is not documented"
        );
    }
}

fn request(at: &str, operation: &Value, asked: &Asked) {
    let media = asked.media.split(';').next().unwrap_or_default().to_lowercase();
    let schema = &operation["requestBody"]["content"][media.as_str()]["schema"];
    if asked.body.is_empty() || media != "application/json" || schema.is_null() {
        return;
    }
    // a byte order mark is taken
    let body = asked.body[..].strip_prefix(b"\xef\xbb\xbf").unwrap_or(&asked.body);
    let given: Value = serde_json::from_slice(body).expect("JSON was accepted");
    // Of a batch, the bad part is refused by itself.
    if !given.is_array() {
        valid(&format!("{at} request"), &DOCUMENT["components"], schema, &given);
    }
}

/// Fails where a value does not fit a schema of the document.
pub fn valid(name: &str, components: &Value, schema: &Value, value: &Value) {
    let validator = {
        let mut known = VALIDATORS.lock().expect("no test fails with it");
        let build = || {
            Arc::new(
                jsonschema::validator_for(&json!({ "allOf": [schema], "components": components }))
                    .expect("a schema"),
            )
        };
        Arc::clone(known.entry(format!("{name} {schema}")).or_insert_with(build))
    };
    let wrong: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{name}: {}\n{value:#}", wrong.join("\n"));
}

/// What a reference of the document stands for.
pub fn resolved(one: &'static Value) -> &'static Value {
    let place = one["$ref"].as_str().and_then(|place| place.strip_prefix('#'));
    place.map_or(one, |place| DOCUMENT.pointer(place).expect("what is referred to"))
}
