//! Who may import whom: domain, then store, partners, views and runtime side by side, then flows,
//! then functions, then tests.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

use super::none;
use crate::repository;

/// A package, its kind of folder, and what it depends on directly.
struct Package {
    folder: String,
    dependencies: Vec<String>,
}

fn packages() -> BTreeMap<String, Package> {
    let mut cargo = Command::new(env!("CARGO"));
    let output = cargo
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(repository::root())
        .output();
    let metadata: Value = serde_json::from_slice(&output.expect("cargo metadata").stdout)
        .expect("cargo metadata answers in JSON");
    let packages = metadata["packages"].as_array().expect("packages").iter().map(|package| {
        let manifest = package["manifest_path"].as_str().expect("a path");
        let relative =
            manifest.strip_prefix(&*repository::root().display().to_string()).unwrap_or(manifest);
        let folder = relative.trim_matches('/').split('/').next().unwrap_or_default().to_owned();
        let dependencies = package["dependencies"]
            .as_array()
            .expect("dependencies")
            .iter()
            .filter(|one| one["kind"].is_null());
        // What is optional derives schemas for the API's document; no other function asks for it.
        let dependencies = dependencies.filter(|one| one["optional"] == false);
        let dependencies =
            dependencies.map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect();
        (package["name"].as_str().unwrap_or_default().to_owned(), Package { folder, dependencies })
    });
    packages.collect()
}

/// What a package of ours may import of ours.
fn allowed(name: &str, folder: &str) -> &'static [&'static str] {
    match (folder, name) {
        ("functions", _) => &["domain", "store", "partners", "views", "runtime", "flows"],
        ("shared", "store" | "partners" | "views" | "runtime") | ("tests", "matching-bench") => {
            &["domain"]
        }
        ("shared", "flows") => &["domain", "store", "partners", "views", "runtime"],
        _ => &[],
    }
}

#[test]
fn imports_go_one_way() {
    let packages = packages();
    let mut wrong = Vec::new();
    for (name, package) in packages.iter().filter(|(name, _)| *name != "tests") {
        let allowed = allowed(name, &package.folder);
        let ours = package.dependencies.iter().filter(|one| packages.contains_key(*one));
        wrong.extend(
            ours.filter(|one| !allowed.contains(&one.as_str()))
                .map(|one| format!("{name} imports {one}")),
        );
    }
    none(
        &wrong,
        "domain imports nothing of ours; store, partners, views and runtime only domain; flows \
         those; functions only shared crates.\n\
         Move what both need down into the lowest crate that may hold it.",
    );
}

#[test]
fn dependencies_are_few() {
    let packages = packages();
    let most = |name: &str, folder: &str| match (folder, name) {
        ("shared", "domain") => 6,
        ("functions", "partner-api") => usize::MAX, // a whole HTTP API
        ("functions", _) => 11,
        _ => usize::MAX,
    };
    let direct = packages
        .iter()
        .map(|(name, package)| (name, package.dependencies.len(), most(name, &package.folder)));
    let wrong: Vec<String> = direct
        .filter(|(_, count, most)| count > most)
        .map(|(name, count, most)| format!("{name}: {count} direct dependencies, at most {most}"))
        .collect();
    none(&wrong, "Use what the shared crates give, or let one of them do the work.");
}

#[test]
fn arbitrary_precision_stays_off() {
    let manifests: Vec<String> =
        packages().values().map(|package| package.folder.clone()).collect();
    assert!(!manifests.is_empty());
    let root = repository::read("Cargo.toml");
    assert!(
        !root.contains("arbitrary_precision"),
        "serde_json's arbitrary_precision breaks tagged enums in the whole build; use RawValue"
    );
}
