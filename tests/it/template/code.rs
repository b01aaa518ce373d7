//! What the code asks for, read from the sources: variables of the environment, and calls of the
//! table.

use std::collections::{BTreeMap, BTreeSet};

use crate::repository::{self, rust_files};

/// The operations of a `DynamoDB` client and the permission each needs.
const OPERATIONS: [(&str, &str); 8] = [
    ("get_item", "GetItem"),
    ("batch_get_item", "BatchGetItem"),
    ("put_item", "PutItem"),
    ("batch_write_item", "BatchWriteItem"),
    ("update_item", "UpdateItem"),
    ("delete_item", "DeleteItem"),
    ("query", "Query"),
    ("scan", "Scan"),
];

/// The indexes, by the constant that names each in the code.
const INDEXES: [(&str, &str); 2] =
    [("LIST_INDEX", store::keys::LIST_INDEX), ("DUE_INDEX", store::keys::DUE_INDEX)];

/// Functions by name, each with its body; the bodies of functions of one name together.
type Bodies = BTreeMap<String, String>;

/// The sources that permissions and variables follow from.
pub struct Code {
    store: Bodies,
    runtime: Bodies,
    /// The readers of the environment, and the functions that open what a function works with.
    environment: Bodies,
    setup: Bodies,
    /// The functions of the shell and the flows that other crates can call.
    offered: BTreeSet<String>,
}

impl Code {
    /// Reads the shared crates.
    pub fn read() -> Self {
        let runtime = rust_files(&["shared/runtime/src", "shared/flows/src"])
            .into_iter()
            .map(|file| file.text)
            .collect::<Vec<_>>()
            .join("\n");
        let offered = runtime
            .lines()
            .filter(|line| line.trim_start().starts_with("pub "))
            .filter_map(name_in)
            .collect();
        let environment = bodies(&repository::read("shared/runtime/src/env.rs"));
        let setup = bodies(&repository::read("shared/flows/src/setup.rs"));
        Self {
            store: bodies(&text_of("shared/store/src")),
            runtime: bodies(&runtime),
            environment,
            setup,
            offered,
        }
    }

    /// The variables that a function of this source reads.
    pub fn variables(&self, source: &str) -> BTreeSet<String> {
        let (mut found, mut texts) = (BTreeSet::new(), vec![squeezed(source)]);
        while let Some(text) = texts.pop() {
            texts.extend(
                calls(&text, "open_")
                    .filter_map(|what| self.setup.get(&format!("open_{what}")).cloned()),
            );
            let read = calls(&text, "env::").filter_map(|name| self.environment.get(&name));
            found.extend(read.flat_map(|body| {
                body.split('"').filter(|word| is_variable(word)).map(ToOwned::to_owned)
            }));
        }
        found
    }

    /// The permissions on the table that a function of this source needs.
    pub fn table_permissions(&self, source: &str) -> BTreeSet<String> {
        let (mut needed, mut seen, mut texts) =
            (BTreeSet::new(), BTreeSet::new(), vec![(squeezed(source), true)]);
        while let Some((text, outside)) = texts.pop() {
            needed.extend(operations(&text));
            let methods = calls(&text, "store.").chain(calls(&text, "self."));
            let called = methods.filter_map(|name| self.store.get_key_value(&name));
            let callable =
                self.runtime.iter().filter(|(name, _)| !outside || self.offered.contains(*name));
            let handed = callable.filter(|(name, _)| hands_over_store(&text, name));
            // What a struct of the runtime does with the store that it was given.
            let own = calls(&text, "self.").chain(calls(&text, "reports.")).filter(|_| !outside);
            let own = own.filter_map(|name| self.runtime.get_key_value(&name));
            // What is called on a value of the flows that was made with the store.
            let keeps_store = handed.clone().any(|(_, body)| body.contains("Self{store"));
            let kept = calls(&text, ".").filter(|name| keeps_store && self.offered.contains(name));
            let kept = kept.filter_map(|name| self.runtime.get_key_value(&name));
            for (name, body) in called.chain(handed).chain(own).chain(kept) {
                if seen.insert(name.clone()) {
                    texts.push((body.clone(), false));
                }
            }
        }
        needed
    }
}

/// The whole source of a function, without its tests.
pub fn source_of(function: &str) -> String {
    text_of(&format!("functions/{function}/src"))
}

/// The source on one line without blanks, so that a call is found however it is broken into lines.
pub fn squeezed(source: &str) -> String {
    source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.chars().filter(|c| !c.is_whitespace()))
        .collect()
}

fn text_of(folder: &str) -> String {
    rust_files(&[folder]).into_iter().map(|file| file.text).collect::<Vec<_>>().join("\n")
}

/// Each function of a formatted source, up to the brace that closes it.
fn bodies(source: &str) -> Bodies {
    let mut found = Bodies::new();
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let Some((_, rest)) = line
            .split_once("fn ")
            .filter(|(before, _)| !before.contains("//") && !before.contains('"'))
        else {
            continue;
        };
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
        let body: Vec<&str> = if line.ends_with('}') {
            vec![line]
        } else {
            lines.by_ref().take_while(|line| *line != end).collect()
        };
        found.entry(name).or_default().push_str(&squeezed(&body.join("\n")));
    }
    found
}

/// The name of the function that begins on this line.
fn name_in(line: &str) -> Option<String> {
    let (_, rest) = line
        .split_once("fn ")
        .filter(|(before, _)| !before.contains("//") && !before.contains('"'))?;
    Some(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
}

/// The names called right after `receiver`.
fn calls<'a>(text: &'a str, receiver: &'a str) -> impl Iterator<Item = String> + 'a {
    text.match_indices(receiver).filter_map(move |(at, _)| {
        let rest = &text[at + receiver.len()..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let after = &rest[name.len()..];
        (after.starts_with('(') || after.starts_with("::<")).then_some(name)
    })
}

/// Whether this text calls a function of the flows and gives it the store.
fn hands_over_store(text: &str, name: &str) -> bool {
    let call = format!("{name}(");
    text.match_indices(&call).any(|(at, _)| {
        let first = text[at + call.len()..].split([',', ')']).next().unwrap_or_default();
        first.ends_with("store")
    })
}

fn operations(text: &str) -> BTreeSet<String> {
    let index = INDEXES.iter().find(|(constant, _)| {
        text.contains(&format!("index_name({constant}"))
            || text.contains(&format!("index_name(keys::{constant}"))
    });
    let place = index.map_or("Table".to_owned(), |(_, name)| format!("Table/index/{name}"));
    let asked =
        OPERATIONS.iter().filter(|(method, _)| text.contains(&format!("client.{method}()")));
    asked
        .map(|(method, action)| {
            format!("dynamodb:{action} on {}", if *method == "query" { &place } else { "Table" })
        })
        .collect()
}

fn is_variable(word: &str) -> bool {
    word.len() > 2
        && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        && word.contains('_')
        && word != "BASIC_ONLY"
}
