//! What lists cannot give: wrong filters, and cursors that no list gave.

use serde_json::{Value, json};

use super::super::{Desk, order};

#[tokio::test]
async fn lists_refuse_what_they_cannot_give_and_page_without_gaps() {
    let desk = Desk::open().await;
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("offset=-1", "offset"),
        ("status=OPEN", "status"),
        ("sort=amount", "sort"),
        ("cursor=%21", "cursor"),
        ("alert_received_at_gte=yesterday", "alert_received_at_gte"),
        (
            "alert_received_at_gte=2026-02-02T00:00:00Z&alert_received_at_lte=2026-02-01T00:00:00Z",
            "alert_received_at_gte",
        ),
    ] {
        assert_eq!(
            desk.get(&format!("/v1/alerts/?{query}")).await.refusal(),
            (422, "VALIDATION_FAILED", vec![field]),
            "{query}"
        );
    }
    assert_eq!(desk.get("/v1/alerts?offset=10001").await.refusal().1, "OFFSET_TOO_LARGE");
    for name in ["b", "a", "c"] {
        desk.post("/v1/organisations", &json!({"name": name})).await.id();
    }
    let first = desk.get("/v1/organisations?sort=name&limit=2").await;
    let cursor = first.body["next_cursor"].as_str().expect("more");
    let second = desk.get(&format!("/v1/organisations?sort=name&limit=2&cursor={cursor}")).await;
    let names: Vec<&str> = first
        .items()
        .iter()
        .chain(second.items())
        .filter_map(|item| item["name"].as_str())
        .collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!((&second.body["count"], second.body["next_cursor"].is_null()), (&json!(3), true));
}

/// The cursor with each of its letters, in turn, in the other case.
fn with_another_case(cursor: &str) -> Vec<String> {
    let other_case = |letter: char| {
        if letter.is_ascii_lowercase() {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        }
    };
    cursor
        .char_indices()
        .filter(|(_, letter)| letter.is_ascii_alphabetic())
        .map(|(at, letter)| format!("{}{}{}", &cursor[..at], other_case(letter), &cursor[at + 1..]))
        .collect()
}

/// Cursors that no list gave: more or less than the whole cursor, and cursors of other lists.
fn misspell(cursor: &str) -> [String; 13] {
    [
        format!("{cursor}%3D"),
        format!("{cursor}%3D%3D"),
        format!("{cursor}%0A"),
        format!("%20{cursor}"),
        format!("{cursor}{cursor}"),
        format!("{cursor}A"),
        cursor[1..].to_owned(),
        cursor[..cursor.len() - 1].to_owned(),
        cursor.to_uppercase(),
        String::new(),
        "MjAyNi0wMi0xN1QxMDowMDozNi4wMDBa".into(),
        "AAAA_-Aw".into(),
        "AAAA%2F%2BAw".into(),
    ]
}

#[tokio::test]
async fn a_cursor_is_taken_only_as_it_was_given() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let orders: Vec<Value> = (0..3).map(|at| order(&shop, &format!("order-{at}"))).collect();
    assert_eq!(desk.post("/v1/orders", &json!(orders)).await.body["created"], 3);
    for name in ["Bravo", "Charlie"] {
        desk.post("/v1/organisations", &json!({"name": name})).await.id();
    }
    for list in ["/v1/orders", "/v1/organisations"] {
        let first = desk.get(&format!("{list}?limit=1")).await;
        let cursor = first.body["next_cursor"].as_str().expect("more").to_owned();
        assert_eq!(desk.get(&format!("{list}?limit=1&cursor={cursor}")).await.status, 200);
        for other in with_another_case(&cursor).into_iter().chain(misspell(&cursor)) {
            let refused = desk.get(&format!("{list}?limit=1&cursor={other}")).await;
            assert_eq!(
                refused.refusal(),
                (422, "VALIDATION_FAILED", vec!["cursor"]),
                "{list} {cursor} {other}"
            );
            assert_eq!(refused.body["errors"][0]["code"], "UNKNOWN_CURSOR", "{other}");
        }
    }
}
