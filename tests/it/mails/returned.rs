//! What SES tells of mails that left: a mailbox that is gone, or somebody who complains, is written
//! to by nobody any more.

use serde_json::{Value, json};
use tests::aws::ses_events::{Told, event};
use tests::world::World;
use tests::world::shop::Shop;

use super::{House, READER, member, unconfirmed};

async fn tell(world: &World, told: Told) {
    let mail = world.aws.mailbox().of(READER).pop().expect("a mail");
    world.ses_tells(&event(&mail, told)).await;
}

async fn status(shop: &Shop) -> Value {
    let (_, list) = shop.world.call("GET", "/v1/memberships", &shop.key, None).await;
    list["items"][0]["email_status"].clone()
}

#[tokio::test]
async fn what_is_permanent_ends_all_mails_of_every_organisation_and_shows_on_each_membership() {
    for (told, shown) in [
        (Told::Bounced("Permanent", "General"), "BOUNCED"),
        (Told::Bounced("Permanent", "OnAccountSuppressionList"), "BOUNCED"),
        (Told::Complained(Some("abuse")), "COMPLAINED"),
        (Told::Complained(None), "COMPLAINED"),
    ] {
        let house = House::open().await;
        let other = Shop::open_as(&house.shop.world, "ZENITH").await;
        member(&other, READER, &json!({})).await;
        tell(&house.shop.world, told).await;
        assert_eq!((status(&house.shop).await, status(&other).await), (json!(shown), json!(shown)));
        let before = house.shop.world.aws.mailbox().all().len();
        house.alert(&house.shop.alert("GONE")).await;
        let third = Shop::open_as(&house.shop.world, "THIRD").await;
        unconfirmed(&third, " Kim@ACME.example", &json!({})).await;
        house.shop.world.settle().await;
        assert_eq!(
            house.shop.world.aws.mailbox().all().len(),
            before,
            "{told:?}: not even a question leaves"
        );
        assert_eq!(status(&third).await, shown);
        assert_eq!(
            house.only().await["notification_warning"],
            "NO_CONFIRMED_MEMBER",
            "its partner hears of the alert"
        );
    }
}

#[tokio::test]
async fn what_passes_changes_nothing() {
    let house = House::open().await;
    for told in [
        Told::Bounced("Transient", "MailboxFull"),
        Told::Bounced("Undetermined", "Undetermined"),
        Told::Complained(Some("not-spam")),
        Told::Delivered,
        Told::Delayed,
    ] {
        tell(&house.shop.world, told).await;
        assert_eq!(status(&house.shop).await, "CONFIRMED", "{told:?}");
    }
    assert!(house.shop.world.aws.queues().depth("mail-events-dead-letters").visible == 0);
}

#[tokio::test]
async fn a_complaint_is_not_outdone_by_mail_that_comes_back_and_the_operator_can_lift_both() {
    let house = House::open().await;
    for told in [
        Told::Bounced("Permanent", "General"),
        Told::Complained(None),
        Told::Bounced("Permanent", "NoEmail"),
    ] {
        tell(&house.shop.world, told).await;
    }
    assert_eq!(status(&house.shop).await, "COMPLAINED");
    let lift =
        |email: &str| house.shop.world.operate(json!({ "do": "LIFT_SUPPRESSION", "email": email }));
    assert_eq!(lift(" KIM@acme.example").await, Ok(json!({ "was_suppressed": true })));
    assert_eq!(lift(READER).await, Ok(json!({ "was_suppressed": false })));
    assert_eq!(status(&house.shop).await, "CONFIRMED", "the owner's own answer still counts");
}

#[tokio::test]
async fn what_ses_does_not_send_rings_and_what_cannot_be_read_is_not_lost() {
    let house = House::open().await;
    let ((), alarms) =
        crate::alarms::rung(async { tell(&house.shop.world, Told::Rejected).await }).await;
    assert_eq!(alarms.len(), 1, "{alarms:?}");
    let ((), alarms) = crate::alarms::rung(async {
        tell(&house.shop.world, Told::Bounced("Permanent", "General")).await;
    })
    .await;
    assert_eq!(alarms, Vec::<String>::new(), "what tenants can bring about rings nobody");
    house.shop.world.ses_tells(&json!({ "source": "aws.ses", "detail": {} })).await;
    house.shop.world.advance(jiff::SignedDuration::from_hours(1)).await;
    assert_eq!(house.shop.world.aws.queues().depth("mail-events-dead-letters").visible, 1);
}
