//! Stripe's form encoding: `a[b]=c`, `a[0][b]=c`, `a[]=c`.

use reqwest::Url;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// The parameters of a call, from its query and its body. Leaves are strings; arrays are objects
/// keyed by position.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form(Value);

impl Form {
    /// Decodes `encoded` texts (a query, a body) into one form.
    pub fn decode(encoded: &[&str]) -> Self {
        let mut root = json!({});
        for text in encoded.iter().filter(|text| !text.is_empty()) {
            let mut url = Url::parse("http://form.invalid/").expect("a constant URL");
            url.set_query(Some(text));
            for (name, value) in url.query_pairs() {
                put(&mut root, &name, &value);
            }
        }
        Self(root)
    }

    /// Refuses parameters that are not among `known`.
    pub fn only(&self, known: &[&str]) -> Result<(), Refusal> {
        let given = self.0.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        match given.into_iter().find(|name| *name != "expand" && !known.contains(name)) {
            None => Ok(()),
            Some(name) => Err(Refusal::invalid(format!("Received unknown parameter: {name}"))
                .code("parameter_unknown")
                .param(name)),
        }
    }

    /// The text at `path` (names joined by dots); an empty one counts as absent.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.at(path)?.as_str().filter(|text| !text.is_empty())
    }

    /// The text at `path`, which must be there.
    pub fn need(&self, path: &str) -> Result<&str, Refusal> {
        let name = bracketed(path);
        self.text(path).ok_or_else(|| {
            Refusal::invalid(format!("Missing required param: {name}."))
                .code("parameter_missing")
                .param(&name)
        })
    }

    /// The whole number at `path`.
    pub fn integer(&self, path: &str) -> Result<Option<i64>, Refusal> {
        let name = bracketed(path);
        let Some(text) = self.text(path) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| {
            Refusal::invalid(format!("Invalid integer: {text}"))
                .code("parameter_invalid_integer")
                .param(&name)
        })
    }

    /// Whether `path` is true.
    pub fn flag(&self, path: &str) -> Result<bool, Refusal> {
        match self.text(path) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(text) => {
                Err(Refusal::invalid(format!("Invalid boolean: {text}")).param(&bracketed(path)))
            }
        }
    }

    /// The text at `path`, or null.
    pub fn or_null(&self, path: &str) -> Value {
        self.text(path).map_or(Value::Null, |text| json!(text))
    }

    /// The members under `path`, empty if there are none.
    pub fn members(&self, path: &str) -> Map<String, Value> {
        self.at(path).and_then(Value::as_object).cloned().unwrap_or_default()
    }

    /// The parameters under `path`, as a form of their own.
    pub fn under(&self, path: &str) -> Form {
        Form(Value::Object(self.members(path)))
    }

    /// All parameters but these.
    pub fn without(&self, names: &[&str]) -> Form {
        let mut members = self.0.as_object().cloned().unwrap_or_default();
        members.retain(|name, _| !names.contains(&name.as_str()));
        Form(Value::Object(members))
    }

    /// The items of the array at `path`, each a form.
    pub fn items(&self, path: &str) -> Vec<Form> {
        let mut items: Vec<_> = self.members(path).into_iter().collect();
        items.sort_by_key(|(position, _)| position.parse::<u32>().unwrap_or(u32::MAX));
        items.into_iter().map(|(_, item)| Form(item)).collect()
    }

    /// The texts of the array at `path`.
    pub fn texts(&self, path: &str) -> Vec<String> {
        self.items(path).into_iter().filter_map(|item| item.0.as_str().map(str::to_owned)).collect()
    }

    /// One text that is the same for the same parameters in any order.
    pub fn canonical(&self) -> String {
        self.0.to_string()
    }

    fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.0, |node, name| node.get(name))
    }
}

/// Changes `object`'s metadata as Stripe does: given keys are set, empty ones removed.
pub fn merge_metadata(object: &mut Value, form: &Form) {
    let Some(metadata) = object["metadata"].as_object_mut() else { return };
    for (name, value) in form.members("metadata") {
        if value == "" {
            metadata.remove(&name);
        } else {
            metadata.insert(name, value);
        }
    }
}

fn bracketed(path: &str) -> String {
    let mut names = path.split('.');
    let first = names.next().unwrap_or_default().to_owned();
    names.fold(first, |text, name| format!("{text}[{name}]"))
}

fn put(root: &mut Value, name: &str, value: &str) {
    let mut node = root;
    for segment in name.split('[').map(|segment| segment.trim_end_matches(']')) {
        if !node.is_object() {
            *node = json!({});
        }
        let members = node.as_object_mut().expect("made an object above");
        let segment =
            if segment.is_empty() { members.len().to_string() } else { segment.to_owned() };
        node = members.entry(segment).or_insert(Value::Null);
    }
    *node = json!(value);
}
