//! The endpoint moves to another system while nobody knows what became of a refund: none is asked
//! for there anew.

use serde_json::json;
use tests::simulate::merchant::{Merchant, Payment, Trick};
use tests::simulate::serve::serve;
use tests::world::Faults;
use tokio::net::TcpListener;

use super::{House, stands};

/// Another system of the merchant's, which has the payment, takes our secret and knows of no
/// refund.
async fn another(house: &House) -> (Merchant, String) {
    let clock = house.world().clock.clone();
    let merchant = Merchant::new(move || clock.now());
    merchant.trusts(house.integration["secret"].as_str().expect("a secret"));
    merchant.sells("txn-1", Payment::settled(4900, "USD"));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/callback", listener.local_addr().expect("its address"));
    tokio::spawn(serve(listener, merchant.router(Faults::default().gate())));
    (merchant, url)
}

async fn moves(house: &House, url: &str) {
    assert_eq!(house.call("PATCH", "", Some(json!({ "callback_url": url }))).await.0, 200);
}

#[tokio::test]
async fn an_alerts_refund_waits_for_a_person_or_for_the_old_system() {
    for moves_back in [true, false] {
        let house = House::open().await;
        house.world().merchant.plays("refunds", &Trick::LoseAnswer, 1);
        house.alerted().await;
        let (new, url) = another(&house).await;
        moves(&house, &url).await;
        let alert = house.after(3 * 60).await;
        assert_eq!(
            stands(&alert),
            ("ACTION_REQUIRED", "NOT_REFUNDED", "REFUND_UNCONFIRMED"),
            "{alert:#}"
        );
        assert!(house.world().ethoca.outcomes().is_empty());
        if moves_back {
            moves(&house, &house.world().callback_url).await;
        } else {
            let path = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
            let told = json!({
                "action": "REFUND", "refunded_externally": true,
                "refund_reference": house.refunds()[0].id
            });
            assert_eq!(
                house.world().call("PATCH", &path, &house.shop.key, Some(&told)).await.0,
                200
            );
        }
        assert_eq!(stands(&house.after(5 * 60).await), ("RESOLVED", "REFUNDED", ""));
        assert_eq!((house.refunds().len(), new.refunds().len()), (1, 0));
        house.world().assert_invariants().await;
    }
}

#[tokio::test]
async fn another_alert_of_the_payment_goes_to_a_person() {
    let house = House::open().await;
    house.world().merchant.plays("refunds", &Trick::LoseAnswer, 1);
    house.alerted().await;
    let (new, url) = another(&house).await;
    moves(&house, &url).await;
    house.shop.push(&[house.shop.alert("SECOND")]).await;
    house.world().advance(jiff::SignedDuration::from_hours(5)).await;
    let alerts = house.shop.alerts().await;
    let reasons: Vec<&str> =
        alerts.iter().filter_map(|alert| alert["action_required_reason"].as_str()).collect();
    assert!(
        alerts.len() == 2
            && reasons.contains(&"AMOUNT_UNCLEAR")
            && reasons.contains(&"REFUND_UNCONFIRMED"),
        "{reasons:?}"
    );
    assert_eq!((house.refunds().len(), new.refunds().len()), (1, 0));
}

#[tokio::test]
async fn a_refund_by_hand_waits_for_the_old_system() {
    let house = House::open().await;
    house.sell("txn-1").await;
    house.world().merchant.plays("refunds", &Trick::LoseAnswer, 1);
    let part = json!({ "amount_in_cents": 2000 });
    let (_, asked) = house
        .world()
        .call("POST", "/v1/transactions/txn-1/refunds", &house.shop.key, Some(&part))
        .await;
    house.world().settle().await;
    let (new, url) = another(&house).await;
    moves(&house, &url).await;
    let path = format!("/v1/refunds/{}", asked["id"].as_str().expect("an id"));
    let seen =
        async || house.world().call("GET", &path, &house.shop.key, None).await.1["status"].clone();
    house.world().advance(jiff::SignedDuration::from_hours(5)).await;
    assert_eq!((seen().await, new.refunds().len()), (json!("ASKED"), 0));
    moves(&house, &house.world().callback_url).await;
    house.world().advance(jiff::SignedDuration::from_hours(9)).await;
    assert_eq!(
        (seen().await, house.refunds().len(), new.refunds().len()),
        (json!("SUCCEEDED"), 1, 0)
    );
}
