//! The partner API: bodies, files, forms.

use axum::extract::Request;
use serde_json::{Value, json};
use tests::world::canary::holds;

use super::{House, encoded, places_of_texts, with};
use crate::mails::{path_in, visit};

/// The JSON bodies that the document has as examples, each with its method and path.
fn documented_bodies() -> Vec<(String, String, Value)> {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json"))
            .expect("the document");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let mut bodies = Vec::new();
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            match example {
                Value::Null => {}
                // Of a batch, one item.
                Value::Array(items) => {
                    bodies.push((method.clone(), path.clone(), json!([items[0]])));
                }
                other => bodies.push((method.clone(), path.clone(), other.clone())),
            }
        }
    }
    bodies
}

/// An example's ids as those of the house, by the fields' names.
fn at_home(house: &House, name: &str, value: &Value) -> Value {
    let shop = &house.shop;
    let own = match name.trim_end_matches('s') {
        "organisation_id" => Some(&shop.organisation),
        "merchant_id" => Some(&shop.merchant),
        "integration_id" => Some(&shop.orders),
        "enrolment_id" => Some(&shop.enrolment),
        _ => None,
    };
    match (value, own) {
        (Value::Array(items), _) => items.iter().map(|item| at_home(house, name, item)).collect(),
        (Value::Object(fields), _) => {
            fields.iter().map(|(name, field)| (name.clone(), at_home(house, name, field))).collect()
        }
        (Value::String(_), Some(own)) => json!(own),
        _ => value.clone(),
    }
}

/// A route's path with the ids of things that are there.
async fn path_at_home(house: &House, path: &str) -> String {
    let collection = path.split("/{id}").next().unwrap_or_default();
    let (_, list) = house.send(Request::get(collection), "").await;
    let id = match collection {
        "/v1/integrations" => house.shop.orders.clone(),
        _ => list["items"][0]["id"].as_str().unwrap_or("nobody").to_owned(),
    };
    let rule = list["items"][0]["rules"][0]["id"].as_str().unwrap_or("nobody");
    path.replace("{id}", &id).replace("{rule_id}", rule).replace("{refund_id}", "refund-1")
}

#[tokio::test]
async fn no_field_of_a_body_takes_a_card_number() {
    let house = House::open().await;
    house.shop.push(&[house.shop.alert("THERE")]).await;
    house.shop.world.settle().await;
    let mut sent = 0;
    for (method, path, example) in documented_bodies() {
        let example = at_home(&house, "", &example);
        let at = path_at_home(&house, &path).await;
        let mut bodies: Vec<Value> = places_of_texts(&example, "")
            .iter()
            .map(|place| with(&example, place, house.next_spelling()))
            .collect();
        if example.is_object() {
            let beside = |name: &str, value: &str| {
                let mut body = example.clone();
                body[name] = value.into();
                body
            };
            bodies.push(beside("unheard_of", house.next_spelling()));
            bodies.push(beside(house.next_spelling(), "a field's name"));
        }
        for body in bodies {
            let request = Request::builder()
                .method(method.to_uppercase().as_str())
                .uri(&at)
                .header("content-type", "application/json");
            let (status, answer) = house.send(request, body.to_string()).await;
            let is_refused =
                (400..500).contains(&status) || (answer["created"] == 0 && answer["failed"] == 1);
            assert!(is_refused, "{method} {path} {status} {body}: {answer}");
            sent += 1;
        }
    }
    assert!(sent > 150, "{sent} bodies");
    house.expect_no_trace().await;
}

#[tokio::test]
async fn every_spelling_is_refused_by_the_name_of_its_field() {
    let house = House::open().await;
    for (name, spelling) in &house.spellings {
        for text in [spelling.clone(), format!("Card {spelling}.")] {
            let request =
                Request::post("/v1/organisations").header("content-type", "application/json");
            let (status, answer) = house.send(request, json!({ "name": text }).to_string()).await;
            let named = (&answer["code"], &answer["errors"][0]["field"]);
            assert_eq!(
                (status, named),
                (422, (&json!("CARD_NUMBER_REFUSED"), &json!("name"))),
                "{name}: {answer}"
            );
        }
    }
    house.expect_no_trace().await;
}

/// The columns of a file, with what may stand there.
const COLUMNS: [(&str, &str); 20] = [
    ("reference", "old-1"),
    ("received_at", "2026-01-05T10:00:00Z"),
    ("amount_in_cents", "4900"),
    ("currency", "USD"),
    ("type", "FRAUD"),
    ("descriptor", "ACMEFIT"),
    ("card_bin", "424242"),
    ("card_brand", "VISA"),
    ("issuer", "First Example Bank"),
    ("reason_code", "10.4"),
    ("transaction_at", "2026-01-03"),
    ("transaction_reference", "txn-1"),
    ("order_reference", "order-1"),
    ("merchant_id", ""),
    ("customer_email", "casey@example.com"),
    ("products", "Plan"),
    ("skus", "PLAN-1"),
    ("is_3ds", "true"),
    ("is_subscription", "true"),
    ("refunded_before", "false"),
];

#[tokio::test]
async fn no_column_of_a_file_takes_a_card_number() {
    let house = House::open().await;
    let header: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let path = format!("/v1/alert-imports?organisation_id={}", house.shop.organisation);
    for (_, spelling) in &house.spellings {
        let row = |at: usize| {
            COLUMNS
                .iter()
                .enumerate()
                .map(|(own, (_, text))| format!("\"{}\"", if own == at { spelling } else { *text }))
                .collect::<Vec<_>>()
        };
        let rows: Vec<String> = (0..COLUMNS.len()).map(|at| row(at).join(",")).collect();
        let file = format!("{}\n{}\n", header.join(","), rows.join("\n"));
        let (status, answer) =
            house.send(Request::post(&path).header("content-type", "text/csv"), file).await;
        assert_eq!(
            (status, &answer["created"], &answer["failed"]),
            (200, &json!(0), &json!(COLUMNS.len())),
            "{spelling}: {answer}"
        );
        let renamed = format!("reference,received_at,amount_in_cents,currency,{spelling}\n");
        assert_eq!(
            house.send(Request::post(&path).header("content-type", "text/csv"), renamed).await.0,
            422
        );
    }
    house.expect_no_trace().await;
}

#[tokio::test]
async fn no_field_of_a_members_page_takes_a_card_number() {
    let house = House::open().await;
    house.shop.push(&[house.shop.alert("PAGE")]).await;
    house.shop.world.settle().await;
    let path = path_in(house.shop.world.aws.mailbox().all().last().expect("a mail"));
    for field in [
        "action",
        "transaction",
        "other_transaction",
        "elsewhere",
        "reference",
        "note",
        "seen",
        "unheard_of",
    ] {
        for (_, spelling) in &house.spellings {
            let action = if field == "action" { "" } else { "&action=ACCEPT_DISPUTE" };
            let page = visit(
                &house.shop.world,
                "POST",
                &path,
                &format!("{field}={}{action}", encoded(spelling)),
            )
            .await;
            assert!(!holds(&page.html), "{field} {spelling}: {}", page.html);
        }
    }
    house.expect_no_trace().await;
}
