//! Pages that clients and people on call are sent to are there.

use std::collections::BTreeSet;

use flows::problem::Code;

use super::none;
use crate::repository;

#[test]
fn each_problem_has_its_heading_and_each_heading_its_problem() {
    let page = repository::read("docs/problems.md");
    let headings: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .map(|heading| heading.trim_matches('`'))
        .collect();
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let missing = codes
        .difference(&headings)
        .map(|code| format!("docs/problems.md has no heading `## {code}`"));
    let gone = headings
        .difference(&codes)
        .map(|heading| format!("docs/problems.md explains {heading}, which no client can meet"));
    none(
        &missing.chain(gone).collect::<Vec<_>>(),
        "flows::problem::Code is the catalogue; docs/problems.md says of each what it means and \
         what to do.",
    );
}

#[test]
fn the_readme_names_every_function() {
    let readme = repository::read("README.md");
    let missing = repository::functions()
        .into_iter()
        .filter(|function| !readme.contains(&format!("`{function}`")));
    none(&missing.collect::<Vec<_>>(), "README.md says which function is which.");
}

#[test]
fn pages_name_files_that_are_there() {
    let mut wrong = Vec::new();
    for page in
        ["README.md", "ARCHITECTURE.md", "infra/README.md", "docs/runbook.md", "docs/problems.md"]
    {
        let text = repository::read(page);
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', '#']).next())
            .filter(|link| !link.is_empty() && !link.contains(':'))
        {
            if !repository::root().join(folder).join(link).exists() {
                wrong.push(format!("{page} links to {link}, which is not there"));
            }
        }
    }
    none(&wrong, "Repair the link, or write the page.");
}
