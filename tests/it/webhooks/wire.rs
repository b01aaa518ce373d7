//! What is on the wire: the checks that a consumer in production makes.

use aws_lc_rs::hmac::{HMAC_SHA256, HMAC_SHA512, Key, verify};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::simulate::stripe::{Fault, FaultKind};

use super::House;
use super::receiver::Received;

const DOCUMENTED: [&str; 4] =
    ["alert.created", "alert.updated", "enrolment.created", "enrolment.updated"];

#[tokio::test]
async fn an_alert_is_told_when_it_is_matched_and_again_when_it_is_refunded() {
    let house = House::open(&DOCUMENTED).await;
    let paid = house.shop.subscribe();
    house.alert("TOLD").await;
    let mut told = house.receiver.taken();
    // its first alert proves the enrolment
    told.retain(|one| one.kind() != "enrolment.updated");
    assert!(
        told[0].kind() == "alert.created"
            && told[1..].iter().all(|one| one.kind() == "alert.updated")
    );
    let created = told[0].json();
    assert_eq!(
        created["data"]["object"]["integration_transaction_id"], paid.payment,
        "matching had finished"
    );
    for one in &told {
        let event = one.json();
        assert!(event["id"].as_str().is_some_and(|id| id.starts_with("evt_")));
        let outcome =
            event["data"]["object"]["transaction_refund_outcome"].as_str().expect("never null");
        assert!(["REFUNDED", "NOT_REFUNDED"].contains(&outcome));
        assert!(event["data"]["object"]["version"].is_u64());
        signed_by(house.secret(), one, house.shop.world.clock.now().as_second());
    }
    let last = told.last().expect("an update").json();
    assert_eq!(
        (&last["type"], &last["data"]["object"]["transaction_refund_outcome"]),
        (&json!("alert.updated"), &json!("REFUNDED"))
    );
    assert_eq!(
        last["data"]["object"],
        house.shop.alerts().await[0],
        "the object is what GET shows"
    );
    let ids: std::collections::BTreeSet<&str> =
        told.iter().map(|one| one.header("x-idempotency-key")).collect();
    assert_eq!(ids.len(), told.len(), "each delivery has an id of its own");
}

/// As Polar checks it: HMAC-SHA512 over `t.body`, and a time at most 300 seconds away.
fn signed_by(secret: &str, one: &Received, now: i64) {
    let header = one.header("x-signature");
    let (time, signature) =
        header.strip_prefix("t=").and_then(|rest| rest.split_once(",v1=")).expect("t and v1");
    assert!(time.parse::<i64>().expect("seconds").abs_diff(now) <= 300);
    let key = Key::new(HMAC_SHA512, secret.as_bytes());
    assert!(
        verify(&key, format!("{time}.{}", one.body()).as_bytes(), &bytes(signature)).is_ok(),
        "{header}"
    );
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}

#[tokio::test]
async fn an_alert_without_a_sale_names_no_transaction() {
    let house = House::open(&["alert.created", "alert.matched", "alert.expiring"]).await;
    house.alert("UNMATCHED").await;
    let told = house.receiver.taken();
    assert_eq!(house.receiver.kinds(), ["alert.created"]);
    let object = told[0].json()["data"]["object"].clone();
    assert!(
        object.get("integration_transaction_id").is_none() && object["status"] == "ACTION_REQUIRED"
    );
    house.shop.world.advance(SignedDuration::from_hours(30)).await;
    assert_eq!(house.receiver.kinds(), ["alert.created", "alert.expiring"]);
}

#[tokio::test]
async fn an_alert_whose_matching_takes_long_is_told_after_a_minute() {
    let house = House::open(&["alert.created", "alert.updated", "alert.matched"]).await;
    let paid = house.shop.subscribe();
    let down =
        Fault { method: None, path_prefix: "/v1".into(), fault: FaultKind::Status503, times: 10 };
    house.shop.world.stripe.fault(down);
    house.alert("SLOW").await;
    assert_eq!(house.receiver.kinds().len(), 0);
    house.shop.world.advance(SignedDuration::from_secs(61)).await;
    assert_eq!(house.receiver.kinds(), ["alert.created"]);
    assert!(
        house.receiver.taken()[0].json()["data"]["object"]
            .get("integration_transaction_id")
            .is_none()
    );
    house.shop.world.advance(SignedDuration::from_hours(20)).await;
    let last = house.receiver.taken().last().expect("an event").json();
    assert_eq!(last["data"]["object"]["integration_transaction_id"], paid.payment);
    assert!(house.receiver.kinds().contains(&"alert.matched".to_owned()));
}

