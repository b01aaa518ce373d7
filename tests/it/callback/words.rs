//! What a merchant tells, or its endpoint answers, at will: only what the endpoint lists counts,
//! and nobody but the merchant is rung.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::simulate::merchant::Trick;

use super::{House, stands};
use crate::alarms::{no_dead_letters, rung};

/// More calls than any test makes.
const FOR_GOOD: u32 = 100_000;
const PART: u64 = 2000;

impl House {
    /// A key of the organisation that may do one thing.
    async fn key_that_may(&self, ability: &str) -> String {
        let key = json!({
            "name": ability, "level": "ORGANISATION", "organisation_ids": [self.shop.organisation],
            "abilities": [ability]
        });
        let (status, made) =
            self.world().call("POST", "/v1/api-keys", &self.shop.key, Some(&key)).await;
        assert_eq!(status, 200, "{made}");
        made["secret"].as_str().expect("a secret").to_owned()
    }

    /// A part of the payment goes back by hand, as far as it gets at once.
    async fn by_hand(&self) -> Value {
        let part = json!({ "amount_in_cents": PART });
        let (_, asked) = self
            .world()
            .call("POST", "/v1/transactions/txn-1/refunds", &self.shop.key, Some(&part))
            .await;
        self.world().settle().await;
        self.seen(&asked).await
    }

    async fn seen(&self, refund: &Value) -> Value {
        let path = format!("/v1/refunds/{}", refund["id"].as_str().expect("an id"));
        self.world().call("GET", &path, &self.shop.key, None).await.1
    }

    async fn told(&self, refund: &str, cause: &Value, status: &str) -> (u16, Value) {
        let word = json!({ "cause_id": cause, "status": status, "reason": "the card is closed" });
        let answer = self.call("POST", &format!("/refunds/{refund}"), Some(word)).await;
        self.world().settle().await;
        answer
    }
}

#[tokio::test]
async fn who_may_only_act_on_alerts_tells_nothing_of_refunds() {
    let house = House::open().await;
    let alert = house.alerted().await;
    let path = format!("/v1/integrations/{}/refunds/refund-1", house.id());
    let word = json!({ "cause_id": alert["id"], "status": "SUCCEEDED" });
    for (ability, status) in [("alerts:write", 403), ("refunds:write", 200)] {
        let key = house.key_that_may(ability).await;
        assert_eq!(
            house.world().call("POST", &path, &key, Some(&word)).await.0,
            status,
            "{ability}"
        );
    }
}

#[tokio::test]
async fn a_told_failure_changes_nothing_that_the_endpoint_lists_as_succeeded() {
    let house = House::open().await;
    house.sell("txn-1").await;
    let refund = house.by_hand().await;
    house.world().advance(SignedDuration::from_mins(1)).await;
    let alert = house.push("SETTLED").await;
    assert_eq!(
        (&refund["status"], stands(&alert).0),
        (&json!("SUCCEEDED"), "RESOLVED"),
        "{refund} {alert:#}"
    );
    let own = alert["refund"]["id"].as_str().expect("a refund").to_owned();
    let (told, alarms) = rung(async {
        let by_hand = house.told("refund-1", &refund["id"], "FAILED").await;
        [by_hand.0, house.told(&own, &alert["id"], "FAILED").await.0]
    })
    .await;
    assert_eq!((told, alarms), ([200, 200], vec![]));
    assert_eq!((house.seen(&refund).await, house.alert().await), (refund, alert));
    house.world().assert_invariants().await;
}

#[tokio::test]
async fn a_refund_that_the_endpoint_takes_back_and_gives_again_rings_for_nobody_else() {
    let house = House::open().await;
    let alert = house.alerted().await;
    let (reasons, alarms) = rung(async {
        let mut reasons = Vec::new();
        for reason in [Some("the card is closed"), None, Some("the card is closed")] {
            house.world().merchant.settles_refund(reason);
            house
                .told(
                    "refund-1",
                    &alert["id"],
                    if reason.is_some() { "FAILED" } else { "SUCCEEDED" },
                )
                .await;
            reasons.push(house.alert().await["resolution_reason"].clone());
        }
        reasons
    })
    .await;
    assert_eq!(reasons, [json!("REFUND_FAILED"), json!("REFUNDED"), json!("REFUND_FAILED")]);
    assert_eq!(alarms, Vec::<String>::new());
}

/// Neither the merchant's own requests nor its endpoint make our API fail, give a message up or
/// ring.
#[tokio::test]
async fn an_endpoint_that_is_down_is_its_merchants_own_affair() {
    let house = House::open().await;
    let alert = house.alerted().await;
    let (answers, alarms) = rung(async {
        house.world().merchant.plays("refunds", &Trick::Page(503), 1);
        house.sell("txn-2").await;
        let (_, asked) = house
            .world()
            .call("POST", "/v1/transactions/txn-2/refunds", &house.shop.key, Some(&json!({})))
            .await;
        while house.asked_for_refunds() < 2 {
            assert!(house.world().turn().await, "it is asked for");
        }
        house.world().merchant.plays("", &Trick::Page(503), FOR_GOOD);
        let told = house.told("refund-1", &alert["id"], "FAILED").await;
        let listed = house
            .world()
            .call("GET", "/v1/transactions/txn-1/refunds", &house.shop.key, None)
            .await;
        house.world().advance(SignedDuration::from_hours(53)).await;
        [told.0, listed.0]
            .map(|status| json!(status))
            .into_iter()
            .chain([told.1["code"].clone(), house.seen(&asked).await["status"].clone()])
    })
    .await;
    assert_eq!(
        answers.collect::<Vec<_>>(),
        [json!(424), json!(424), json!("PROCESSOR_UNAVAILABLE"), json!("UNCONFIRMED")]
    );
    assert_eq!((alarms, no_dead_letters(house.world())), (Vec::<String>::new(), true));
}

#[tokio::test]
async fn what_a_person_declared_stays_until_the_endpoint_lists_otherwise() {
    let house = House::open().await;
    house.sell("txn-1").await;
    house.world().merchant.plays("refunds", &Trick::Page(503), 1);
    let part = json!({ "amount_in_cents": PART });
    let (_, asked) = house
        .world()
        .call("POST", "/v1/transactions/txn-1/refunds", &house.shop.key, Some(&part))
        .await;
    while house.asked_for_refunds() < 1 {
        assert!(house.world().turn().await, "it is asked for");
    }
    house.world().merchant.plays("", &Trick::Page(503), FOR_GOOD);
    house.world().advance(SignedDuration::from_hours(53)).await;
    let path = format!("/v1/refunds/{}", asked["id"].as_str().expect("an id"));
    let (_, declared) = house
        .world()
        .call("PATCH", &path, &house.shop.key, Some(&json!({ "status": "FAILED" })))
        .await;
    assert_eq!(declared["status"], "FAILED", "{declared}");
    house.world().merchant.behaves_itself();
    assert_eq!(house.told("refund-1", &asked["id"], "SUCCEEDED").await.0, 200);
    assert_eq!(house.seen(&asked).await, declared, "the endpoint lists no refund");
    house.world().merchant.refunds_itself("txn-1", PART, asked["id"].as_str());
    assert_eq!(house.told("refund-1", &asked["id"], "SUCCEEDED").await.0, 200);
    assert_eq!(house.seen(&asked).await["status"], "SUCCEEDED");
    house.world().assert_invariants().await;
}
