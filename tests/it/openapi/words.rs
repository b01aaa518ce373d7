//! What the words of the API mean: what the code says beside the variants of an enum, under the
//! schema that lists them.

use std::fmt::Write;

use serde_json::Value;

use crate::repository;

/// An enum as it is written down: its name in the document, and its variants with what is said of
/// each.
struct Told {
    name: String,
    variants: Vec<(String, String)>,
}

/// Lays the meanings of words over the schemas that list them.
pub fn lay_over(schemas: &mut Value) {
    let told: Vec<Told> = repository::rust_files(&["functions", "shared"])
        .iter()
        .flat_map(|source| enums(&source.text))
        .collect();
    for (name, schema) in schemas.as_object_mut().expect("schemas") {
        let words: Vec<String> = schema["enum"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|word| word.as_str().expect("a word").to_owned())
            .collect();
        let fits = |one: &&Told| {
            one.name == *name
                && words.iter().all(|word| one.variants.iter().any(|(own, _)| *own == plain(word)))
        };
        let Some(told) = told.iter().find(fits).filter(|_| !words.is_empty()) else { continue };
        let mut text = schema["description"].as_str().unwrap_or_default().to_owned();
        for word in &words {
            let said =
                told.variants.iter().find(|(own, said)| *own == plain(word) && !said.is_empty());
            if let Some((_, said)) = said {
                write!(text, "\n- `{word}`: {said}").expect("text");
            }
        }
        schema["description"] = Value::String(text.replacen("\n-", "\n\n-", 1));
    }
}

/// A word, however it is written.
fn plain(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

fn enums(text: &str) -> Vec<Told> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = lines.iter().enumerate().filter_map(|(at, line)| {
        Some((at, line.split_once("enum ").filter(|_| line.ends_with('{'))?.1))
    });
    begins.map(|(at, rest)| one(&lines, at, rest.trim_end_matches(['{', ' ']))).collect()
}

fn one(lines: &[&str], at: usize, name: &str) -> Told {
    let mut attributes = lines[..at]
        .iter()
        .rev()
        .take_while(|line| line.starts_with("#[") || line.starts_with("///"));
    let given = attributes.find_map(|line| {
        Some(line.split_once("schema(as = ")?.1.split(')').next()?.trim().to_owned())
    });
    let (mut variants, mut said) = (Vec::new(), String::new());
    for line in lines[at + 1..].iter().map(|line| line.trim()).take_while(|line| *line != "}") {
        if let Some(words) = line.strip_prefix("/// ") {
            write!(said, "{}{words}", if said.is_empty() { "" } else { " " }).expect("text");
        } else if line.starts_with(|letter: char| letter.is_ascii_uppercase()) {
            let word: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
            variants.push((plain(&word), std::mem::take(&mut said)));
        }
    }
    Told { name: given.unwrap_or_else(|| name.to_owned()), variants }
}
