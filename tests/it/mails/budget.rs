//! How many mails leave: of an organisation's memberships, and of its day. What calls a person is
//! told later, never lost.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::world::{Settings, World};

use super::{House, READER};

/// Spends the shop's day but for so many mails.
async fn spend(house: &House, but: u32) {
    let world = &house.shop.world;
    for _ in 0..domain::notify::mail::DAILY_MAILS - but {
        world
            .store
            .count_mail(
                &house.shop.organisation,
                domain::notify::mail::DAILY_MAILS - but,
                world.clock.now(),
            )
            .await
            .expect("counted");
    }
}

async fn only(house: &House) -> Value {
    house.only().await
}

#[tokio::test]
async fn a_test_key_writes_to_a_hundred_strangers_a_day_and_no_more() {
    let world = World::start(Settings::default()).await;
    let key = world.new_partner("Trying", "TEST").await.expect("a partner");
    let mut refused = Vec::new();
    for organisation in 0..6 {
        let (_, made) =
            world.call("POST", "/v1/organisations", &key, Some(&json!({ "name": "Acme" }))).await;
        for place in 0..52 {
            let email = format!("nobody{place}@of{organisation}.example");
            let member = json!({
                "organisation_id": made["id"], "first_name": "N", "last_name": "N", "email": email,
                "role": "ADMIN"
            });
            let (status, answer) = world.call("POST", "/v1/memberships", &key, Some(&member)).await;
            if status != 200 {
                refused.push((
                    status,
                    answer["errors"][0]["code"].clone(),
                    answer["errors"][0]["field"].clone(),
                ));
            }
        }
    }
    assert_eq!(refused, vec![(422, json!("TOO_MANY_MEMBERSHIPS"), json!("organisation_id")); 12]);
    world.settle().await;
    assert_eq!(world.aws.mailbox().all().len(), 100);
    assert!(crate::alarms::no_dead_letters(&world));
}

#[tokio::test]
async fn a_spent_day_hides_no_alert() {
    let house = House::open().await;
    spend(&house, 0).await;
    house.alert(&house.shop.alert("SPENT")).await;
    assert_eq!(house.subjects(), Vec::<String>::new());
    assert_eq!(only(&house).await["notification_warning"], "DAILY_MAILS_SPENT");
    house.shop.world.advance(SignedDuration::from_hours(13)).await;
    assert_eq!(house.subjects(), Vec::<String>::new(), "the day of UTC is not over");
    house.shop.world.advance(SignedDuration::from_hours(2)).await;
    assert_eq!(house.subjects(), ["A dispute needs your decision"]);
    let mail = &house.mails()[0];
    assert!(
        mail.text.contains("49.00 USD, decide by 19 February 2026, 08:00 UTC")
            && mail.html.contains("Each link is yours alone")
    );
    assert_eq!(house.get(&super::path_in(mail)).await.status, 200);
    assert_eq!(only(&house).await["notification_warning"], Value::Null);
    house.shop.world.advance(SignedDuration::from_hours(24)).await;
    assert_eq!(house.mails().len(), 1, "it is told once");
}

#[tokio::test]
async fn what_is_over_meanwhile_is_not_told_late() {
    let house = House::open().await;
    spend(&house, 0).await;
    house.alert(&house.shop.alert("OVER")).await;
    let path = format!("/v1/alerts/{}", only(&house).await["id"].as_str().expect("an id"));
    house
        .shop
        .world
        .call("PATCH", &path, &house.shop.key, Some(&json!({ "action": "ACCEPT_DISPUTE" })))
        .await;
    house.shop.world.settle().await;
    assert_eq!(only(&house).await["notification_warning"], Value::Null);
    house.shop.world.advance(SignedDuration::from_hours(40)).await;
    assert_eq!(house.mails(), []);
}

#[tokio::test]
async fn the_last_quarter_of_a_day_is_for_what_somebody_waits_for() {
    let house = House::open().await;
    spend(&house, domain::notify::mail::DAILY_MAILS / 4).await;
    house.alert(&house.shop.alert("WAITS")).await;
    assert!(house.subjects()[0].starts_with("Decide by"));
    let _paid = house.shop.subscribe();
    house.alert(&house.shop.alert("RESOLVED")).await;
    assert_eq!(house.subjects().len(), 1, "{:?}", house.subjects());
}

#[tokio::test]
async fn a_mail_that_ses_did_not_take_is_not_counted() {
    let house = House::open().await;
    spend(&house, 1).await;
    house.shop.world.aws.mailbox().refuse(Some((429, "TooManyRequestsException")));
    house.alert(&house.shop.alert("THROTTLED")).await;
    house.shop.world.aws.mailbox().refuse(None);
    house.shop.world.advance(SignedDuration::from_mins(10)).await;
    assert_eq!(house.shop.world.mails_after_consent(READER).len(), 1);
}
