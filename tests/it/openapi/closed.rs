//! Schemas as tests want them: what an answer has and its schema does not name is a fault of the
//! document.

use serde_json::{Map, Value, json};

const SCHEMAS: &str = "#/components/schemas/";

/// Components whose objects have nothing but what is named.
pub fn closed(components: &Value) -> Value {
    let mut parts = Vec::new();
    gather_parts(components, &mut parts);
    let mut components = components.clone();
    let schemas = components["schemas"].as_object_mut().expect("schemas");
    for (_, schema) in schemas.iter_mut().filter(|(name, _)| !parts.contains(name)) {
        close(schema);
    }
    components
}

/// Schemas that are parts of others: those say what else there may be.
fn gather_parts(value: &Value, parts: &mut Vec<String>) {
    if let Some(all) = value.get("allOf").and_then(Value::as_array) {
        parts.extend(
            all.iter()
                .filter_map(|one| one["$ref"].as_str()?.strip_prefix(SCHEMAS).map(str::to_owned)),
        );
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather_parts(item, parts)),
        Value::Object(fields) => fields.values().for_each(|field| gather_parts(field, parts)),
        _ => {}
    }
}

fn close(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Object(fields) => close_object(fields),
        _ => {}
    }
}

fn close_object(fields: &mut Map<String, Value>) {
    if fields.contains_key("allOf") {
        fields.insert("unevaluatedProperties".into(), json!(false));
        return;
    }
    fields.values_mut().for_each(close);
    if fields.get("type") == Some(&json!("object")) && fields.contains_key("properties") {
        fields.insert("additionalProperties".into(), json!(false));
    }
}
