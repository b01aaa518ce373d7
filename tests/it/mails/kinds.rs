//! Which mail goes to whom.

use jiff::SignedDuration;
use serde_json::json;

use super::{House, READER, member, path_in};

#[tokio::test]
async fn each_kind_is_written_once_with_amount_descriptor_and_deadline() {
    let house = House::open().await;
    house.unknown("NOBODYS").await;
    assert_eq!(
        house.subjects(),
        ["Decide by 19 February 2026, 08:00 UTC: 49.00 USD, “ACMEFIT*PLAN”"]
    );
    house.shop.world.advance(SignedDuration::from_hours(30)).await;
    assert_eq!(house.mails().len(), 1, "a person is asked once");
    house.shop.world.advance(SignedDuration::from_hours(20)).await;
    assert_eq!(house.subjects()[1..], ["Dispute dismissed: 49.00 USD, “ACMEFIT*PLAN”"]);
    let _paid = house.shop.subscribe();
    house.alert(&house.shop.alert("PAID")).await;
    assert_eq!(house.subjects()[2..], ["Dispute resolved: 49.00 USD, “ACMEFIT*PLAN”"]);
    house.shop.world.advance(SignedDuration::from_hours(100)).await;
    assert_eq!(house.mails().len(), 3);
}

#[tokio::test]
async fn text_and_html_say_the_same_and_of_the_card_no_more_than_brand_and_last_four() {
    let house = House::open().await;
    house.unknown("SAYS").await;
    let mail = &house.mails()[0];
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("alerts@forestall.example", [READER.to_owned()].as_slice())
    );
    for said in [
        "A dispute needs your decision",
        "No payment was found that it is about.",
        "Please decide by 19 February 2026, 08:00 UTC (46 hours from now)",
        "49.00 USD",
        "Visa ending in 4242",
        "Acme",
        "is_alert_action_required_email_enabled",
        "/v1/alert-pages/alrt_",
    ] {
        assert!(mail.text.contains(said), "{said} is not in\n{}", mail.text);
        assert!(mail.html.contains(said), "{said} is not in\n{}", mail.html);
    }
    for text in [&mail.text, &mail.html, &mail.subject] {
        assert!(!text.contains("424242"), "{text}");
    }
}

#[tokio::test]
async fn a_refund_that_did_not_arrive_is_told_with_what_to_do_and_its_link_is_good_for_days() {
    let house = House::open().await;
    let _paid = house.shop.subscribe();
    house.alert(&house.shop.alert("LATE")).await;
    house.shop.world.advance(SignedDuration::from_hours(24 * 12)).await;
    let refund = house.shop.refunds().swap_remove(0);
    house
        .shop
        .world
        .stripe
        .settle_refund(refund["id"].as_str().expect("an id"), Some("expired_or_canceled_card"))
        .expect("it stood");
    crate::late_refunds::tell(&house.shop, "refund.failed", &house.shop.refunds().swap_remove(0))
        .await;
    assert_eq!(house.subjects()[1..], ["Refund failed: 49.00 USD, “ACMEFIT*PLAN”"]);
    let mail = &house.mails()[1];
    for said in [
        "A refund did not arrive",
        "of 49.00 USD did not arrive: “expired_or_canceled_card”.",
        "The bank was told that the money went back, and that answer cannot be changed.",
        "Give the money back another way",
        "is_alert_resolved_email_enabled",
    ] {
        assert!(mail.text.contains(said), "{said} is not in\n{}", mail.text);
    }
    house.shop.world.advance(SignedDuration::from_hours(24 * 6)).await;
    let page = house.get(&path_in(mail)).await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("did not arrive: “expired_or_canceled_card”."), "{}", page.html);
}

/// A member of another organisation of the partner.
async fn add_stranger(house: &House) {
    let (world, key) = (&house.shop.world, &house.shop.key);
    let zenith = json!({ "name": "Zenith" });
    let (_, other) = world.call("POST", "/v1/organisations/", key, Some(&zenith)).await;
    let stranger = json!({
        "organisation_id": other["id"], "first_name": "Z", "last_name": "Z",
        "email": "zoe@zenith.example", "role": "ADMIN"
    });
    world.call("POST", "/v1/memberships/", key, Some(&stranger)).await;
}

#[tokio::test]
async fn only_who_switched_it_on_is_written_to_and_only_in_the_alerts_organisation() {
    let house = House::open().await;
    let off = json!({
        "is_alert_action_required_email_enabled": false, "is_alert_resolved_email_enabled": true,
        "is_alert_dismissed_email_enabled": false
    });
    member(&house.shop, "sam@acme.example", &off).await;
    add_stranger(&house).await;
    member(&house.shop, READER, &json!({})).await; // the same person again
    house.unknown("SWITCHES").await;
    let world = &house.shop.world;
    assert_eq!(
        (
            world.mails_after_consent(READER).len(),
            world.mails_after_consent("sam@acme.example").len()
        ),
        (1, 0)
    );
    let alert = house.only().await;
    let path = format!("/v1/alerts/{}", alert["id"].as_str().expect("an id"));
    house
        .shop
        .world
        .call("PATCH", &path, &house.shop.key, Some(&json!({ "action": "ACCEPT_DISPUTE" })))
        .await;
    house.shop.world.settle().await;
    assert_eq!(
        (
            world.mails_after_consent(READER).len(),
            world.mails_after_consent("sam@acme.example").len()
        ),
        (2, 1)
    );
    assert_eq!(world.mails_after_consent("zoe@zenith.example"), []);
}

#[tokio::test]
async fn an_alert_that_resolves_by_itself_asks_nobody() {
    let house = House::open().await;
    let _paid = house.shop.subscribe();
    house.alert(&house.shop.alert("ITSELF")).await;
    assert_eq!(house.subjects(), ["Dispute resolved: 49.00 USD, “ACMEFIT*PLAN”"]);
}
