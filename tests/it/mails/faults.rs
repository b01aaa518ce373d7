//! SES that is slow, refuses, or loses an answer; and messages that come twice.

use jiff::SignedDuration;
use serde_json::json;
use tests::gate::{Moment, Verdict};
use tests::world::{Faults, Settings, Strike};

use super::{House, READER, member};

#[tokio::test]
async fn nobody_is_asked_for_what_is_done_by_the_time_ses_answers() {
    let house = House::open().await;
    house.shop.world.aws.mailbox().refuse(Some((429, "TooManyRequestsException")));
    house.alert(&house.shop.alert("MEANWHILE")).await;
    let path = format!("/v1/alerts/{}", house.only().await["id"].as_str().expect("an id"));
    house
        .shop
        .world
        .call("PATCH", &path, &house.shop.key, Some(&json!({ "action": "ACCEPT_DISPUTE" })))
        .await;
    house.shop.world.settle().await;
    assert_eq!(house.mails(), []);
    house.shop.world.aws.mailbox().refuse(None);
    house.shop.world.advance(SignedDuration::from_mins(10)).await;
    assert_eq!(house.subjects(), ["Dispute resolved: 49.00 USD, “ACMEFIT*PLAN”"]);
}

#[tokio::test]
async fn a_throttled_or_paused_ses_only_delays() {
    for refusal in [
        (429, "TooManyRequestsException"),
        (400, "SendingPausedException"),
        (403, "AccountSuspendedException"),
        (500, "InternalFailure"),
    ] {
        let house = House::open().await;
        house.shop.world.aws.mailbox().refuse(Some(refusal));
        house.alert(&house.shop.alert("DELAYED")).await;
        assert_eq!(house.mails(), [], "{refusal:?}");
        house.shop.world.aws.mailbox().refuse(None);
        house.shop.world.advance(SignedDuration::from_mins(10)).await;
        assert_eq!(house.mails().len(), 1, "{refusal:?}");
    }
}

#[tokio::test]
async fn a_mail_that_will_never_be_taken_is_not_tried_again() {
    let house = House::open().await;
    house.shop.world.aws.mailbox().refuse(Some((400, "MessageRejected")));
    house.alert(&house.shop.alert("REJECTED")).await;
    house.shop.world.aws.mailbox().refuse(None);
    house.shop.world.advance(SignedDuration::from_hours(1)).await;
    assert_eq!(house.mails(), []);
    assert_eq!(house.shop.world.aws.queues().depth("email-notification-dead-letters").visible, 0);
    house.alert(&house.shop.alert("LATER")).await;
    assert_eq!(house.mails().len(), 1, "the next one is taken");
}

#[tokio::test]
async fn an_address_that_is_none_rings_for_nobody_and_a_sender_that_is_refused_does() {
    for (word, rings) in [("BadRequestException", 0), ("MessageRejected", 1)] {
        let house = House::open().await;
        house.shop.world.aws.mailbox().refuse(Some((400, word)));
        let ((), alarms) =
            crate::alarms::rung(async { house.alert(&house.shop.alert("REFUSED")).await }).await;
        assert_eq!((house.mails().len(), alarms.len()), (0, rings), "{word}: {alarms:?}");
    }
}

#[tokio::test]
async fn a_message_that_comes_twice_is_one_mail() {
    let house = House::open().await;
    house.unknown("TWICE").await;
    let alert = house.only().await;
    let message = json!({
        "mail": { "alert": alert["id"], "version": alert["version"], "kind": "ACTION_REQUIRED" }
    })
    .to_string();
    house.shop.world.aws.queues().send("email-notification", &message);
    house.shop.world.settle().await;
    assert_eq!(house.mails().len(), 1);
}

#[tokio::test]
async fn a_loss_or_a_kill_loses_no_mail() {
    let calls = struck(None).await.1;
    let place =
        calls.iter().position(|call| call.starts_with("ses SendEmail")).expect("a mail is sent");
    for (moment, verdict, most) in [
        (Moment::Before, Verdict::Lose, 1),
        (Moment::Before, Verdict::Throttle, 1),
        (Moment::Before, Verdict::Hold, 1),
        // SES knows no key for a repeat: rather twice than never
        (Moment::After, Verdict::Lose, 2),
        (Moment::After, Verdict::Hold, 2),
    ] {
        let ((reader, other), _) = struck(Some(Strike { call: place, moment, verdict })).await;
        assert!(
            (1..=most).contains(&reader) && (1..=most).contains(&other),
            "{moment} {verdict:?}: {reader} and {other} mails"
        );
        assert!(reader + other < 4, "only the struck one may be sent twice");
    }
}

/// How many mails two members have in the end, and the calls that were made.
async fn struck(strike: Option<Strike>) -> ((usize, usize), Vec<String>) {
    let faults = strike.map_or_else(Faults::default, Faults::striking);
    let house = House::with(Settings { faults: faults.clone(), ..Settings::default() }).await;
    member(&house.shop, "sam@acme.example", &json!({})).await;
    house.alert(&house.shop.alert("STRUCK")).await;
    house.shop.world.advance(SignedDuration::from_mins(30)).await;
    assert_eq!(faults.struck().is_some(), strike.is_some());
    let world = &house.shop.world;
    (
        (
            world.mails_after_consent(READER).len(),
            world.mails_after_consent("sam@acme.example").len(),
        ),
        faults.calls(),
    )
}
