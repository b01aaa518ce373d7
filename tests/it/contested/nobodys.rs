//! What is nobody's, and who may say that money went back.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::{quarantined, told};
use crate::alarms::rung;

const WHY: &str = "no enrolment has its descriptor";

#[tokio::test]
async fn a_descriptor_that_is_nobodys_is_told_so_at_the_deadline() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let mut alert = shop.alert("STRAY");
    alert["merchantDescriptor"] = json!("ZENITH*PLAN");
    let ((), rang) = rung(async {
        shop.push(std::slice::from_ref(&alert)).await;
        world.advance(SignedDuration::from_hours(25)).await;
    })
    .await;
    assert_eq!(
        rang,
        [
            format!("Quarantined: {WHY}"),
            format!("Quarantined payload waits past its target time: {WHY}")
        ]
    );
    assert!(told(&world, "STRAY").is_empty(), "whoever enrols it late may still act");
    world.advance(SignedDuration::from_hours(22)).await;
    let told = told(&world, "STRAY");
    let [one] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(
        (&one["outcome"], &one["refundStatus"]),
        (&json!("NOT_FOUND"), &json!("NOT_REFUNDED")),
        "{one}"
    );
    assert_eq!(one["comments"], "The descriptor is not the merchant's.", "{one}");
    assert_eq!(quarantined(&world).await["fate"]["is"], "ANSWERED");
    shop.push(&[alert]).await; // the network brings it again
    world.advance(SignedDuration::from_hours(4)).await;
    assert_eq!((super::told(&world, "STRAY").len(), shop.alerts().await.len()), (1, 0));
}

#[tokio::test]
async fn an_enrolment_that_came_meanwhile_keeps_it_from_being_denied() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let mut alert = shop.alert("EARLY");
    alert["merchantDescriptor"] = json!("ZENITH*PLAN");
    shop.push(&[alert]).await;
    let descriptors = json!([{"descriptor": "ZENITH", "match_type": "STARTS_WITH"}]);
    let watched = json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    });
    assert_eq!(world.call("POST", "/v2/enrolments", &shop.key, Some(&watched)).await.0, 200);
    world.advance(SignedDuration::from_hours(30)).await;
    let ((), rang) = rung(world.advance(SignedDuration::from_hours(20))).await;
    assert_eq!(rang.len(), 1, "a person who could have released it: {rang:?}");
    assert!(told(&world, "EARLY").is_empty() && quarantined(&world).await["fate"]["is"] == "HELD");
}

