//! Erasure of a customer: the address is in no item any more, money facts stay, and again finds
//! nothing.

mod customer;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::account::OperatingMode;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::World;
use tests::world::shop::Shop;
use tokio::sync::Notify;

use super::Desk;
use customer::{EMAIL, erase, items_with, known, world};

async fn assert_order_keeps_its_money(shop: &Shop, path: &str) {
    let (_, order) = shop.world.call("GET", path, &shop.key, None).await;
    assert_eq!(
        (&order["customer_email"], &order["order_number"]),
        (&Value::Null, &json!("for (erased)")),
        "{order}"
    );
    assert_eq!(order["transactions"][0]["amount_in_cents"], 4900);
}

/// The alert is as it was decided, but for the address in its note.
async fn assert_alert_keeps_its_refund(shop: &Shop, path: &str, decided: &Value) {
    let (_, after) = shop.world.call("GET", path, &shop.key, None).await;
    assert_eq!(after["note"], "Refunded (erased); mary@example.com is her sister.");
    assert_eq!(
        (&after["refund"], &after["status"]),
        (&decided["refund"], &decided["status"]),
        "{after}"
    );
    let (_, history) = shop.world.call("GET", &format!("{path}/history"), &shop.key, None).await;
    let last = history["items"].as_array().and_then(|steps| steps.last().cloned()).expect("steps");
    assert_eq!((&last["did"], &last["by"]["type"]), (&json!("ERASED"), &json!("KEY")));
}

async fn assert_erasure_is_kept_and_audited(shop: &Shop, erased: &Value) {
    let id = erased["id"].as_str().expect("an id");
    let kept = shop.world.call("GET", &format!("/v1/erasures/{id}"), &shop.key, None).await;
    assert_eq!(kept, (200, erased.clone()));
    let path = format!("/v1/audit-events?resource_id={id}");
    let (_, audit) = shop.world.call("GET", &path, &shop.key, None).await;
    assert_eq!(
        (&audit["count"], &audit["items"][0]["route"]),
        (&json!(1), &json!("/v1/erasures")),
        "{audit}"
    );
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
    assert_order_keeps_its_money(&shop, &order).await;
    assert_alert_keeps_its_refund(&shop, &alert, &decided).await;
    assert_erasure_is_kept_and_audited(&shop, &erased).await;
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
    let stranger = desk.partner("Other Payments", OperatingMode::Live).await;
    assert_eq!(desk.call("POST", "/v1/erasures", &stranger, Some(&body)).await.refusal().0, 404);
}
