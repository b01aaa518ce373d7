//! What vendors and processors send: alerts, whole, broken and of nobody's, and Stripe's events.

use axum::extract::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tests::world::canary::{CANARY, holds};

use super::{House, places_of_texts, with};

/// An alert with every field that is read, and some that are not.
fn alert(house: &House, id: &str, descriptor: &str) -> Value {
    let now = house.shop.world.clock.now().to_string();
    json!({
        "alertId": format!("{id:A<25}"), "alertType": "CUSTOMERDISPUTE", "alertTimestamp": now,
        "age": "31", "cardNumber": "424242******4242",
        "cardBin": "424242", "cardLast4": "4242", "arn": "74027016072012345678901",
        "authCode": "064712", "transactionId": "466061234567890",
        "transactionTimestamp": now, "merchantDescriptor": descriptor, "amount": "49.00",
        "currency": "USD", "chargebackAmount": "49.00",
        "chargebackCurrency": "USD", "issuer": "First Example Bank", "chargebackReasonCode": "13.2",
        "mcc": "7997", "is3DSecure": "no",
        "initiatedBy": "cardholder", "transactionType": "eCommerce", "source": "issuer",
        "memberId": "4711", "memo": { "lines": ["a", "b"] }
    })
}

/// A delivery at the vendors' door.
async fn deliver(house: &House, body: String) -> u16 {
    let sign_in = STANDARD.encode("ethoca:a password of the vendor's");
    house
        .send_as_is(
            Request::post("/vendors/ethoca/alerts")
                .header("authorization", format!("Basic {sign_in}")),
            body,
        )
        .await
        .0
}

/// The text with every character beyond ASCII as JSON's escape, as many systems write it.
fn escaped(text: &str) -> String {
    let units = |letter: char| {
        letter
            .encode_utf16(&mut [0; 2])
            .iter()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect::<Vec<_>>()
            .concat()
    };
    text.chars()
        .map(|letter| if letter.is_ascii() { letter.to_string() } else { units(letter) })
        .collect()
}

#[tokio::test]
async fn no_field_of_an_alert_keeps_a_card_number() {
    let house = House::open().await;
    for descriptor in ["ACMEFIT*PLAN", "NOBODYS"] {
        let example = alert(&house, "EXAMPLE", descriptor);
        for (at, place) in places_of_texts(&example, "").iter().enumerate() {
            let alert = with(
                &alert(&house, &format!("{descriptor:.3}{at}"), descriptor),
                place,
                house.next_spelling(),
            );
            let mut beside = alert.clone();
            beside[house.next_spelling()] = house.next_spelling().into();
            assert_eq!(deliver(&house, json!({ "alerts": [alert] }).to_string()).await, 200);
            assert_eq!(
                deliver(&house, json!([beside, alert]).to_string()).await,
                200,
                "a second time"
            );
        }
    }
    let held =
        house.shop.world.operate(json!({ "do": "LIST_QUARANTINE" })).await.expect("the list");
    assert!(
        held["count"].as_u64().is_some_and(|count| count > 20) && !holds(&held.to_string()),
        "{held}"
    );
    house.expect_no_trace().await;
}

#[tokio::test]
async fn no_spelling_is_kept_of_a_delivery_that_cannot_be_read() {
    let house = House::open().await;
    for (at, (_, spelling)) in house.spellings.iter().enumerate() {
        let whole = json!({
            "alerts": [
                alert(&house, &format!("WHOLE{at}"), "ACMEFIT"),
                { "alertId": spelling, "memo": spelling }
            ]
        })
        .to_string();
        for text in [whole.clone(), escaped(&whole)] {
            let broken = text.replacen("\"alertId\":", "\"alertId\"::", 2);
            for body in [
                &text[..text.len() - 1],
                &text[..text.len() - 4],
                &broken,
                &format!("\"{}", &text[1..]),
                spelling,
                &escaped(spelling),
            ] {
                assert_eq!(deliver(&house, body.to_owned()).await, 200);
            }
            let in_place = json!({ "alerts": spelling }).to_string();
            assert_eq!(deliver(&house, in_place.clone()).await, 200);
            assert_eq!(deliver(&house, escaped(&in_place)).await, 200);
        }
    }
    house.expect_no_trace().await;
}

/// The event with a card number in each of its fields in turn.
fn spoil_event(house: &House, event: &Value) -> Vec<Value> {
    let mut events: Vec<Value> = places_of_texts(event, "")
        .iter()
        .map(|place| with(event, place, house.next_spelling()))
        .collect();
    for number in ["amount", "created"] {
        events.push(with(event, &format!("/data/object/{number}"), house.next_spelling()));
        let mut as_number = event.clone();
        as_number["data"]["object"][number] =
            json!(CANARY.parse::<i64>().ok().map(|number| -number));
        events.push(as_number);
    }
    events
}

#[tokio::test]
async fn no_field_of_a_processors_event_keeps_a_card_number() {
    let house = House::open().await;
    let _paid = house.shop.subscribe();
    house.shop.push(&[house.shop.alert("EVENT")]).await;
    house.shop.world.settle().await;
    let refund = house.shop.refunds().pop().expect("a refund");
    let mut object = refund.clone();
    object["status"] = "failed".into();
    let reason = house.next_spelling();
    object["failure_reason"] = reason.into();
    // What is shown is what Stripe lists; its event only wakes the look.
    let id = refund["id"].as_str().expect("an id");
    house.shop.world.stripe.settle_refund(id, Some(reason)).expect("it fails");
    for kind in ["refund.failed", "charge.refunded", "charge.dispute.created", "customer.created"] {
        let event = json!({
            "id": "evt_1", "type": kind, "account": "acct_1", "data": { "object": object }
        });
        for event in spoil_event(&house, &event) {
            let (body, now) = (event.to_string(), house.shop.world.clock.now().as_second());
            let signature = format!(
                "t={now},v1={}",
                tests::simulate::stripe::signature("whsec_shop", now, &body)
            );
            let request = Request::post(format!("/processor-events/{}", house.shop.stripe))
                .header("stripe-signature", signature);
            house.send_as_is(request, body).await;
        }
        house.shop.world.settle().await;
    }
    assert!(
        format!("{:?}", house.shop.alerts().await).contains("543210******0120"),
        "the reason is shown"
    );
    house.expect_no_trace().await;
}
