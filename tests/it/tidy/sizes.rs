//! Small enough to be read at once.

use super::{all, none, shipped, without_tests};

/// A function: where it begins, and its lines from signature to closing brace.
struct Function {
    name: String,
    place: String,
    lines: usize,
}

/// The functions of a formatted source: each ends with a brace as far in as it began.
fn functions(path: &str, text: &str) -> Vec<Function> {
    let lines: Vec<&str> = text.lines().collect();
    let begins =
        lines.iter().enumerate().filter_map(|(number, line)| Some((number, *line, name_of(line)?)));
    let functions = begins.filter_map(|(number, line, name)| {
        let indent = &line[..line.len() - line.trim_start().len()];
        let rest = lines[number..].iter();
        let end = if line.ends_with('}') {
            0
        } else {
            rest.clone().position(|line| *line == format!("{indent}}}"))?
        };
        // A trait's declaration has no body.
        let bare = rest.take(end).any(|line| {
            line.ends_with(';')
                && line.starts_with(indent)
                && !line[indent.len()..].starts_with(' ')
        });
        (!bare).then(|| Function { name, place: format!("{path}:{}", number + 1), lines: end + 1 })
    });
    functions.collect()
}

fn name_of(line: &str) -> Option<String> {
    let words = line.trim_start();
    let (before, rest) = words.split_once("fn ")?;
    let modifiers = ["pub", "pub(crate)", "pub(super)", "const", "async"];
    let is_function = before.split_whitespace().all(|word| modifiers.contains(&word));
    is_function.then(|| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
}

fn every_function() -> Vec<Function> {
    all().iter().flat_map(|file| functions(&file.path, &file.text)).collect()
}

#[test]
fn files_are_at_most_300_lines() {
    let long = all()
        .into_iter()
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > 300);
    none(
        &long.map(|(lines, path)| format!("{path}: {lines} lines")).collect::<Vec<_>>(),
        "Move a part that has a name of its own into a file of that name.",
    );
}

#[test]
fn half_of_the_files_are_at_most_125_lines() {
    let lines = all().iter().map(|file| file.text.lines().count()).collect();
    let median = median(lines);
    assert!(
        median <= 125,
        "half of the files have more than {median} lines, and 125 is the most: split the long ones"
    );
}

#[test]
fn functions_are_at_most_40_lines() {
    let long = every_function().into_iter().filter(|function| function.lines > 40);
    none(
        &long
            .map(|one| format!("{} {}: {} lines", one.place, one.name, one.lines))
            .collect::<Vec<_>>(),
        "Give a part of it a name and make it a function.",
    );
}

#[test]
fn half_of_the_functions_are_at_most_10_lines() {
    let median = median(every_function().iter().map(|function| function.lines).collect());
    assert!(
        median <= 10,
        "half of the functions have more than {median} lines, and 10 is the most"
    );
}

#[test]
fn a_handler_is_seen_at_one_glance() {
    let handlers = shipped()
        .into_iter()
        .filter(|file| file.path.starts_with("functions/") && file.path.ends_with("/lib.rs"));
    let handlers = handlers
        .flat_map(|file| functions(&file.path, &file.text))
        .filter(|function| function.name == "handle" && function.lines > 25);
    none(
        &handlers.map(|one| format!("{}: {} lines", one.place, one.lines)).collect::<Vec<_>>(),
        "due, read, decide, commit: choices belong into domain, the rest into functions with \
         names. At most 25 lines.",
    );
}

#[test]
fn a_main_only_starts() {
    let mains = shipped().into_iter().filter(|file| file.path.ends_with("/main.rs"));
    let long = mains
        .map(|file| (without_tests(&file.text).lines().count(), file.path))
        .filter(|(lines, _)| *lines > 15);
    none(
        &long.map(|(lines, path)| format!("{path}: {lines} lines")).collect::<Vec<_>>(),
        "main.rs asks for what the function may touch and starts the shell: at most 15 lines.",
    );
}

fn median(mut numbers: Vec<usize>) -> usize {
    numbers.sort_unstable();
    numbers[numbers.len() / 2]
}
