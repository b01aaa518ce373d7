//! Words that must not be written, or only in one place.

use super::{all, none, shipped};
use crate::repository::Source;

/// Names that say nothing.
const EMPTY_NAMES: [&str; 6] = ["utils", "helpers", "common", "manager", "service", "types"];

/// `path:line: text` of each line that holds one of the words.
fn lines_with(files: &[Source], words: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let lines = file
            .text
            .lines()
            .enumerate()
            .filter(|(_, line)| words.iter().any(|word| line.contains(word.as_str())));
        found.extend(
            lines.map(|(number, line)| format!("{}:{}: {}", file.path, number + 1, line.trim())),
        );
    }
    found
}

#[test]
fn files_are_named_after_what_they_hold() {
    let named = all().into_iter().map(|file| file.path);
    let empty = named.filter(|path| path.split(['/', '.']).any(|part| EMPTY_NAMES.contains(&part)));
    none(
        &empty.collect::<Vec<_>>(),
        "Name the file after the noun it holds: architecture's words, not `utils`.",
    );
}

#[test]
fn every_file_is_a_module_of_its_crate() {
    let files = all();
    let declares = |path: &str, name: &str| {
        let parent = files.iter().find(|file| file.path == path);
        parent.is_some_and(|file| file.text.contains(&format!("mod {name};")))
    };
    let is_module = |path: &str| {
        let (folder, name) = path.trim_end_matches(".rs").rsplit_once('/').unwrap_or_default();
        let roots = ["lib.rs", "main.rs"].map(|root| format!("{folder}/{root}"));
        let head = format!("{folder}.rs");
        let is_root = ["lib", "main"].contains(&name) || folder.ends_with("/bin");
        is_root
            || folder.ends_with("/benches")
            || [&roots[0], &roots[1], &head].into_iter().any(|parent| declares(parent, name))
    };
    let dead = files.iter().filter(|file| !is_module(&file.path)).map(|file| file.path.clone());
    none(&dead.collect::<Vec<_>>(), "No `mod` line names the file: its code and tests never run.");
}

/// Enums whose variants are added by new networks, processors and stages.
const GROWING: [&str; 4] = ["IntegrationKind", "AlertNetwork", "ProcessorClient", "NetworkClient"];

#[test]
fn no_code_compares_with_one_variant_of_what_grows() {
    let words = GROWING.map(|name| ["==", "!="].map(|sign| format!("{sign} {name}::")));
    none(
        &lines_with(&shipped(), words.as_flattened()),
        "Give the enum a method with a `match` over all variants: the compiler then names what a \
         new one forgot.",
    );
}

#[test]
fn nothing_is_left_to_do() {
    let words = ["todo", "unimplemented", "dbg"].map(|name| format!("{name}!(")).to_vec();
    none(
        &lines_with(&all(), &words),
        "Do it now, or leave it out and say so in the documentation.",
    );
    none(
        &lines_with(&all(), &[format!("#[{}", "ignore")]),
        "A test that does not run proves nothing: repair it or take it out.",
    );
}

#[test]
fn no_result_is_thrown_away() {
    let words = ["let _ =".to_owned()];
    none(
        &lines_with(&shipped(), &words),
        "A failed write that is ignored is a lost event: return it, or log it and say why that is \
         enough.",
    );
}

#[test]
fn shipped_code_does_not_panic() {
    let words = [".unwrap()", ".expect(", "panic!(", "unreachable!("].map(ToOwned::to_owned);
    none(&lines_with(&shipped(), &words), "Return an error of the crate's own enum.");
}

#[test]
fn one_file_reads_the_environment() {
    let words = ["env::var", "env::vars", "env::var_os"].map(ToOwned::to_owned);
    let files: Vec<Source> =
        shipped().into_iter().filter(|file| file.path != "shared/runtime/src/env.rs").collect();
    none(
        &lines_with(&files, &words),
        "Add a function to shared/runtime/src/env.rs, and the variable to infra/template.yaml.",
    );
}

#[test]
fn one_file_spells_the_keys_of_the_table() {
    let files =
        shipped().into_iter().filter(|file| !file.path.starts_with("shared/store/src/keys"));
    let spelled = files.flat_map(|file| {
        let lines = file.text.lines().enumerate().filter(|(_, line)| spells_a_key(line));
        lines
            .map(|(number, line)| format!("{}:{}: {}", file.path, number + 1, line.trim()))
            .collect::<Vec<_>>()
    });
    none(
        &spelled.collect::<Vec<_>>(),
        "Keys are made by functions of shared/store/src/keys.rs, whose rustdoc is the table of \
         access patterns.",
    );
}

/// A text such as `"CARD#{organisation}"`: capitals, a number sign, a variable.
fn spells_a_key(line: &str) -> bool {
    let code = line.trim_start();
    if code.starts_with("//") {
        return false;
    }
    code.match_indices("#{").any(|(at, _)| {
        code[..at].chars().next_back().is_some_and(|c| c.is_ascii_uppercase() || c == '}')
    })
}

#[test]
fn the_domain_waits_for_nothing_and_has_no_clock() {
    let domain: Vec<Source> =
        shipped().into_iter().filter(|file| file.path.starts_with("shared/domain/")).collect();
    let words = ["async ", ".await", "::now()", "std::fs", "std::net", "tokio", "aws_sdk"]
        .map(ToOwned::to_owned);
    none(&lines_with(&domain, &words), "The domain is pure: what it needs is handed to it.");
}

#[test]
fn queues_have_one_sender() {
    let files: Vec<Source> = shipped()
        .into_iter()
        .filter(|file| !file.path.starts_with("functions/queue-relay/"))
        .collect();
    none(
        &lines_with(&files, &["aws_sdk_sqs".to_owned()]),
        "A write is a send: commit the state that waits for the stage, and queue-relay sends.",
    );
}

/// Reads on which nothing is decided: lists, what a person only looks at, samples.
const GLANCES: [&str; 3] = ["glance_at", "count_of_amount", "sales_of_card"];

#[test]
fn reads_that_decide_are_consistent() {
    let stores = shipped().into_iter().filter(|file| file.path.starts_with("shared/store/src"));
    let mut found = Vec::new();
    for file in stores {
        for function in file.text.split("async fn ").skip(1) {
            let name = function.split(['(', '<']).next().unwrap_or_default();
            // without a plain one that follows
            let function = function.split("fn ").next().unwrap_or_default();
            let reads =
                [".query()", ".between(", ".get_item()"].iter().any(|read| function.contains(read));
            let may_be_old = function.contains("index_name(") || GLANCES.contains(&name);
            if reads && !may_be_old && !function.contains("consistent_read(") {
                found.push(format!("{}: {name}", file.path));
            }
        }
    }
    let lists = [
        "shared/store/src/list.rs",
        "shared/store/src/list/read.rs",
        "shared/store/src/quarantine.rs",
        "shared/store/src/webhook.rs",
    ];
    let others: Vec<Source> = shipped()
        .into_iter()
        .filter(|file| {
            file.path.starts_with("shared/store/src") && !lists.contains(&file.path.as_str())
        })
        .collect();
    let loads = lines_with(&others, &[".load".to_owned()])
        .into_iter()
        .filter(|line| !line.contains(", true)"));
    found.extend(loads);
    none(
        &found,
        "A read that decides must see the write before it: `consistent_read(true)`. The local \
         table does not tell the two apart.",
    );
}
