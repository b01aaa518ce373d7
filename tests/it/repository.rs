//! The repository's files, for tests that read them.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file, by its path from the root.
pub struct Source {
    pub path: String,
    pub text: String,
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ is in the workspace")
}

/// The text of a file that must be there.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path))
        .unwrap_or_else(|error| panic!("{path} must be there: {error}"))
}

/// The folders of functions/, in order.
pub fn functions() -> Vec<String> {
    let mut names: Vec<String> =
        entries(&root().join("functions")).iter().map(|folder| name_of(folder)).collect();
    names.sort();
    names
}

/// Every Rust file below these folders, in order.
pub fn rust_files(folders: &[&str]) -> Vec<Source> {
    let mut paths = Vec::new();
    for folder in folders {
        walk(&root().join(folder), &mut paths);
    }
    paths.sort();
    paths.iter().map(|path| source(path)).collect()
}

fn source(path: &Path) -> Source {
    let relative = path.strip_prefix(root()).expect("below the root").display().to_string();
    Source { text: read(&relative), path: relative }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{} must be a folder: {error}", folder.display()));
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

/// The last part of a path.
fn name_of(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}
