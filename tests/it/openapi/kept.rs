//! `docs/openapi.json` is what the code says, with the examples of a run and the meanings of its
//! words; `docs/llms.txt` is made from it.

use std::collections::BTreeMap;

use flows::problem::PROBLEM_JSON;
use serde_json::{Map, Value, json};

use super::alike::Alike;
use super::conversation::{DOCUMENT, valid};
use super::recorder::Example;
use super::{guide, run, words};
use crate::repository;

/// The document with the examples of a run, and the meanings of its words.
async fn whole() -> Value {
    let noted = Box::pin(run::all()).await;
    let (mut document, mut alike) = (DOCUMENT.clone(), Alike::default());
    for (_, methods) in document["paths"].as_object_mut().expect("paths") {
        for (_, operation) in methods.as_object_mut().expect("operations") {
            let name = operation["operationId"].as_str().expect("a name").to_owned();
            illustrate(operation, noted.get(&name), &mut alike);
        }
    }
    let met = Box::pin(run::refusals::all()).await;
    for answer in
        document["components"]["responses"].as_object_mut().expect("responses").values_mut()
    {
        let problem = &mut answer["content"][PROBLEM_JSON];
        let told = codes(problem).into_iter().filter_map(|code| met.get_key_value(&code));
        let told = told.map(|(code, body)| (code.clone(), json!({ "value": alike.value(body) })));
        problem["examples"] = told.collect::<Map<String, Value>>().into();
    }
    let told = Box::pin(run::events::all()).await;
    for (name, event) in document["webhooks"].as_object_mut().expect("webhooks") {
        if let Some(body) = told.get(name) {
            event["post"]["requestBody"]["content"]["application/json"]["example"] =
                alike.value(body);
        }
    }
    words::lay_over(&mut document["components"]["schemas"]);
    document
}

/// The codes of a shared error.
fn codes(problem: &Value) -> Vec<String> {
    let codes =
        problem["schema"]["allOf"][1]["properties"]["code"]["enum"].as_array().expect("codes");
    codes.iter().map(|code| run::text(code).to_owned()).collect()
}

fn illustrate(operation: &mut Value, example: Option<&Example>, alike: &mut Alike) {
    let Some(example) = example else { return };
    let given: BTreeMap<&str, &str> = example
        .path
        .iter()
        .chain(&example.query)
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for parameter in operation["parameters"].as_array_mut().into_iter().flatten() {
        if let Some(value) = parameter["name"].as_str().and_then(|name| given.get(name)) {
            parameter["example"] = json!(alike.text(value));
        }
    }
    if let Some(request) = &example.request {
        operation["requestBody"]["content"][&example.media]["example"] = alike.value(request);
    }
    if let Some(response) = &example.response {
        let answer = &mut operation["responses"][example.status.to_string()];
        answer["content"]["application/json"]["example"] = alike.value(response);
    }
}

#[tokio::test]
#[allow(
    clippy::disallowed_methods,
    reason = "how whoever runs the test asks for the files to be written"
)]
async fn the_document_and_the_guide_are_as_they_are_kept() {
    let document = whole().await;
    let (text, guide) = (
        format!("{}\n", serde_json::to_string_pretty(&document).expect("JSON")),
        guide::of(&document),
    );
    if std::env::var("FORESTALL_OPENAPI").as_deref() == Ok("update") {
        std::fs::write(repository::root().join("docs/openapi.json"), &text).expect("written");
        std::fs::write(repository::root().join("docs/llms.txt"), &guide).expect("written");
        return;
    }
    let kept: Value = serde_json::from_str(&repository::read("docs/openapi.json")).expect("JSON");
    let update =
        "write them with FORESTALL_OPENAPI=update cargo test -p tests --test it -- openapi::kept";
    if let Some(place) = differs("", &kept, &document) {
        panic!("docs/openapi.json is not what the code says at {place}; {update}");
    }
    assert_eq!(
        repository::read("docs/llms.txt"),
        guide,
        "docs/llms.txt is not what the document says; {update}"
    );
}

/// Where two values differ first.
fn differs(place: &str, one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            one.iter().find_map(|(name, field)| {
                differs(&format!("{place}/{name}"), field, other.get(name).unwrap_or(&Value::Null))
            })
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .find_map(|(at, (one, other))| differs(&format!("{place}/{at}"), one, other)),
        _ => (one != other).then(|| format!("{place}: {one:.200} is {other:.200}")),
    }
}

#[test]
fn every_operation_that_has_json_has_an_example_and_it_fits() {
    let document: Value =
        serde_json::from_str(&repository::read("docs/openapi.json")).expect("JSON");
    let components = &document["components"];
    for operation in document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|methods| methods.as_object().expect("methods").values())
    {
        let name = operation["operationId"].as_str().expect("a name");
        let request = &operation["requestBody"]["content"]["application/json"];
        fits(
            &format!("{name} request"),
            components,
            request,
            !request.is_null() && operation["requestBody"]["required"] == true,
        );
        assert_answers_fit(name, components, operation);
        let ids = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|one| one["in"] == "path");
        let without = ids.filter(|one| {
            one.get("example").is_none()
                && one["schema"].get("pattern").is_none()
                && one["name"] != "token"
        });
        assert_eq!(without.count(), 0, "{name} has a path parameter without an example");
    }
}

/// The successes of an operation have an example.
fn assert_answers_fit(name: &str, components: &Value, operation: &Value) {
    let answers = operation["responses"]
        .as_object()
        .expect("responses")
        .iter()
        .filter(|(status, _)| status.starts_with('2'));
    let told: Vec<&Value> = answers
        .map(|(_, answer)| &answer["content"]["application/json"])
        .filter(|told| !told.is_null())
        .collect();
    // of several successes one is enough
    let shown = told.iter().any(|one| one.get("example").is_some());
    for one in told {
        let needed = !shown && one["schema"].get("$ref").is_some();
        fits(&format!("{name} answer"), components, one, needed);
    }
}

#[test]
fn every_error_has_an_example_of_each_of_its_codes_and_it_fits() {
    let document: Value =
        serde_json::from_str(&repository::read("docs/openapi.json")).expect("JSON");
    for (name, answer) in document["components"]["responses"].as_object().expect("responses") {
        let problem = &answer["content"][PROBLEM_JSON];
        for code in codes(problem) {
            let example = &problem["examples"][&code]["value"];
            assert_eq!(
                example["code"], code,
                "{name} has no example: meet it in tests/it/openapi/run/refusals.rs"
            );
            valid(
                &format!("the example of {name}"),
                &document["components"],
                &problem["schema"],
                example,
            );
        }
    }
}

#[test]
fn every_event_has_an_example_and_it_fits() {
    let document: Value =
        serde_json::from_str(&repository::read("docs/openapi.json")).expect("JSON");
    for (name, event) in document["webhooks"].as_object().expect("webhooks") {
        fits(
            name,
            &document["components"],
            &event["post"]["requestBody"]["content"]["application/json"],
            true,
        );
    }
}

fn fits(name: &str, components: &Value, media: &Value, needed: bool) {
    match media.get("example") {
        Some(example) => {
            valid(&format!("the example of {name}"), components, &media["schema"], example);
        }
        None => assert!(!needed, "{name} has no example: call it in tests/it/openapi/run"),
    }
}
