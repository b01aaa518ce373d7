//! How long every kind of item is kept: the table at the head of `shared/store/src/keys.rs`,
//! against all that a run writes.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use axum::body::Body;
use axum::http::Request;
use jiff::{SignedDuration, Timestamp};
use partners::Destinations;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, TABLE, World};

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

/// A run that writes a thing of every kind.
async fn run() -> World {
    let world = World::start(Settings {
        rate_limit: 1_000,
        webhooks: Destinations::Anywhere,
        ..Settings::default()
    })
    .await;
    let shop = Shop::open(&world).await;
    let organisation = &shop.organisation;
    let caps = json!({
        "do": "SET_AUTOMATION", "organisation_id": organisation, "automation": "ON",
        "caps": {"count": 50, "usd_cents": 500_000}
    });
    world.operate(caps).await.expect("caps");
    world.operate(json!({"do": "LOAD_RATES", "as_of": "2026-02-17", "usd_millionths": {"EUR": 1_170_000}})).await.expect("rates");
    post(
        &shop,
        "/v1/webhook-endpoints",
        json!({"url": "http://127.0.0.1:9/", "events": ["alert.created"]}),
    )
    .await;
    let member = json!({"organisation_id": organisation, "first_name": "A", "last_name": "B", "email": "ann@example.com", "role": "ADMIN",
        "is_alert_resolved_email_enabled": true, "is_alert_action_required_email_enabled": true});
    post(&shop, "/v1/memberships", member).await;
    unheard_of(&shop).await;
    bought(&shop).await;
    let mut stray = shop.alert("STRAY");
    stray["merchantDescriptor"] = json!("NOBODYS");
    // A short name waits for the operator's word: its alert is kept, and listed for its
    // organisation.
    let short = json!([{ "descriptor": "ZQ", "match_type": "STARTS_WITH" }]);
    let watches = json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": short}
    });
    post(&shop, "/v2/enrolments", watches).await;
    let mut held = shop.alert("HELD");
    held["merchantDescriptor"] = json!("ZQ SHOP");
    shop.push(&[shop.alert("KEPT"), stray, held]).await;
    world.settle().await;
    let other = shop.subscribe().payment;
    post(
        &shop,
        &format!("/v1/transactions/{other}/refunds"),
        json!({"organisation_id": organisation, "amount_in_cents": 100}),
    )
    .await;
    world.settle().await;
    let listed = json!({
        "organisation_id": organisation, "kind": "EMAIL", "email": "mary@example.com",
        "reason": "MANUAL"
    });
    post(&shop, "/v1/negative-list", listed).await;
    let key = post(&shop, "/v1/api-keys", json!({"name": "Old", "level": "PARTNER"})).await;
    let key = format!("/v1/api-keys/{}", key["id"].as_str().expect("an id"));
    assert_eq!(world.call("DELETE", &key, &shop.key, None).await.0, 204);
    post(
        &shop,
        "/v1/erasures",
        json!({"organisation_id": organisation, "customer_email": "nobody@example.com"}),
    )
    .await;
    waited(&shop).await;
    crowded(&shop).await;
    world
}

/// More alerts of one ARN than its item holds.
async fn crowded(shop: &Shop) {
    for number in 0..51 {
        let mut alert = shop.alert(&format!("CROWD{number:02}"));
        alert["arn"] = json!("74027012345678901234567");
        shop.push(&[alert]).await;
    }
    shop.world.settle().await;
}

/// An alert waits of which nobody could be told; then one address is confirmed, and another comes
/// back.
async fn unheard_of(shop: &Shop) {
    shop.push(&[shop.alert("UNHEARD")]).await;
    shop.world.settle().await;
    shop.world.confirm("ann@example.com").await;
    shop.world
        .store
        .suppress_address(
            "of nobody",
            domain::notify::mail::Suppression::Bounced,
            shop.world.clock.now(),
        )
        .await
        .expect("kept");
}

/// More alerts than one message wakes wait for a new key to Stripe.
async fn waited(shop: &Shop) {
    shop.world.stripe.revoke_key("sk_test_shop");
    let alerts: Vec<Value> = (0..11).map(|place| shop.alert(&format!("WAITS{place:02}"))).collect();
    shop.push(&alerts).await;
    shop.world.advance(SignedDuration::from_secs(2)).await; // ten a second at one account
    let body = json!({ "credentials": { "secret_key": "sk_test_new" } });
    let (status, answer) = shop
        .world
        .call("PATCH", &format!("/v1/integrations/{}", shop.stripe), &shop.key, Some(&body))
        .await;
    assert_eq!(status, 200, "{answer}");
    shop.world.settle().await;
}

async fn post(shop: &Shop, path: &str, body: Value) -> Value {
    let (status, answer) = shop.world.call("POST", path, &shop.key, Some(&body)).await;
    assert!((200..300).contains(&status), "{path} {status}: {answer}");
    answer
}

/// An order, sent under an `Idempotency-Key`, and an import.
async fn bought(shop: &Shop) {
    let order = json!([{
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": "o-1",
        "order_datetime": shop.world.clock.now().to_string(), "order_currency": "USD",
        "order_status": "CLOSED_COMPLETE",
        "customer_email": "casey@example.com", "transactions": [{
            "reference_id": "txn-1", "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED",
            "payment_method_reference_id": shop.subscribe().payment,
            "payment_method_card_last_4": "4242",
            "acquirer_reference_number": "74027012345678901234567"
        }]
    }]);
    let csv =
        "reference,received_at,amount_in_cents,currency\nold-1,2026-01-05T10:00:00Z,4900,USD\n";
    let imports = format!("/v1/alert-imports/?organisation_id={}", shop.organisation);
    for (path, media, body) in [
        ("/v1/orders", "application/json", order.to_string()),
        (&imports, "text/csv", csv.to_owned()),
    ] {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {}", shop.key))
            .header("idempotency-key", "once");
        let request =
            request.header("content-type", media).body(Body::from(body)).expect("a request");
        assert_eq!(shop.world.answer(request).await.status(), 200, "{path}");
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
    let world = run().await;
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
