//! A card number in every spelling in every text of what an endpoint answers.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::simulate::merchant::{Merchant, Trick};
use tests::world::canary::{holds, spellings};

use super::House;

/// The places of a payment's values.
const PLACES: [&str; 19] = [
    "/reference",
    "/amount_in_cents",
    "/currency",
    "/status",
    "/subscription_reference",
    "/dispute",
    "/dispute/dispute_id",
    "/dispute/opened_at",
    "/dispute/is_refundable",
    "/refunds",
    "/refunds/0",
    "/refunds/0/refund_id",
    "/refunds/0/currency",
    "/refunds/0/status",
    "/refunds/0/created_at",
    "/refunds/0/amount_in_cents",
    "/refunds/0/reason",
    "/refunds/0/cause_id",
    "/refunds/0/acquirer_reference_number",
];

/// A payment with all that an endpoint can tell of it.
fn payment() -> Value {
    json!({
        "reference": "txn-1", "amount_in_cents": 4900, "currency": "USD", "status": "SETTLED",
        "subscription_reference": "plan-txn-1",
        "dispute": {
            "dispute_id": "dp_1", "opened_at": "2026-02-17T10:00:00Z", "is_refundable": true
        },
        "refunds": [{
            "refund_id": "re_0", "amount_in_cents": 10, "currency": "USD", "status": "FAILED",
            "reason": "No.", "cause_id": "another",
            "created_at": "2026-02-17T10:00:00Z",
            "acquirer_reference_number": "74027016072012345678901"
        }]
    })
}

/// The next calls are answered with the spelling, at another place each time.
fn answers_with(merchant: &Merchant, at: usize, spelling: &str) {
    let mut answer = payment();
    *answer.pointer_mut(PLACES[at % PLACES.len()]).expect("a place") = spelling.into();
    let refusal = json!({ "code": spelling, "message": spelling });
    let refunded = [
        json!(spelling),
        json!({ "refund_id": spelling, "status": "PENDING" }),
        json!({ "refund_id": "re_1", "status": spelling }),
    ];
    let ended = [
        json!({ "status": spelling }),
        json!({ "status": spelling, "reason": spelling }),
        json!([spelling]),
    ];
    merchant.plays("payments", &Trick::Answer(200, answer), 1);
    merchant.plays("payments", &Trick::Answer([400, 409, 422, 500][at % 4], refusal), 1);
    merchant.plays("refunds", &Trick::Answer(200, refunded[at % 3].clone()), 1);
    merchant.plays("subscription-cancellations", &Trick::Answer(200, ended[at % 3].clone()), 1);
}

#[tokio::test]
async fn no_spelling_of_a_card_number_in_an_answer_is_kept() {
    tests::world::logs::watch();
    let house = House::open().await;
    house.sell("txn-1").await;
    let spellings = spellings();
    for (at, (_, spelling)) in spellings.iter().enumerate() {
        answers_with(&house.world().merchant, at, spelling);
    }
    house.push("ANSWERS").await;
    for _ in 0..12 {
        house.after(240).await;
    }
    let failed = json!({ "refund_id": "re_2", "status": "FAILED", "reason": spellings[2].1 });
    house.world().merchant.plays("refunds", &Trick::Answer(200, failed), 1);
    house.shop.push(&[house.shop.alert("AGAIN")]).await;
    house.world().advance(SignedDuration::from_hours(4)).await;
    let traces = house.world().traces().await;
    assert!(traces.is_empty(), "{}", traces.join("\n"));
    assert!(!holds(&json!(house.shop.alerts().await).to_string()));
    house.world().assert_invariants().await;
}

#[tokio::test]
async fn no_spelling_is_kept_of_why_an_endpoint_did_nothing() {
    tests::world::logs::watch();
    for (name, spelling) in spellings().iter().step_by(4) {
        for (path, answer) in [
            ("refunds", json!({ "refund_id": "re_1", "status": "FAILED", "reason": spelling })),
            ("subscription-cancellations", json!({ "status": "FAILED", "reason": spelling })),
        ] {
            let house = House::open().await;
            house.sell("txn-1").await;
            house.world().merchant.plays(path, &Trick::Answer(200, answer), 20);
            let alert = house.push("REASONS").await;
            assert!(
                alert.to_string().contains("543210******0120"),
                "{name} {path}: the reason is shown: {alert:#}"
            );
            let traces = house.world().traces().await;
            assert!(traces.is_empty(), "{name} {path}: {}", traces.join("\n"));
            house.world().assert_invariants().await;
        }
    }
}