#[tokio::test]
async fn failures_of_money_are_told_to_who_asked_for_them() {
    let house = House::open(&["refund.failed", "subscription_cancel.failed"]).await;
    let _paid = house.shop.subscribe();
    house.shop.world.stripe.failing_refund("expired_or_canceled_card");
    house.alert("FAILS").await;
    assert_eq!(house.receiver.kinds(), ["refund.failed"]);
}

#[tokio::test]
async fn an_enrolment_is_told_of_as_its_get_shows_it() {
    let house = House::open(&DOCUMENTED).await;
    let descriptors = json!([{ "descriptor": "OTHERSHOP", "match_type": "EQUALS" }]);
    let body = json!({
        "merchant_ids": [house.shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": { "descriptors": descriptors }
    });
    let (_, made) =
        house.shop.world.call("POST", "/v2/enrolments/", &house.shop.key, Some(&body)).await;
    house.shop.world.settle().await;
    let told = house.receiver.taken();
    assert_eq!(house.receiver.kinds(), ["enrolment.created"]);
    assert_eq!(told[0].json()["data"]["object"], made);
    let again =
        house.shop.world.call("POST", "/v2/enrolments/", &house.shop.key, Some(&body)).await;
    assert_eq!(again, (200, made.clone()));
    let merchant =
        json!({ "organisation_id": house.shop.organisation, "name": "Second", "type": "GENERIC" });
    let (_, merchant) =
        house.shop.world.call("POST", "/v1/merchants/", &house.shop.key, Some(&merchant)).await;
    let path = format!("/v2/enrolments/{}", made["id"].as_str().expect("an id"));
    let body = json!({ "merchant_ids": [merchant["id"]] });
    let (_, changed) = house.shop.world.call("PATCH", &path, &house.shop.key, Some(&body)).await;
    house.shop.world.settle().await;
    assert_eq!(
        house.receiver.kinds(),
        ["enrolment.created", "enrolment.updated"],
        "asked for again, it is told of once"
    );
    assert_eq!(house.receiver.taken()[1].json()["data"]["object"], changed);
}

#[tokio::test]
async fn standard_webhooks_by_choice() {
    let house =
        House::with(json!({ "events": ["alert.created"], "signature": "STANDARD_WEBHOOKS" })).await;
    house.alert("STANDARD").await;
    let told = &house.receiver.taken()[0];
    let (id, time) = (told.header("webhook-id"), told.header("webhook-timestamp"));
    let secret = STANDARD
        .decode(house.secret().strip_prefix("whsec_").expect("its prefix"))
        .expect("base 64");
    let signature = told.header("webhook-signature").strip_prefix("v1,").expect("a version");
    let signed = format!("{id}.{time}.{}", told.body());
    let tag = STANDARD.decode(signature).expect("base 64");
    assert!(verify(&Key::new(HMAC_SHA256, &secret), signed.as_bytes(), &tag).is_ok());
    assert!(!told.headers.contains_key("x-signature"));
}

#[tokio::test]
async fn in_a_rotations_overlap_the_old_secret_still_fits() {
    let house = House::open(&["alert.created"]).await;
    let (status, rotated) =
        house.call("POST", "/rotate-secret", Some(json!({ "overlap_hours": 2 }))).await;
    assert!(status == 200 && rotated["secret"] != house.endpoint["secret"]);
    house.alert("OVERLAP").await;
    let fits = |one: &Received, secret: &Value| {
        let (header, key) = (
            one.header("x-signature").to_owned(),
            Key::new(HMAC_SHA512, secret.as_str().expect("a secret").as_bytes()),
        );
        let (time, rest) =
            header.strip_prefix("t=").and_then(|rest| rest.split_once(',')).expect("t");
        let signed = format!("{time}.{}", one.body());
        rest.split(',')
            .filter_map(|part| part.strip_prefix("v1="))
            .any(|tag| verify(&key, signed.as_bytes(), &bytes(tag)).is_ok())
    };
    let both = house.receiver.taken()[0].clone();
    assert!(fits(&both, &house.endpoint["secret"]) && fits(&both, &rotated["secret"]));
    house.shop.world.advance(SignedDuration::from_hours(3)).await;
    house.call("POST", "/test", None).await;
    house.shop.world.settle().await;
    let after = house.receiver.taken().last().expect("the test").clone();
    assert!(
        after.kind() == "webhook_endpoint.test"
            && !fits(&after, &house.endpoint["secret"])
            && fits(&after, &rotated["secret"])
    );
}
