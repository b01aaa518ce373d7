//! Erasure of a customer: the address is in no item any more, money facts stay, and again finds
//! nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::account::Mode;
use partners::Destinations;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Settings, TABLE, World};
use tokio::sync::Notify;

use super::Desk;

const EMAIL: &str = "casey@example.com";

fn order(shop: &Shop, reference: &str, email: &str, payment: &str, minor: u64) -> Value {
    json!({
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": reference,
        "order_datetime": shop.world.clock.now().to_string(), "order_currency": "USD",
        "order_status": "CLOSED_COMPLETE",
        "order_number": format!("for {email}"), "customer_email": email,
        "items": [{"name": "Plan"}],
        "transactions": [{
            "reference_id": format!("txn-{reference}"), "amount_in_cents": minor, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "payment_method_reference_id": payment,
            "payment_method_card_last_4": "4242"
        }]
    })
}

/// A shop with a customer everywhere: an order, an alert that a CUSTOMER rule decided, a note,
/// events, an import.
async fn known(world: &World) -> (Shop, String, String) {
    let shop = Shop::open(world).await;
    let hook = json!({"url": "http://127.0.0.1:9/", "events": ["alert.created", "alert.updated"]});
    assert_eq!(world.call("POST", "/v1/webhook-endpoints/", &shop.key, Some(&hook)).await.0, 200);
    let rules = json!([{"type": "CUSTOMER", "parameters": {"domains": ["example.com"]}}]);
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [shop.enrolment],
        "outcome": "REFUND", "priority": 1, "rules": rules
    });
    assert_eq!(world.call("POST", "/v1/rulesets/", &shop.key, Some(&ruleset)).await.0, 200);
    let paid = shop.subscribe();
    let orders = json!([
        order(&shop, "o-1", "Casey@Example.com", &paid.payment, 4900),
        order(&shop, "o-2", "mary@example.com", "pi_other", 1200)
    ]);
    let (_, kept) = world.call("POST", "/v1/orders/", &shop.key, Some(&orders)).await;
    assert_eq!(kept["created"], 2, "{kept}");
    let csv = "reference,received_at,amount_in_cents,currency,customer_email\nold-1,2026-01-05T10:00:00Z,4900,USD,casey@example.com\n";
    let import = axum::extract::Request::post(format!(
        "/v1/alert-imports/?organisation_id={}",
        shop.organisation
    ));
    let import = import
        .header("authorization", format!("Bearer {}", shop.key))
        .header("content-type", "text/csv");
    assert_eq!(world.answer(import.body(csv.into()).expect("a request")).await.status(), 200);
    shop.push(&[shop.alert("KNOWN")]).await;
    world.settle().await;
    let alert = shop.alerts().await.remove(0);
    let alert = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
    let note = json!({"note": "Refunded CASEY@example.com; mary@example.com is her sister."});
    assert_eq!(world.call("PATCH", &alert, &shop.key, Some(&note)).await.0, 200);
    world.settle().await;
    let order = format!("/v1/orders/{}", kept["results"][0]["id"].as_str().expect("an id"));
    (shop, alert, order)
}

async fn world() -> World {
    World::start(Settings { webhooks: Destinations::Anywhere, ..Settings::default() }).await
}

async fn erase(shop: &Shop) -> (u16, Value) {
    let body =
        json!({"organisation_id": shop.organisation, "customer_email": " casey@EXAMPLE.com "});
    shop.world.call("POST", "/v1/erasures/", &shop.key, Some(&body)).await
}

/// The items of the table that have the text, in any case.
async fn items_with(world: &World, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut pages = world.aws.dynamodb().scan().table_name(TABLE).into_paginator().items().send();
    while let Some(item) = pages.next().await {
        let told = format!("{:?}", item.expect("an item"));
        if told.to_lowercase().contains(text) {
            found.push(told);
        }
    }
    found
}

