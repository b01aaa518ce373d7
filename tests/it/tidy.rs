//! What nobody should have to remember: layers, sizes, words and pages. A failure says what to do
//! instead.

mod layers;
mod pages;
mod sizes;
mod words;

use crate::repository::{Source, rust_files};

/// Every Rust file of ours.
fn all() -> Vec<Source> {
    rust_files(&["shared", "functions", "tests"])
}

/// Every Rust file that is deployed, without the tests beside it.
fn shipped() -> Vec<Source> {
    let files = rust_files(&["shared", "functions"]).into_iter();
    files
        .filter(|file| !file.path.contains("/tests"))
        .map(|file| Source { text: without_tests(&file.text), path: file.path })
        .collect()
}

/// A source up to its own tests.
fn without_tests(text: &str) -> String {
    text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
}

/// Fails with all that is wrong, one line each, and what to do about it.
fn none(wrong: &[String], instead: &str) {
    assert!(wrong.is_empty(), "\n{}\n\n{instead}\n", wrong.join("\n"));
}
