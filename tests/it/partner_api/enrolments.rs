//! Enrolments that are asked for twice, that are changed, and that fit an alert together.

use std::sync::Arc;

use serde_json::{Value, json};
use tests::gate::{Moment, Verdict};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::setup::connect;
use super::{Answer, Desk};

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

async fn patch(desk: &Desk, id: &str, body: Value) -> Answer {
    desk.call("PATCH", &format!("/v2/enrolments/{id}"), &desk.key, Some(&body)).await
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

#[tokio::test]
async fn merchants_are_changed_as_a_whole_and_nothing_else_is() {
    let desk = Desk::open().await;
    let (shop, other) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    let second = another_merchant(&desk, &shop.organisation).await;
    let made = desk
        .post("/v2/enrolments", &watching(&[&shop.merchant], &[("ACMEFIT", "STARTS_WITH")]))
        .await;
    let id = made.id();
    let changed =
        patch(&desk, &id, json!({"merchant_ids": [second, shop.merchant], "version": 1})).await;
    assert_eq!((changed.status, &changed.body["version"]), (200, &json!(2)), "{}", changed.body);
    assert_eq!(changed.body["merchant_ids"], json!([second, shop.merchant]));
    assert_eq!(
        patch(&desk, &id, json!({"merchant_ids": [shop.merchant, second]})).await.body,
        changed.body,
        "the same set is no change"
    );
    for (body, status, code, field) in [
        (json!({"merchant_ids": []}), 422, "VALIDATION_FAILED", "merchant_ids"),
        (json!({"merchant_ids": [second, second]}), 422, "VALIDATION_FAILED", "merchant_ids[1]"),
        (json!({"merchant_ids": ["mrch_nobody"]}), 404, "NOT_FOUND", "merchant_ids[0]"),
        (
            json!({"merchant_ids": [other.merchant]}),
            422,
            "MERCHANTS_DIFFERENT_ORGANISATIONS",
            "merchant_ids",
        ),
        (
            json!({"merchant_ids": [shop.merchant, other.merchant]}),
            422,
            "MERCHANTS_DIFFERENT_ORGANISATIONS",
            "merchant_ids",
        ),
        (json!({"status": "ENABLED"}), 422, "VALIDATION_FAILED", "status"),
        (json!({"ethoca_alert": {"descriptors": []}}), 422, "VALIDATION_FAILED", "ethoca_alert"),
    ] {
        assert_eq!(
            patch(&desk, &id, body.clone()).await.refusal(),
            (status, code, vec![field]),
            "{body}"
        );
    }
    assert_eq!(
        patch(&desk, &id, json!({"merchant_ids": [second], "version": 1})).await.refusal().1,
        "CONFLICT"
    );
    assert_eq!(
        patch(&desk, &id, json!({"merchant_ids": [second]})).await.body["merchant_ids"],
        json!([second])
    );
    let merchant = format!("/v1/merchants/{}", shop.merchant);
    desk.call("DELETE", &format!("/v2/enrolments/{id}"), &desk.key, None).await;
    assert_eq!(
        patch(&desk, &id, json!({"merchant_ids": [shop.merchant]})).await.refusal().1,
        "CONFLICT",
        "it has ended"
    );
    let events = desk.get(&format!("/v1/audit-events?resource_id={id}")).await;
    assert_eq!(
        events
            .items()
            .iter()
            .filter(|one| one["method"] == "PATCH" && one["status"] == 200)
            .count(),
        3,
        "{}",
        events.body
    );
    assert_eq!(desk.get(&merchant).await.status, 200);
}

#[tokio::test]
async fn late_alerts_are_about_the_new_merchants_sales() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let merchant =
        json!({"organisation_id": shop.organisation, "name": "Second account", "type": "GENERIC"});
    let (_, merchant) = world.call("POST", "/v1/merchants", &shop.key, Some(&merchant)).await;
    let orders = json!({
        "organisation_id": shop.organisation, "name": "Orders", "type": "CUSTOM_ORDERS",
        "merchant_ids": [merchant["id"]]
    });
    let (_, orders) = world.call("POST", "/v1/integrations", &shop.key, Some(&orders)).await;
    let mut order = super::order(
        &super::Shop {
            organisation: shop.organisation.clone(),
            merchant: String::new(),
            integration: text(&orders["id"]),
        },
        "AF-9",
    );
    order["order_datetime"] = json!(world.clock.now());
    order["transactions"][0]["transaction_datetime"] = json!(world.clock.now());
    let (_, taken) = world.call("POST", "/v1/orders", &shop.key, Some(&json!([order]))).await;
    assert_eq!(taken["created"], 1, "{taken}");
    let found = async |id: &str| {
        shop.push(&[shop.alert(id)]).await;
        world.settle().await;
        let alerts = shop.alerts().await;
        let alert =
            alerts.iter().find(|alert| text(&alert["vendor_alert_id"]).starts_with(id)).cloned();
        alert.unwrap_or_else(|| panic!("{alerts:?}"))["integration_transaction_id"].clone()
    };
    assert_eq!(found("BEFORE").await, json!(null));
    let path = format!("/v2/enrolments/{}", shop.enrolment);
    let both = json!({"merchant_ids": [shop.merchant, merchant["id"]]});
    let (status, changed) = world.call("PATCH", &path, &shop.key, Some(&both)).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(found("AFTER").await, json!("txn-AF-9"));
}

#[tokio::test]
async fn of_two_accounts_that_a_processor_does_not_tell_apart_the_rules_must_agree() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await; // its ruleset refunds
    let made = async |path: &str, body: Value| {
        let (status, made) = world.call("POST", path, &shop.key, Some(&body)).await;
        assert_eq!(status, 200, "{made}");
        text(&made["id"])
    };
    let merchant = made(
        "/v1/merchants",
        json!({"organisation_id": shop.organisation, "name": "Second", "type": "GENERIC"}),
    )
    .await;
    let both = json!({"merchant_ids": [shop.merchant, merchant]});
    assert_eq!(
        world
            .call("PATCH", &format!("/v1/integrations/{}", shop.stripe), &shop.key, Some(&both))
            .await
            .0,
        200
    );
    let enrolment =
        made("/v2/enrolments", watching(&[&merchant], &[("ACMEFIT", "STARTS_WITH")])).await;
    let alerted = async |id: &str| {
        let _paid = shop.subscribe();
        shop.push(&[shop.alert(id)]).await;
        world.settle().await;
        let alert = shop
            .alerts()
            .await
            .into_iter()
            .find(|alert| text(&alert["vendor_alert_id"]).starts_with(id))
            .expect("the alert");
        world.clock.advance(jiff::SignedDuration::from_hours(24 * 10));
        alert
    };
    let unsure = alerted("ONE").await;
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
    made("/v1/rulesets", ruleset).await;
    let sure = alerted("TWO").await;
    assert_eq!((&sure["status"], shop.refunds().len()), (&json!("RESOLVED"), 1), "{sure}");
    let statuses = world.call("GET", "/v2/enrolments?status=ENABLED", &shop.key, None).await.1;
    assert_eq!(statuses["count"], 2, "an alert proves all that fit it equally well: {statuses}");
}
