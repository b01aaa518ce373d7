//! Enrolments that are asked for twice, that are changed, and that fit an alert together.

mod merchants;

use std::sync::Arc;

use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::Desk;
use super::setup::connect;

fn watching(merchants: &[&str], descriptors: &[(&str, &str)]) -> Value {
    let descriptors: Vec<Value> = descriptors
        .iter()
        .map(|(text, how)| json!({"descriptor": text, "match_type": how}))
        .collect();
    json!({
        "merchant_ids": merchants, "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    })
}

async fn another_merchant(desk: &Desk, organisation: &str) -> String {
    desk.post(
        "/v1/merchants",
        &json!({"organisation_id": organisation, "name": "Second account", "type": "GENERIC"}),
    )
    .await
    .id()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_is_there_is_answered_and_not_made_again() {
    let desk = Desk::open().await;
    let connection = connect(&desk).await;
    let shop = desk.shop("Acme").await;
    let second = another_merchant(&desk, &shop.organisation).await;
    let both = [shop.merchant.as_str(), &second];
    let made = desk
        .post(
            "/v2/enrolments",
            &watching(&both, &[("ACME*Fit", "STARTS_WITH"), ("Café Acme", "EQUALS")]),
        )
        .await;
    let again = watching(
        &[&second, &shop.merchant],
        &[("CAFE ACME", "EQUALS"), ("acmefit", "STARTS_WITH")],
    );
    let answer = desk.post("/v2/enrolments", &again).await;
    assert_eq!((answer.status, &answer.body), (200, &made.body));
    assert_eq!(super::setup::routes_like(&desk, &connection, "ACMEFIT").await.len(), 1);
    assert_eq!(super::setup::routes_like(&desk, &connection, "CAFE ACME").await.len(), 1);
    let account =
        desk.post("/v2/enrolments", &watching(&[&second], &[("ACME*Fit", "STARTS_WITH")])).await;
    assert_eq!(
        (account.status, &account.body["status"]),
        (200, &json!("PENDING")),
        "a second account under one statement text"
    );
    desk.call("DELETE", &format!("/v2/enrolments/{}", made.id()), &desk.key, None).await;
    let anew = desk.post("/v2/enrolments", &again).await;
    assert_ne!(anew.id(), made.id(), "what was ended is made anew");
    let rdr = json!({
        "merchant_ids": both, "type": "VERIFI_RDR", "verifi_rdr": {"bin": "424242", "caid": "A1"}
    });
    assert_eq!(
        desk.post("/v2/enrolments", &rdr).await.id(),
        desk.post("/v2/enrolments", &rdr).await.id()
    );
}

#[tokio::test]
async fn two_equal_requests_at_once_are_one_enrolment() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let body = watching(&[&shop.merchant], &[("ACME GYM", "STARTS_WITH")]);
    let ask = || world.call("POST", "/v2/enrolments", &shop.key, Some(&body));
    let (one, two, three) = tokio::join!(ask(), ask(), ask());
    assert_eq!([one.0, two.0, three.0], [200; 3], "{} {}", one.1, two.1);
    assert!(
        one.1["id"] == two.1["id"] && two.1["id"] == three.1["id"],
        "{} {} {}",
        one.1,
        two.1,
        three.1
    );
    let (_, list) = world.call("GET", "/v2/enrolments", &shop.key, None).await;
    assert_eq!(list["count"], 2, "with the shop's own: {list}");
}

#[tokio::test]
async fn a_request_that_broke_off_is_finished_by_the_next() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let body = watching(
        &[&shop.merchant],
        &[("ZENITH GYM", "STARTS_WITH"), ("ZENITH POOL", "STARTS_WITH")],
    );
    world.aws.set_gate(Some(Arc::new(|call, moment| {
        let lost = call.contains("PutItem ROUTES#") && moment == Moment::Before;
        if lost { Verdict::Lose } else { Verdict::Pass }
    })));
    assert_eq!(world.call("POST", "/v2/enrolments", &shop.key, Some(&body)).await.0, 503);
    world.aws.set_gate(None);
    let (status, made) = world.call("POST", "/v2/enrolments", &shop.key, Some(&body)).await;
    assert_eq!((status, &made["status"]), (200, &json!("PENDING")), "{made}");
    for (id, descriptor) in [("ZENA", "ZENITH GYM 1"), ("ZENB", "ZENITH POOL 1")] {
        let mut alert = shop.alert(id);
        alert["merchantDescriptor"] = json!(descriptor);
        shop.push(&[alert]).await;
    }
    let alerts = shop.alerts().await;
    assert!(
        alerts.len() == 2 && alerts.iter().all(|alert| alert["enrolment_id"] == made["id"]),
        "{alerts:?}"
    );
}

/// The id of what the shop's key makes.
async fn make(shop: &Shop, path: &str, body: Value) -> String {
    let (status, made) = shop.world.call("POST", path, &shop.key, Some(&body)).await;
    assert_eq!(status, 200, "{made}");
    text(&made["id"])
}

/// A second merchant at the shop's account of Stripe, under the shop's descriptor: the id of the
/// second merchant's enrolment.
async fn enrol_second_account(shop: &Shop) -> String {
    let merchant =
        json!({"organisation_id": shop.organisation, "name": "Second", "type": "GENERIC"});
    let merchant = make(shop, "/v1/merchants", merchant).await;
    let both = json!({"merchant_ids": [shop.merchant, merchant]});
    let stripe = format!("/v1/integrations/{}", shop.stripe);
    assert_eq!(shop.world.call("PATCH", &stripe, &shop.key, Some(&both)).await.0, 200);
    make(shop, "/v2/enrolments", watching(&[&merchant], &[("ACMEFIT", "STARTS_WITH")])).await
}

/// An alert about a new payment, as it is once all is done; the clock then goes on by ten days.
async fn decide_alert(shop: &Shop, id: &str) -> Value {
    let _paid = shop.subscribe();
    shop.push(&[shop.alert(id)]).await;
    shop.world.settle().await;
    let alert = shop
        .alerts()
        .await
        .into_iter()
        .find(|alert| text(&alert["vendor_alert_id"]).starts_with(id))
        .expect("the alert");
    shop.world.clock.advance(jiff::SignedDuration::from_hours(24 * 10));
    alert
}

#[tokio::test]
async fn of_two_accounts_that_a_processor_does_not_tell_apart_the_rules_must_agree() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await; // its ruleset refunds
    let enrolment = enrol_second_account(&shop).await;
    let unsure = decide_alert(&shop, "ONE").await;
    assert_eq!(
        (&unsure["status"], shop.refunds().len()),
        (&json!("ACTION_REQUIRED"), 0),
        "{unsure}"
    );
    let rule = json!({
        "type": "DESCRIPTOR",
        "parameters": {"descriptors": [{"value": "ACMEFIT", "match_type": "STARTS_WITH"}]}
    });
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [enrolment],
        "outcome": "REFUND_AND_CANCEL", "rules": [rule]
    });
    make(&shop, "/v1/rulesets", ruleset).await;
    let sure = decide_alert(&shop, "TWO").await;
    assert_eq!((&sure["status"], shop.refunds().len()), (&json!("RESOLVED"), 1), "{sure}");
    let statuses = world.call("GET", "/v2/enrolments?status=ENABLED", &shop.key, None).await.1;
    assert_eq!(statuses["count"], 2, "an alert proves all that fit it equally well: {statuses}");
}
