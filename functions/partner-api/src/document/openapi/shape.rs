//! Schemas simplified for readers: flattened structs become a single object, and unused schemas are
//! dropped.

use serde_json::{Map, Value, json};

/// The prefix of references to schemas.
const SCHEMAS: &str = "#/components/schemas/";

/// Calls a function on every object of a value, inner objects first.
pub(super) fn visit_objects(value: &mut Value, then: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| visit_objects(item, then)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|field| visit_objects(field, then));
            then(fields);
        }
        _ => {}
    }
}

/// Joins the lines of a paragraph, because comments are wrapped at the width of the code.
pub(super) fn join_lines(document: &mut Value) {
    visit_objects(document, &mut |object| {
        for name in ["description", "summary"] {
            if let Some(Value::String(text)) = object.get_mut(name) {
                *text = paragraphs_of(text);
            }
        }
    });
}

/// Puts each paragraph of a text on a single line. Blank lines, lists and tables keep their line
/// breaks.
fn paragraphs_of(text: &str) -> String {
    let begins_anew = |line: &str| line.is_empty() || line.starts_with(['-', '|', '*', '#']);
    let mut whole = String::new();
    for line in text.lines() {
        let goes_on = !whole.is_empty() && !whole.ends_with('\n') && !begins_anew(line);
        whole.push_str(if goes_on {
            " "
        } else if whole.is_empty() {
            ""
        } else {
            "\n"
        });
        whole.push_str(line);
    }
    whole
}

/// Simplifies all schemas of a document.
pub(super) fn settle_schemas(document: &mut Value) {
    let known = document["components"]["schemas"].clone();
    visit_objects(document, &mut |object| unite_schema(object, &known));
    visit_objects(document, &mut drop_null_choice);
    while drop_unused(document) {}
}

/// Removes the null choice of an optional request body: the body may be absent, but not null.
fn drop_null_choice(object: &mut Map<String, Value>) {
    let Some(Value::Object(content)) =
        object.get_mut("requestBody").and_then(|body| body.get_mut("content"))
    else {
        return;
    };
    for media in content.values_mut() {
        let own = media["schema"]["oneOf"]
            .as_array()
            .and_then(|one_of| one_of.iter().find(|one| one.get("$ref").is_some()))
            .cloned();
        if let Some(own) = own {
            media["schema"] = own;
        }
    }
}

/// Merges `allOf` of plain objects into a single object. If a part is a `oneOf`, the result is a
/// `oneOf` of merged objects.
fn unite_schema(object: &mut Map<String, Value>, known: &Value) {
    let Some(Value::Array(parts)) = object.get("allOf") else { return };
    let (plain, others): (Vec<Value>, Vec<Value>) =
        parts.iter().map(|part| resolve_schema(part, known)).partition(is_plain);
    match others.as_slice() {
        [] => {
            object.remove("allOf");
            object.insert("type".into(), json!("object"));
            for part in plain {
                join_part(object, part);
            }
        }
        [choice] => {
            let Some(ways) = choice["oneOf"].as_array().filter(|ways| ways.iter().all(is_plain))
            else {
                return;
            };
            object.remove("allOf");
            object.insert("oneOf".into(), ways.iter().map(|way| join_parts(way, &plain)).collect());
        }
        _ => {}
    }
}

fn is_plain(part: &Value) -> bool {
    part["type"] == "object" && part.get("properties").is_some()
}

fn join_parts(way: &Value, parts: &[Value]) -> Value {
    let mut whole = way.as_object().cloned().unwrap_or_default();
    for part in parts {
        join_part(&mut whole, part.clone());
    }
    whole.into()
}

fn join_part(object: &mut Map<String, Value>, part: Value) {
    let Value::Object(part) = part else { return };
    for (name, value) in part {
        match (object.get_mut(&name), value) {
            (Some(Value::Object(own)), Value::Object(more)) => own.extend(more),
            (Some(Value::Array(own)), Value::Array(more)) => own.extend(more),
            (Some(_), _) => {}
            (None, value) => drop(object.insert(name, value)),
        }
    }
}

/// Resolves a reference to a schema, and merges the result.
fn resolve_schema(part: &Value, known: &Value) -> Value {
    let named = part["$ref"].as_str().and_then(|place| known.get(place.strip_prefix(SCHEMAS)?));
    let mut found = named.unwrap_or(part).clone();
    visit_objects(&mut found, &mut |object| unite_schema(object, known));
    found
}

fn drop_unused(document: &mut Value) -> bool {
    let text = document.to_string();
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return false };
    let before = schemas.len();
    schemas.retain(|name, _| text.contains(&format!("\"{SCHEMAS}{name}\"")) || name == "Problem");
    schemas.len() < before
}
