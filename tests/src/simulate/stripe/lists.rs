//! Lists: filters, ranges of `created`, cursors.

use serde_json::{Value, json};

use super::desk::{Answer, Desk};
use super::form::Form;
use super::refusal::Refusal;

/// Parameters every list takes.
const PAGING: [&str; 4] = ["limit", "starting_after", "ending_before", "created"];

/// The newest-first page of `kind` that the form asks for. Each filter is a parameter and the field
/// it must equal, both with dots between their names.
pub fn list(desk: &Desk, form: &Form, kind: &str, url: &str, filters: &[(&str, &str)]) -> Answer {
    list_where(desk, form, kind, url, filters, |_| true)
}

/// As [`list`], of those that `wanted` takes.
pub fn list_where(
    desk: &Desk,
    form: &Form,
    kind: &str,
    url: &str,
    filters: &[(&str, &str)],
    wanted: impl Fn(&Value) -> bool,
) -> Answer {
    let roots = filters.iter().map(|(param, _)| param.split('.').next().unwrap_or(param));
    form.only(&roots.chain(PAGING).collect::<Vec<_>>())?;
    let created = CreatedRange::read(form)?;
    let equal = |object: &Value| {
        filters
            .iter()
            .all(|(param, field)| form.text(param).is_none_or(|text| says(object, field, text)))
    };
    let found: Vec<&Value> = desk
        .all(kind)
        .filter(|object| created.holds(object) && equal(object) && wanted(object))
        .collect();
    page(form, url, &found)
}

/// The field at `path` (names joined by dots).
pub fn field<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(object, |node, name| node.get(name))
}

/// How many a page may hold: 1 to 100, 10 if nothing is said.
pub fn limit(form: &Form) -> Result<usize, Refusal> {
    match form.integer("limit")?.unwrap_or(10) {
        asked @ 1..=100 => Ok(usize::try_from(asked).unwrap_or(100)),
        asked => {
            Err(Refusal::invalid(format!("Invalid integer: {asked} is not between 1 and 100"))
                .param("limit"))
        }
    }
}

fn says(object: &Value, path: &str, text: &str) -> bool {
    match field(object, path) {
        Some(Value::String(value)) => value == text,
        Some(Value::Bool(value)) => value.to_string() == text,
        Some(Value::Number(value)) => value.to_string() == text,
        _ => false,
    }
}

fn page(form: &Form, url: &str, found: &[&Value]) -> Answer {
    let limit = limit(form)?;
    let position = |param: &str| -> Result<Option<usize>, Refusal> {
        let Some(id) = form.text(param) else { return Ok(None) };
        let at = found.iter().position(|object| object["id"] == id);
        at.map(Some).ok_or_else(|| {
            Refusal::invalid(format!("No such object: '{id}'"))
                .code("resource_missing")
                .param(param)
        })
    };
    let first = position("starting_after")?.map_or(0, |at| at + 1);
    let (from, to, more) = match position("ending_before")? {
        Some(end) => (end.saturating_sub(limit), end, end > limit),
        None => (first, found.len().min(first + limit), found.len() > first + limit),
    };
    Ok(json!({ "object": "list", "url": url, "has_more": more, "data": &found[from..to] }))
}

struct CreatedRange(Vec<(&'static str, i64)>);

impl CreatedRange {
    fn read(form: &Form) -> Result<Self, Refusal> {
        let mut bounds = Vec::new();
        for (param, operator) in [
            ("created", "eq"),
            ("created.gte", "gte"),
            ("created.lte", "lte"),
            ("created.gt", "gt"),
            ("created.lt", "lt"),
        ] {
            bounds.extend(form.integer(param)?.map(|bound| (operator, bound)));
        }
        Ok(Self(bounds))
    }

    fn holds(&self, object: &Value) -> bool {
        let created = object["created"].as_i64().unwrap_or_default();
        self.0.iter().all(|(operator, bound)| match *operator {
            "gte" => created >= *bound,
            "lte" => created <= *bound,
            "gt" => created > *bound,
            "lt" => created < *bound,
            _ => created == *bound,
        })
    }
}
