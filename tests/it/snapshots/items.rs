//! Stored items in plain JSON, without what differs from run to run.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Value, json};

/// The kind of an item, as its snapshot is called: what its keys begin with.
pub(super) fn kind_of(item: &HashMap<String, AttributeValue>) -> String {
    let parts = |name: &str| {
        item[name]
            .as_s()
            .expect("text")
            .split(['#', '_'])
            .map(ToOwned::to_owned)
            .collect::<Vec<_>>()
    };
    let (of, sort) = (parts("pk").swap_remove(0), parts("sk"));
    if of == "EVENTS" {
        return format!("events_{}", plain(item)["name"]["kind"].as_str().expect("a kind"));
    }
    let row =
        sort.iter().find(|part| ["S", "A", "aud"].contains(&part.as_str())).unwrap_or(&sort[0]);
    format!("{of}_{}", row.trim_start_matches(|c: char| !c.is_alphabetic())).to_lowercase()
}

/// The item in plain JSON, without the parts of its keys that are made of ids.
pub(super) fn without_marks(item: &HashMap<String, AttributeValue>) -> Value {
    let mut item = plain(item);
    let place = item["pk"].as_str().expect("text").to_owned();
    if ["DAY", "EVENTS"].contains(&place.split(['#', '_']).next().unwrap_or_default()) {
        // its part is an id's
        item["pk"] = json!(place.trim_end_matches(char::is_numeric));
    }
    if let Some((list, _)) = item["list"]
        .as_str()
        .and_then(|list| list.rsplit_once('#'))
        .filter(|(_, part)| part.len() == 1)
    {
        item["list"] = json!(format!("{list}#part"));
    }
    let key = item["sk"].as_str().expect("text").to_owned();
    if let Some((place, mark)) = key.rsplit_once('#').filter(|(_, mark)| mark.len() == 16) {
        assert!(mark.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
        item["sk"] = json!(format!("{place}#mark")); // of what the order says, ids included
    }
    if item["due"].is_string() {
        item["due"] = json!("DUE#shard"); // of the id, which may differ from run to run
    }
    item
}

/// An item in plain JSON, without what differs from run to run: sealed secrets, how one begins, and
/// a simulator's port.
pub(super) fn plain(item: &HashMap<String, AttributeValue>) -> Value {
    let sealed = |name: &str| {
        ["credentials", "push_password_hash", "prefix", "api_url", "sealed"].contains(&name)
    };
    let fields = item.iter().map(|(name, value)| {
        (name.clone(), if sealed(name) { json!("(sealed)") } else { of(value) })
    });
    Value::Object(fields.collect::<BTreeMap<_, _>>().into_iter().collect::<Map<_, _>>())
}

fn of(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!(text),
        AttributeValue::Ss(texts) => json!(texts),
        AttributeValue::N(number) => serde_json::from_str(number).expect("a number"),
        AttributeValue::Bool(is) => json!(is),
        AttributeValue::L(items) => items.iter().map(of).collect(),
        AttributeValue::M(fields) => plain(fields),
        _ => Value::Null,
    }
}
