//! Refunds of alerts that put their customer on the list.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Faults, Settings, World};

use super::{check, entries, shop};
use crate::strikes::{all_end_as, at};

/// The setting of the shop's organisation.
async fn set(shop: &Shop, setting: &str) {
    let path = format!("/v1/organisations/{}", shop.organisation);
    let (status, changed) = shop
        .world
        .call("PATCH", &path, &shop.key, Some(&json!({"negative_list_on_refund": setting})))
        .await;
    assert_eq!((status, &changed["negative_list_on_refund"]), (200, &json!(setting)));
}

async fn alert(shop: &Shop, kind: &str) -> Value {
    let mut alert = shop.alert(kind);
    alert["alertType"] = json!(kind);
    shop.push(&[alert]).await;
    shop.world.settle().await;
    shop.alerts().await.swap_remove(0)
}

fn kinds(entries: &[Value]) -> Vec<String> {
    let mut kinds: Vec<String> =
        entries.iter().map(|entry| entry["kind"].as_str().unwrap_or_default().to_owned()).collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn a_setting_lists_the_customer_of_a_refund_by_all_that_is_known() {
    let shop = shop().await;
    set(&shop, "ALL").await;
    let _paid = shop.subscribe();
    let alert = alert(&shop, "CUSTOMERDISPUTE").await;
    assert_eq!(alert["status"], "RESOLVED", "{alert}");
    let listed = entries(&shop).await;
    assert_eq!(kinds(&listed), ["CARD", "EMAIL", "PROCESSOR_CUSTOMER"], "{listed:?}");
    for entry in &listed {
        assert_eq!(
            (&entry["reason"], &entry["source_alert_id"]),
            (&json!("DISPUTE_ALERT"), &alert["id"])
        );
        assert_eq!(entry["created_by"]["type"], "SETTING");
    }
    assert_eq!(
        check(&shop, "email=casey@example.com").await.1["entries"][0]["source_alert_id"],
        alert["id"]
    );
    let card = &shop.world.stripe.objects("charge")[0]["payment_method_details"]["card"];
    let query = format!("bin=424242&last4=4242&expiry={}/{}", card["exp_month"], card["exp_year"]);
    assert_eq!(check(&shop, &query).await.1["listed"], true);
}

#[tokio::test]
async fn only_the_alerts_that_are_meant_list_their_customers() {
    for (setting, kind, count) in [
        ("OFF", "CONFIRMEDFRAUD", 0),
        ("FRAUD", "CONFIRMEDFRAUD", 3),
        ("FRAUD", "CUSTOMERDISPUTE", 0),
        ("ALL", "CUSTOMERDISPUTE", 3),
    ] {
        let shop = shop().await;
        set(&shop, setting).await;
        let _paid = shop.subscribe();
        let alert = alert(&shop, kind).await;
        assert_eq!(alert["transaction_refund_outcome"], "REFUNDED", "{alert}");
        assert_eq!(entries(&shop).await.len(), count, "{setting} {kind}");
    }
}

#[tokio::test]
async fn a_ruleset_lists_the_customers_of_its_refunds() {
    let shop = shop().await;
    let (_, rulesets) = shop.world.call("GET", "/v1/rulesets/", &shop.key, None).await;
    let path = format!("/v1/rulesets/{}", rulesets["items"][0]["id"].as_str().expect("a ruleset"));
    let (_, changed) = shop
        .world
        .call("PATCH", &path, &shop.key, Some(&json!({"adds_to_negative_list": true})))
        .await;
    assert_eq!(changed["adds_to_negative_list"], true, "{changed}");
    let _paid = shop.subscribe();
    alert(&shop, "CONFIRMEDFRAUD").await;
    let listed = entries(&shop).await;
    assert_eq!(listed.len(), 3);
    assert!(listed.iter().all(|entry| entry["created_by"]["id"] == rulesets["items"][0]["id"]
        && entry["reason"] == "FRAUD_ALERT"));
}

/// The list cannot be written for a day: the network hears of the refund all the same.
#[tokio::test]
async fn a_list_that_is_out_of_order_holds_up_no_answer() {
    let shop = shop().await;
    set(&shop, "ALL").await;
    let _paid = shop.subscribe();
    shop.world.aws.set_gate(Some(Arc::new(|call, moment| {
        if call.starts_with("dynamodb PutItem ngtv_") && moment == Moment::Before {
            Verdict::Lose
        } else {
            Verdict::Pass
        }
    })));
    alert(&shop, "CONFIRMEDFRAUD").await;
    shop.world.advance(SignedDuration::from_hours(1)).await;
    let over = shop.alerts().await.swap_remove(0);
    assert_eq!(
        (&over["status"], &over["transaction_refund_outcome"]),
        (&json!("RESOLVED"), &json!("REFUNDED")),
        "{over}"
    );
    assert_eq!((shop.refunds().len(), entries(&shop).await.len()), (1, 0));
}

/// The money went back elsewhere, by a person's word: no processor was asked, the order tells who
/// it was.
#[tokio::test]
async fn a_refund_by_a_persons_word_lists_the_customer_too() {
    let shop = shop().await;
    set(&shop, "ALL").await;
    let sold = json!([{
        "type": "COMPLETE", "organisation_id": shop.organisation, "integration_id": shop.orders,
        "reference_id": "AF-1",
        "order_datetime": "2026-02-17T09:59:00Z", "order_currency": "USD",
        "order_total_amount_in_cents": 1200,
        "order_status": "CLOSED_COMPLETE", "customer_email": "casey@example.com",
        "transactions": [{
            "reference_id": "txn-AF-1", "amount_in_cents": 1200, "currency": "USD",
            "payment_method_type": "CARD",
            "authorisation_status": "SETTLED", "authorised_at": "2026-02-17T09:59:05Z",
            "payment_method_card_last_4": "4242",
            "payment_method_card_bin": "424242"
        }]
    }]);
    assert_eq!(
        shop.world.call("POST", "/v1/orders/", &shop.key, Some(&sold)).await.1["created"],
        1
    );
    let mut raised = shop.alert("WORD");
    raised["amount"] = json!({"value": 12.00, "currencyCode": "USD"});
    shop.push(&[raised]).await;
    shop.world.settle().await;
    assert!(entries(&shop).await.is_empty());
    let path = format!("/v1/alerts/{}", shop.alerts().await[0]["id"].as_str().expect("an id"));
    let word = json!({"action": "REFUND", "refunded_externally": true, "refund_reference": "R-1"});
    assert_eq!(shop.world.call("PATCH", &path, &shop.key, Some(&word)).await.0, 200);
    shop.world.settle().await;
    assert_eq!(kinds(&entries(&shop).await), ["EMAIL"], "of the card no expiry is known");
    assert_eq!(check(&shop, "email=casey@example.com").await.1["listed"], true);
}

/// One alert through a world with one fault: what is listed, and what was refunded.
async fn run(faults: Faults) -> (Vec<String>, String, usize) {
    let shop = Shop::open(&World::start(Settings { faults, ..Settings::default() }).await).await;
    set(&shop, "ALL").await;
    let _paid = shop.subscribe();
    alert(&shop, "CONFIRMEDFRAUD").await;
    shop.world.advance(SignedDuration::from_hours(5)).await;
    let status = shop.alerts().await[0]["status"].as_str().unwrap_or_default().to_owned();
    (kinds(&entries(&shop).await), status, shop.refunds().len())
}

/// The calls of the refund stage and after, each struck once: killed before it, and after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_any_call_of_the_refund_loses_no_entry() {
    let (faults, good) = (
        Faults::default(),
        (vec!["CARD".into(), "EMAIL".into(), "PROCESSOR_CUSTOMER".into()], "RESOLVED".into(), 1),
    );
    assert_eq!(run(faults.clone()).await, good);
    let calls = faults.calls().len();
    all_end_as(
        &good,
        at(calls / 2..calls, &[(Moment::Before, Verdict::Hold), (Moment::After, Verdict::Hold)]),
        run,
    )
    .await;
}
