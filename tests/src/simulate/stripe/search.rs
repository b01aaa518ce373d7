//! The search API: a query of clauses joined by AND, over objects that are old enough to be
//! indexed.

use serde_json::{Value, json};

use super::desk::{Answer, Desk};
use super::form::Form;
use super::lists::{field, limit};
use super::refusal::Refusal;

/// The page of `kind` that `query` finds. `fields` are those that may be asked; `metadata` always
/// may.
pub fn search(desk: &Desk, form: &Form, kind: &str, url: &str, fields: &[&str]) -> Answer {
    form.only(&["query", "limit", "page"])?;
    if !desk.memory.knobs.search_enabled {
        return Err(Refusal::invalid("The search API is not available to this account."));
    }
    let clauses = parse(form.need("query")?, fields)?;
    let indexed = desk.now - desk.memory.knobs.search_lag_seconds;
    let old_enough = |object: &&Value| object["created"].as_i64().unwrap_or_default() <= indexed;
    let found: Vec<&Value> = desk
        .all(kind)
        .filter(old_enough)
        .filter(|object| clauses.iter().all(|clause| clause.holds(object)))
        .collect();
    let limit = limit(form)?;
    let first = usize::try_from(form.integer("page")?.unwrap_or(0)).unwrap_or(0).min(found.len());
    let end = found.len().min(first + limit);
    let next_page = (end < found.len()).then(|| end.to_string());
    Ok(json!({
        "object": "search_result", "url": url, "has_more": next_page.is_some(),
        "next_page": next_page, "data": &found[first..end],
    }))
}

struct Clause {
    negated: bool,
    field: String,
    operator: &'static str,
    value: String,
}

impl Clause {
    fn holds(&self, object: &Value) -> bool {
        let found = field(object, &self.field);
        let equal = match found {
            None | Some(Value::Null) => self.operator == ":" && self.value == "null",
            Some(Value::String(text)) if self.operator == "~" => text.contains(&self.value),
            Some(Value::String(text)) => text.eq_ignore_ascii_case(&self.value),
            Some(Value::Number(number)) => self.compares(number.as_i64().unwrap_or_default()),
            Some(Value::Bool(flag)) => self.value.parse() == Ok(*flag),
            Some(_) => false,
        };
        equal != self.negated
    }

    fn compares(&self, number: i64) -> bool {
        let Ok(bound) = self.value.parse() else { return false };
        match self.operator {
            ">=" => number >= bound,
            "<=" => number <= bound,
            ">" => number > bound,
            "<" => number < bound,
            _ => number == bound,
        }
    }
}

fn parse(query: &str, fields: &[&str]) -> Result<Vec<Clause>, Refusal> {
    let words: Vec<String> =
        words(query).into_iter().filter(|word| !word.eq_ignore_ascii_case("and")).collect();
    if words.is_empty() || words.iter().any(|word| word.eq_ignore_ascii_case("or")) {
        return Err(malformed(query));
    }
    words.iter().map(|word| clause(word, fields).ok_or_else(|| malformed(query))).collect()
}

fn clause(word: &str, fields: &[&str]) -> Option<Clause> {
    let (negated, word) = word.strip_prefix('-').map_or((false, word), |rest| (true, rest));
    let (at, operator) = [">=", "<=", ":", ">", "<", "~"]
        .into_iter()
        .filter_map(|operator| word.find(operator).map(|at| (at, operator)))
        .min_by_key(|(at, operator)| (*at, std::cmp::Reverse(operator.len())))?;
    let name =
        word[..at].replace("[\"", ".").replace("[\'", ".").replace("\"]", "").replace("\']", "");
    let known = fields.contains(&name.as_str()) || name.starts_with("metadata.");
    let value = word[at + operator.len()..].trim_matches(['"', '\'']).to_owned();
    known.then_some(Clause { negated, field: name, operator, value })
}

/// The query's words; a quoted text may hold spaces.
fn words(query: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = None;
    for letter in query.chars() {
        match quoted {
            Some(quote) if letter == quote => quoted = None,
            None if matches!(letter, '"' | '\'') => quoted = Some(letter),
            None if letter.is_whitespace() => {
                words.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn malformed(query: &str) -> Refusal {
    Refusal::invalid(format!("We were unable to parse your search query `{query}`.")).param("query")
}