#[tokio::test]
async fn the_address_is_in_no_item_and_the_money_stays() {
    let world = world().await;
    let (shop, alert, order) = known(&world).await;
    let before = items_with(&world, EMAIL).await;
    assert!(before.len() >= 4, "order, alert, event, import: {before:#?}");
    let (_, decided) = world.call("GET", &alert, &shop.key, None).await;
    assert_eq!(
        decided["decision"]["rules"][0]["actual"], "C***@Example.com",
        "masked from the start: {decided}"
    );
    let (status, erased) = erase(&shop).await;
    assert_eq!(status, 200, "{erased}");
    let counts = &erased["erased"];
    assert_eq!(
        (&counts["orders"], &counts["alerts"], &counts["imported_alerts"]),
        (&json!(1), &json!(1), &json!(1)),
        "{erased}"
    );
    assert!(counts["events"].as_u64() >= Some(1), "{erased}");
    world.settle().await;
    assert_eq!(items_with(&world, EMAIL).await, Vec::<String>::new());
    assert!(items_with(&world, "mary@example.com").await.len() >= 2, "another's stay");
    let (_, order) = world.call("GET", &order, &shop.key, None).await;
    assert_eq!(
        (&order["customer_email"], &order["order_number"]),
        (&Value::Null, &json!("for (erased)")),
        "{order}"
    );
    assert_eq!(order["transactions"][0]["amount_in_cents"], 4900);
    let (_, after) = world.call("GET", &alert, &shop.key, None).await;
    assert_eq!(after["note"], "Refunded (erased); mary@example.com is her sister.");
    assert_eq!(
        (&after["refund"], &after["status"]),
        (&decided["refund"], &decided["status"]),
        "{after}"
    );
    let (_, history) = world.call("GET", &format!("{alert}/history"), &shop.key, None).await;
    let last = history["items"].as_array().and_then(|steps| steps.last().cloned()).expect("steps");
    assert_eq!((&last["did"], &last["by"]["type"]), (&json!("ERASED"), &json!("KEY")));
    let kept = world
        .call(
            "GET",
            &format!("/v1/erasures/{}", erased["id"].as_str().expect("an id")),
            &shop.key,
            None,
        )
        .await;
    assert_eq!(kept, (200, erased.clone()));
    let (_, audit) = world
        .call(
            "GET",
            &format!("/v1/audit-events?resource_id={}", erased["id"].as_str().expect("an id")),
            &shop.key,
            None,
        )
        .await;
    assert_eq!(
        (&audit["count"], &audit["items"][0]["route"]),
        (&json!(1), &json!("/v1/erasures")),
        "{audit}"
    );
    let (_, again) = erase(&shop).await;
    assert_eq!(
        again["erased"],
        json!({"orders": 0, "alerts": 0, "events": 0, "imported_alerts": 0}),
        "{again}"
    );
    assert_eq!(again["customer_hash"], erased["customer_hash"]);
}

#[tokio::test]
async fn a_refund_by_hand_that_never_moved_money_names_the_customer_no_more() {
    let world = world().await;
    let (shop, alert, _) = known(&world).await;
    let (_, alert) = world.call("GET", &alert, &shop.key, None).await;
    let payment = alert["integration_transaction_id"].as_str().expect("a payment");
    let asked = json!({"organisation_id": shop.organisation, "note": "casey@example.com asked for \
        it again."});
    let (status, refund) = world
        .call("POST", &format!("/v1/transactions/{payment}/refunds"), &shop.key, Some(&asked))
        .await;
    assert_eq!(status, 201, "{refund}");
    world.settle().await;
    let path = format!("/v1/refunds/{}", refund["id"].as_str().expect("an id"));
    assert_eq!(world.call("GET", &path, &shop.key, None).await.1["status"], "REFUSED");
    assert_eq!(erase(&shop).await.0, 200);
    assert_eq!(
        world.call("GET", &path, &shop.key, None).await.1["note"],
        "(erased) asked for it again."
    );
    assert_eq!(items_with(&world, EMAIL).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_customer_who_was_erased_is_unknown_to_rules() {
    let world = world().await;
    let (shop, ..) = known(&world).await;
    assert_eq!(erase(&shop).await.0, 200);
    let rules = json!([{"type": "CUSTOMER", "parameters": {"emails": [EMAIL]}}]);
    let trial = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [shop.enrolment],
        "outcome": "REFUND", "rules": rules, "priority": 0
    });
    let (status, trial) = world.call("POST", "/v1/rulesets/dry-run", &shop.key, Some(&trial)).await;
    assert_eq!(status, 200, "{trial}");
    let decided: Vec<&str> = trial["decisions"]
        .as_array()
        .expect("decisions")
        .iter()
        .filter_map(|one| one["decision"].as_str())
        .collect();
    assert!(
        decided.contains(&"RULE_UNSURE") && !decided.contains(&"REFUND"),
        "no rule knows the customer: {trial}"
    );
}

