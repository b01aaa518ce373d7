//! The template as CloudFormation sees it: short intrinsic functions written out, loops unrolled.

use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;

use crate::repository;

/// The template, ready to be asked.
pub struct Template(Value);

impl Template {
    /// Reads `infra/template.yaml`.
    pub fn read() -> Self {
        let yaml: Yaml = serde_yaml_ng::from_str(&repository::read("infra/template.yaml"))
            .expect("infra/template.yaml is YAML");
        let mut template = long(yaml);
        template["Resources"] = unrolled(&template["Resources"]);
        Self(template)
    }

    /// A top-level section.
    pub fn section(&self, name: &str) -> &Value {
        &self.0[name]
    }

    /// The resources of a type, by logical id.
    pub fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a String, &'a Value)> {
        let resources = self.0["Resources"].as_object().expect("resources");
        resources
            .iter()
            .filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(name, resource)| (name, &resource["Properties"]))
    }

    /// A resource that must be there.
    pub fn resource(&self, name: &str) -> &Value {
        let resource = &self.0["Resources"][name];
        assert!(resource.is_object(), "infra/template.yaml needs a resource {name}");
        resource
    }

    /// The properties of a resource that must be there.
    pub fn properties(&self, name: &str) -> &Value {
        &self.resource(name)["Properties"]
    }

    /// A number, looked up in the mappings where it is an `Fn::FindInMap`.
    pub fn number(&self, value: &Value) -> u64 {
        let found = match value["Fn::FindInMap"].as_array() {
            Some(path) => &self.0["Mappings"][text(&path[0])][text(&path[1])][text(&path[2])],
            None => value,
        };
        found.as_u64().unwrap_or_else(|| panic!("{value} must be a number in infra/template.yaml"))
    }

    /// The text of an `Fn::Sub` whose variables are looked up in the mappings.
    pub fn sub(&self, value: &Value) -> String {
        let Some(parts) = value["Fn::Sub"].as_array() else {
            return text(value["Fn::Sub"].as_str().map_or(value, |_| &value["Fn::Sub"]));
        };
        let mut said = text(&parts[0]);
        for (name, path) in parts[1].as_object().expect("variables") {
            let path = path["Fn::FindInMap"].as_array().expect("a look-up");
            said = said.replace(
                &format!("${{{name}}}"),
                &text(&self.0["Mappings"][text(&path[0])][text(&path[1])][text(&path[2])]),
            );
        }
        said
    }
}

/// The logical id that a `Ref` or `Fn::GetAtt` names.
pub fn target(value: &Value) -> Option<String> {
    let named = if value["Ref"].is_null() { value["Fn::GetAtt"].get(0)? } else { &value["Ref"] };
    Some(text(if named["Fn::Sub"].is_null() { named } else { &named["Fn::Sub"] }))
}

/// A list, also where one thing stands for a list of one.
pub fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |many| many.iter().collect())
}

/// The text of a string, number or look-up key.
pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}

/// Tags written out: `!Ref X` is `{"Ref": "X"}`.
fn long(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Tagged(tagged) => {
            let name = tagged.tag.to_string();
            let (name, inner) = (name.trim_start_matches('!'), long(tagged.value));
            match (name, inner.as_str().and_then(|path| path.split_once('.'))) {
                ("Ref" | "Condition", _) => json!({ name: inner }),
                ("GetAtt", Some((resource, attribute))) => {
                    json!({ "Fn::GetAtt": [resource, attribute] })
                }
                _ => json!({ format!("Fn::{name}"): inner }),
            }
        }
        Yaml::Mapping(fields) => {
            fields.into_iter().map(|(name, value)| (text(&long(name)), long(value))).collect()
        }
        Yaml::Sequence(items) => items.into_iter().map(long).collect(),
        plain => serde_json::to_value(plain).expect("plain YAML is JSON"),
    }
}

/// Each `Fn::ForEach` replaced by what it makes.
fn unrolled(resources: &Value) -> Value {
    let mut made = Map::new();
    for (name, resource) in resources.as_object().expect("a map of resources") {
        if !name.starts_with("Fn::ForEach::") {
            made.insert(name.clone(), resource.clone());
            continue;
        }
        for item in list(&resource[1]) {
            let bound = bound(&resource[2], &text(&resource[0]), &text(item));
            made.extend(bound.as_object().expect("a map of resources").clone());
        }
    }
    Value::Object(made)
}

/// A loop's fragment for one item.
fn bound(fragment: &Value, name: &str, item: &str) -> Value {
    match fragment {
        Value::String(text) => Value::String(text.replace(&format!("${{{name}}}"), item)),
        Value::Array(items) => items.iter().map(|one| bound(one, name, item)).collect(),
        Value::Object(fields)
            if fields.len() == 1 && fields.get("Ref").is_some_and(|named| named == name) =>
        {
            json!(item)
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| {
                (key.replace(&format!("${{{name}}}"), item), bound(value, name, item))
            })
            .collect(),
        plain => plain.clone(),
    }
}
