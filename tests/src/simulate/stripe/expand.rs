//! `expand[]`: ids in an answer replaced by their objects.

use serde_json::Value;

use super::desk::Desk;

/// Expands each path (names joined by dots) of `answer`. What is absent or null stays as it is.
pub fn expand(desk: &Desk, mut answer: Value, paths: &[String]) -> Value {
    for path in paths {
        let names: Vec<&str> = path.split('.').collect();
        walk(desk, &mut answer, &names);
    }
    answer
}

fn walk(desk: &Desk, node: &mut Value, names: &[&str]) {
    if let Value::Array(items) = node {
        for item in items {
            walk(desk, item, names);
        }
        return;
    }
    if let Some(object) =
        node.as_str().and_then(|id| desk.memory.get(id)).filter(|kept| kept.account == desk.account)
    {
        *node = object.value.clone();
    }
    if let Some((name, rest)) = names.split_first()
        && let Some(next) = node.get_mut(*name)
    {
        walk(desk, next, rest);
    }
}