/// Counts the writes, and kills whoever makes the one of this place.
fn killing(world: &World, place: usize) -> Arc<Notify> {
    let (seen, killed) = (AtomicUsize::new(0), Arc::new(Notify::new()));
    let kill = Arc::clone(&killed);
    world.aws.set_gate(Some(Arc::new(move |call, moment| {
        let writes = call.contains("PutItem") || call.contains("DeleteItem");
        if moment == Moment::Before && writes && seen.fetch_add(1, Ordering::SeqCst) == place {
            kill.notify_one();
            return Verdict::Hold;
        }
        Verdict::Pass
    })));
    killed
}

#[tokio::test]
async fn what_is_killed_is_finished_by_doing_it_again() {
    let mut place = 0;
    loop {
        let world = world().await;
        let (shop, ..) = known(&world).await;
        let killed = killing(&world, place);
        let done = tokio::select! {
            (status, _) = erase(&shop) => Some(status),
            () = killed.notified() => None,
        };
        world.aws.set_gate(None);
        if let Some(status) = done {
            assert_eq!(status, 200);
            break;
        }
        assert_eq!(erase(&shop).await.0, 200);
        assert_eq!(
            items_with(&world, EMAIL).await,
            Vec::<String>::new(),
            "killed at write {place}"
        );
        place += 1;
    }
    assert!(place >= 6, "alert, event, import, order, row and what was done: {place}");
}

#[tokio::test]
async fn what_the_organisation_set_up_itself_is_named_and_stays() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let rules = json!([{"type": "CUSTOMER", "parameters": {"emails": [EMAIL]}}]);
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [], "outcome": "REFUND",
        "rules": rules
    });
    let refused = desk.post("/v1/rulesets/", &ruleset).await;
    assert_eq!(refused.status, 422, "a ruleset needs an enrolment: {}", refused.body);
    let descriptors = json!([{"descriptor": "ACMEFIT", "match_type": "STARTS_WITH"}]);
    let enrolment = json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    });
    let enrolment = desk.post("/v2/enrolments/", &enrolment).await.id();
    let mut ruleset = ruleset;
    ruleset["enrolment_ids"] = json!([enrolment]);
    let ruleset = desk.post("/v1/rulesets/", &ruleset).await.id();
    let body = json!({"organisation_id": shop.organisation, "customer_email": EMAIL});
    let erased = desk.post("/v1/erasures", &body).await;
    assert_eq!(erased.status, 200, "{}", erased.body);
    assert_eq!(
        (&erased.body["stays"][0]["kind"], &erased.body["stays"][0]["ids"]),
        (&json!("rulesets"), &json!([ruleset])),
        "{}",
        erased.body
    );
    assert!(!erased.body.to_string().contains(EMAIL), "{}", erased.body);
    let wrong = json!({"organisation_id": shop.organisation, "customer_email": "casey"});
    assert_eq!(
        desk.post("/v1/erasures", &wrong).await.refusal(),
        (422, "VALIDATION_FAILED", vec!["customer_email"])
    );
    let stranger = desk.partner("Other Payments", Mode::Live).await;
    assert_eq!(desk.call("POST", "/v1/erasures", &stranger, Some(&body)).await.refusal().0, 404);
}
