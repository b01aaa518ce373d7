use std::collections::BTreeMap;

use serde_json::Value;

use super::Desk;

/// The documented calls in their order, with the answers that partners' code expects.
#[tokio::test]
async fn the_ten_documented_calls_are_answered_with_supersets() {
    let desk = Desk::open().await;
    let calls: Vec<Value> =
        serde_json::from_str(include_str!("../../fixtures/onboarding-examples.json"))
            .expect("the calls");
    assert_eq!(calls.len(), 10);
    let mut ids = BTreeMap::new();
    for call in calls {
        let (path, request) =
            (call["path"].as_str().expect("a path"), with_ids(&call["request"], &ids));
        let answer = desk
            .call(call["method"].as_str().expect("a method"), path, &desk.key, Some(&request))
            .await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        // Where the example leaves its answer out, it is at least what was sent.
        let expected = if call["response"].is_null() { &request } else { &call["response"] };
        note_ids(expected, &answer.body, &mut ids);
        expect_superset(&with_ids(expected, &ids), &answer.body, path);
        let item = answer.body.get("results").map_or(&answer.body, |results| &results[0]);
        read_back(&desk, item).await;
    }
}

/// What was made is read where its link says, and is the same.
async fn read_back(desk: &Desk, made: &Value) {
    assert_eq!(made["version"], 1, "{made}");
    assert_eq!(made["links"][0]["rel"], "self");
    let read = desk.get(made["links"][0]["uri"].as_str().expect("a link")).await;
    assert_eq!(read.status, 200, "{}", read.body);
    expect_superset(made, &read.body, "read back");
}

/// The ids of the examples stand for ours.
fn note_ids(expected: &Value, actual: &Value, ids: &mut BTreeMap<String, String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            expected.iter().for_each(|(name, value)| {
                note_ids(value, actual.get(name).unwrap_or(&Value::Null), ids);
            });
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.iter().zip(actual).for_each(|(a, b)| note_ids(a, b, ids));
        }
        (Value::String(example), Value::String(ours)) if is_id(example) => {
            assert_eq!(example.split('_').next(), ours.split('_').next());
            assert_eq!(
                ids.entry(example.clone()).or_insert_with(|| ours.clone()),
                ours,
                "{example} is one thing"
            );
        }
        _ => {}
    }
}

fn with_ids(value: &Value, ids: &BTreeMap<String, String>) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), with_ids(value, ids))).collect()
        }
        Value::Array(items) => items.iter().map(|item| with_ids(item, ids)).collect(),
        Value::String(text) => Value::String(ids.get(text).unwrap_or(text).clone()),
        other => other.clone(),
    }
}

fn is_id(text: &str) -> bool {
    ["org_", "mem_", "usr_", "mrch_", "int_", "enrl_", "ord_"]
        .iter()
        .any(|prefix| text.starts_with(prefix))
}

/// Every field of the example is there with its value; times are times.
fn expect_superset(expected: &Value, actual: &Value, place: &str) {
    match (expected, actual) {
        (Value::Object(fields), Value::Object(_)) => fields.iter().for_each(|(name, value)| {
            let found =
                actual.get(name).unwrap_or_else(|| panic!("{place}: no `{name}` in {actual}"));
            let is_time =
                |text: &str| text.parse::<jiff::Timestamp>().is_ok() && text.ends_with('Z');
            match (name.as_str(), found) {
                ("created_at" | "updated_at", Value::String(text)) if is_time(text) => {}
                _ => expect_superset(value, found, &format!("{place}.{name}")),
            }
        }),
        (Value::Array(items), Value::Array(found)) => {
            assert_eq!(items.len(), found.len(), "{place}");
            items.iter().zip(found).for_each(|(item, found)| expect_superset(item, found, place));
        }
        _ => assert_eq!(expected, actual, "{place}"),
    }
}
