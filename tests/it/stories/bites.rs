//! The invariants are worth something only if they notice: each is broken here on purpose.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;
use tests::world::TABLE;

use super::play::Play;
use super::words::Words;

/// A payment of 49.00 USD, refunded by a rule and told.
async fn refunded() -> Play {
    let mut play = Play::open().await;
    let lines = [
        "org Acme enrolled ETHOCA descriptor ACMEFIT",
        "stripe",
        "ruleset REFUND when descriptor STARTS_WITH ACMEFIT",
        "payment 49.00 USD",
        "ethoca alerts 49.00 USD ACMEFIT*PLAN of payment disputes 10.00 USD",
    ];
    for line in lines {
        play.act(Words::of(line)).await.expect("a line that can be played");
    }
    assert_eq!(play.world.breaches().await, Vec::<String>::new());
    play
}

async fn breaks(play: &Play, invariant: &str) {
    let breaches = play.world.breaches().await;
    assert!(
        breaches.iter().any(|breach| breach.starts_with(invariant)),
        "{invariant} was broken, and only these were noticed: {breaches:?}"
    );
}

/// Writes one attribute of the latest alert's item.
async fn tamper(play: &Play, path: &str, value: &str) {
    let id = play.alert_id(&mut Words::of("")).expect("an alert").to_string();
    let (first, rest) = path.split_once(['.', '[']).unwrap_or((path, ""));
    let update = format!(
        "SET #first{}{rest} = :value",
        path.get(first.len()..=first.len()).unwrap_or_default()
    );
    let request = play.world.aws.dynamodb().update_item().table_name(TABLE);
    let request = request
        .key("pk", AttributeValue::S(id))
        .key("sk", AttributeValue::S("ALERT".into()))
        .update_expression(update);
    let request = request
        .expression_attribute_names("#first", first)
        .expression_attribute_values(":value", AttributeValue::S(value.into()));
    request.send().await.expect("the item is changed");
}

#[tokio::test]
async fn a_second_automatic_refund_is_noticed() {
    let play = refunded().await;
    let (id, charge) =
        (play.alert_id(&mut Words::of("")).expect("an alert"), &play.payments[0].charge);
    let form = format!("charge={charge}&amount=1000&metadata[cbs_related_alert_id]={id}");
    play.at_stripe("POST", "/v1/refunds", &form, None).await.expect("a refund");
    breaks(&play, "I1").await;
}

#[tokio::test]
async fn an_alert_without_an_answer_is_noticed() {
    let mut play = refunded().await;
    for line in ["queues wait", "ethoca alerts 48.00 USD ACMEFIT*PLAN"] {
        play.act(Words::of(line)).await.expect("a line that can be played");
    }
    play.world.clock.advance(SignedDuration::from_hours(49));
    breaks(&play, "I2").await;
}

#[tokio::test]
async fn a_refund_that_nobody_made_is_noticed() {
    let play = refunded().await;
    tamper(&play, "state.done.refund.id", "re_never").await;
    breaks(&play, "I3").await;
}

#[tokio::test]
async fn a_step_after_the_end_is_noticed() {
    let play = refunded().await;
    tamper(&play, "history[3].did", "RESOLVED").await;
    breaks(&play, "I5").await;
}

#[tokio::test]
async fn a_history_that_does_not_replay_is_noticed() {
    let play = refunded().await;
    tamper(&play, "history[1].did", "REFUNDING").await;
    breaks(&play, "I7").await;
}

#[tokio::test]
async fn a_card_number_is_noticed() {
    let play = refunded().await;
    tamper(&play, "note", "paid with 4242 4242 4242 4242").await;
    breaks(&play, "I8").await;
}