/// A partner by hand: no processor, no orders. Its enrolment as it is answered.
async fn by_hand(world: &World, match_type: &str, descriptor: &str) -> (String, Value) {
    if world.store.read_connections().await.expect("connections").is_empty() {
        world.connect_ethoca("ethoca", "a password of the vendor's").await.expect("a connection");
    }
    let key = world.new_partner("By hand", "LIVE").await.expect("a partner");
    let make = async |path: &str, body: Value| {
        let (status, answer) = world.call("POST", path, &key, Some(&body)).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    };
    let organisation = make("/v1/organisations/", json!({"name": "By hand"})).await["id"].clone();
    let merchant = make(
        "/v1/merchants/",
        json!({"organisation_id": organisation, "name": "Shop", "type": "GENERIC"}),
    )
    .await["id"]
        .clone();
    let descriptors = json!([{"descriptor": descriptor, "match_type": match_type}]);
    let watched = json!({
        "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    });
    let enrolment = make("/v2/enrolments/", watched).await;
    (key, enrolment)
}

/// An order that fits the alert, sent when the alert is known.
async fn tells_late(world: &World, key: &str, enrolment: &Value) {
    let orders = json!({
        "organisation_id": enrolment["organisation_id"], "name": "Orders", "type": "CUSTOM_ORDERS",
        "merchant_ids": enrolment["merchant_ids"]
    });
    let orders = world.call("POST", "/v1/integrations", key, Some(&orders)).await.1["id"].clone();
    let now = world.clock.now().to_string();
    let order = json!([{
        "type": "COMPLETE", "organisation_id": enrolment["organisation_id"],
        "integration_id": orders, "reference_id": "late", "order_datetime": now,
        "order_currency": "USD", "order_status": "CLOSED_COMPLETE", "transactions": [{
            "reference_id": "t-late", "amount_in_cents": 4900, "currency": "USD",
            "payment_method_type": "CARD", "authorisation_status": "SETTLED",
            "authorised_at": now, "payment_method_card_brand": "VISA",
            "payment_method_card_last_4": "4242", "payment_method_card_bin": "424242"
        }]
    }]);
    assert_eq!(world.call("POST", "/v1/orders", key, Some(&order)).await.1["created"], 1);
    world.settle().await;
}

/// Ethoca's alert of the descriptor.
async fn alerted(world: &World, key: &str) {
    let [key, organisation, merchant, orders, stripe, enrolment] =
        [key, "", "", "", "", ""].map(ToOwned::to_owned);
    let door =
        Shop { world: world.clone(), key, organisation, merchant, orders, stripe, enrolment };
    door.push(&[door.alert("WORD")]).await;
    world.settle().await;
}

#[tokio::test]
async fn a_refund_by_word_alone_is_told_once_the_vendor_has_accepted_the_enrolment() {
    let world = World::start(Settings { is_sandbox: false, ..Settings::default() }).await;
    let (key, enrolment) = by_hand(&world, "STARTS_WITH", "ACMEFIT").await;
    assert_eq!(
        (&enrolment["status"], &enrolment["accepted_at"]),
        (&json!("PENDING"), &json!(null))
    );
    alerted(&world, &key).await;
    let (_, list) = world.call("GET", "/v1/alerts", &key, None).await;
    let alert = list["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{list}"));
    let path = format!("/v1/alerts/{alert}");
    let refund = json!({"action": "REFUND"});
    let by_word = json!({"action": "REFUND_AND_CANCEL", "refunded_externally": true});
    for order in [&refund, &by_word] {
        assert_unaccepted(&world, &key, (&path, order), "the vendor has not accepted it").await;
    }
    tells_late(&world, &key, &enrolment).await;
    let (_, matched) = world.call("GET", &path, &key, None).await;
    assert_eq!(matched["match"]["integration_transaction_id"], "t-late", "{matched}");
    assert_unaccepted(&world, &key, (&path, &refund), "what is written once the alert is known")
        .await;
    let id = enrolment["id"].as_str().expect("an id");
    let at = format!("/v2/enrolments/{id}");
    let (_, proven) = world.call("GET", &at, &key, None).await;
    assert_eq!(
        (&proven["status"], &proven["accepted_at"]),
        (&json!("ENABLED"), &json!(null)),
        "an alert alone does not say so"
    );
    let pending = pending_enrolments(&world).await;
    assert!(pending.contains(id), "the operator sees whom to confirm: {pending}");
    super::enable(&world, id).await;
    assert!(world.call("GET", &at, &key, None).await.1["accepted_at"].is_string());
    let (status, done) = world.call("PATCH", &path, &key, Some(&refund)).await;
    assert_eq!(status, 200, "{done}");
    world.settle().await;
    assert_eq!(told(&world, "WORD")[0]["refundStatus"], "REFUNDED");
    let pending = pending_enrolments(&world).await;
    assert!(!pending.contains(id), "{pending}");
}

/// The order about an alert is refused, because no vendor has accepted the enrolment.
async fn assert_unaccepted(world: &World, key: &str, order: (&str, &Value), why: &str) {
    let (status, refused) = world.call("PATCH", order.0, key, Some(order.1)).await;
    assert_eq!(
        (status, &refused["code"]),
        (409, &json!("ENROLMENT_NOT_ACCEPTED")),
        "{why}: {refused}"
    );
}

/// The operator's work-list, in JSON.
async fn pending_enrolments(world: &World) -> String {
    let list = json!({"do": "LIST_PENDING_ENROLMENTS"});
    world.operate(list).await.expect("the work-list").to_string()
}

#[tokio::test]
async fn what_is_looked_for_inside_descriptors_needs_the_operators_word_and_keeps_nobody_back() {
    let world = World::start(Settings { is_sandbox: false, ..Settings::default() }).await;
    let (_, inside) = by_hand(&world, "CONTAINS", "ACMEFIT").await;
    assert_eq!(inside["status"], "NEEDS_ATTENTION", "{inside}");
    super::enable(&world, inside["id"].as_str().expect("an id")).await;
    let (_, exact) = by_hand(&world, "EQUALS", "ACMEFIT*PLAN").await;
    assert_eq!(exact["status"], "PENDING", "{exact}");
}

#[tokio::test]
async fn a_key_that_moves_no_money_is_refused_where_alerts_are_real() {
    for is_sandbox in [true, false] {
        let world = World::start(Settings { is_sandbox, ..Settings::default() }).await;
        let (key, enrolment) = by_hand(&world, "EQUALS", "ACMEFIT").await;
        let (organisation, merchants) = (&enrolment["organisation_id"], &enrolment["merchant_ids"]);
        for secret in ["sk_test_shop", "rk_test_shop", "sk_live_shop"] {
            let stripe = json!({
                "organisation_id": organisation, "name": "Stripe", "type": "STRIPE",
                "merchant_ids": merchants, "credentials": {"secret_key": secret}
            });
            let (status, answer) =
                world.call("POST", "/v1/integrations", &key, Some(&stripe)).await;
            let is_taken = is_sandbox || secret.starts_with("sk_live_");
            assert_eq!(status, if is_taken { 200 } else { 422 }, "{secret}: {answer}");
            assert!(is_taken || answer["errors"][0]["code"] == "TEST_KEY", "{answer}");
        }
    }
}
