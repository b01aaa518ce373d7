//! How long every kind of item is kept: the table at the head of `shared/store/src/keys.rs`,
//! against all that a run writes.

mod run;

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use tests::world::{Settings, TABLE};

use crate::repository;

/// A row of the table: what is kept, under which keys, for how long.
#[derive(Debug)]
struct Row {
    what: String,
    keys: Vec<String>,
    sorts: Vec<String>,
    kept: Kept,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kept {
    Always,
    Seconds(i64),
    /// Only once something has happened to it.
    Once(i64),
    /// As long as it says itself.
    Own,
}

/// What is in backticks.
fn words(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect()
}

/// `WHO#org#hash` begins with `WHO#`, `alrt_…` with `alrt_`; `CONNECTIONS` is the whole key.
fn begins(pattern: &str) -> &str {
    let ends = [pattern.find('#').map(|at| at + 1), pattern.find('…')];
    &pattern[..ends.into_iter().flatten().min().unwrap_or(pattern.len())]
}

fn kept(cell: &str) -> Kept {
    let Some((_, rest)) = cell.split_once("kept ") else { return Kept::Always };
    if rest.starts_with("until") {
        return Kept::Own;
    }
    let mut rest = rest.split([' ', ';']);
    let count: i64 = rest
        .next()
        .and_then(|count| count.parse().ok())
        .unwrap_or_else(|| panic!("how long is `{cell}`?"));
    let unit = match rest.next() {
        Some("days") => 86_400,
        Some("hours") => 3_600,
        Some("minutes") => 60,
        unit => panic!("{unit:?} in `{cell}`"),
    };
    if rest.next() == Some("once") { Kept::Once(count * unit) } else { Kept::Seconds(count * unit) }
}

fn rows() -> Vec<Row> {
    let head = repository::read("shared/store/src/keys.rs");
    let lines = head
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .filter_map(|line| line.strip_prefix("//! | "));
    let rows = lines.filter(|line| !line.starts_with("what |")).map(|line| {
        let cells: Vec<&str> = line.split(" | ").collect();
        Row {
            what: cells[0].into(),
            keys: words(cells[1]),
            sorts: words(cells[2]),
            kept: kept(cells[3]),
        }
    });
    // A second line about one kind says only where else it is listed.
    rows.filter(|row| !row.what.starts_with("enrolment that is PENDING")).collect()
}

impl Row {
    fn holds(&self, pk: &str, sk: &str) -> bool {
        let here = |pattern: &String| {
            if pattern.contains(['#', '…']) {
                pk.starts_with(begins(pattern))
            } else {
                pk == pattern
            }
        };
        let sort = |pattern: &String| match pattern.as_str() {
            "A#day#id" | "A#id" => sk.starts_with("A#"), // which of the two its partition tells
            "S#day#…" | "S#…" => sk.starts_with("S#"),
            pattern if pattern.contains(['#', '…']) => sk.contains(begins(pattern)),
            pattern => sk == pattern,
        };
        (self.keys.is_empty() || self.keys.iter().any(here))
            && (self.sorts.is_empty() || self.sorts.iter().any(sort))
    }
}

/// What is wrong with an item, and the row that it is of.
fn looked_at<'a>(
    rows: &'a [Row],
    item: &HashMap<String, AttributeValue>,
    run: (Timestamp, Timestamp),
) -> Result<&'a str, String> {
    let text = |name: &str| item[name].as_s().cloned().expect("text");
    let (pk, sk) = (text("pk"), text("sk"));
    let row = rows
        .iter()
        .find(|row| row.holds(&pk, &sk))
        .ok_or_else(|| format!("{pk} {sk} is in no row"))?;
    let expires = item
        .get("expires")
        .map(|at| at.as_n().expect("a number").parse::<i64>().expect("whole seconds"));
    let within = |seconds: i64| {
        let written = expires.map(|at| at - seconds);
        // a minute's count begins with it
        written.is_some_and(|at| (run.0.as_second() - 60..=run.1.as_second()).contains(&at))
    };
    let fits = match row.kept {
        Kept::Always => expires.is_none(),
        Kept::Seconds(seconds) => within(seconds),
        Kept::Once(seconds) => expires.is_none() || within(seconds),
        Kept::Own => true,
    };
    if fits {
        Ok(&row.what)
    } else {
        Err(format!("{pk} {sk} ({}) expires {expires:?}, not {:?}", row.what, row.kept))
    }
}

#[tokio::test]
async fn each_kind_of_item_is_kept_as_the_table_of_keys_says() {
    let (rows, start) = (rows(), Settings::default().clock.now());
    assert!(rows.len() > 25, "{rows:?}");
    let world = run::write_all().await;
    let (mut met, mut wrong, mut expiring) = (BTreeSet::new(), Vec::new(), 0);
    let mut pages = world.aws.dynamodb().scan().table_name(TABLE).into_paginator().items().send();
    while let Some(item) = pages.next().await {
        let item = item.expect("an item");
        expiring += usize::from(
            item.contains_key("expires") && item["sk"] == AttributeValue::S("ISSUED".into()),
        );
        match looked_at(&rows, &item, (start, world.clock.now())) {
            Ok(what) => drop(met.insert(what.to_owned())),
            Err(why) => wrong.push(why),
        }
    }
    assert!(
        wrong.is_empty(),
        "\n{}\nSet `expires` as the head of shared/store/src/keys.rs says, or correct that.",
        wrong.join("\n")
    );
    assert_eq!(expiring, 1, "the revoked key, and no other");
    let missed: Vec<&str> =
        rows.iter().map(|row| row.what.as_str()).filter(|what| !met.contains(*what)).collect();
    assert_eq!(
        missed,
        Vec::<&str>::new(),
        "the run must write one of each kind, so that its time is seen"
    );
}
