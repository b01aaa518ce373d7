//! An address hears once its owner has agreed, and not before.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::aws::Mail;
use tests::world::shop::Shop;
use tests::world::{LIVE_MAILS, Settings, TEST_MAILS, World};

use super::{House, path_in, unconfirmed, visit};

const NEW: &str = "sam@stranger.example";

/// A shop whose only member has not answered.
async fn shop() -> Shop {
    let shop = Shop::open(&World::start(Settings::default()).await).await;
    unconfirmed(&shop, NEW, &json!({})).await;
    shop.world.settle().await;
    shop
}

/// Every mail to an address.
fn all(world: &World, address: &str) -> Vec<Mail> {
    world.aws.mailbox().of(address)
}

async fn status(shop: &Shop) -> Value {
    let (_, list) = shop.world.call("GET", "/v1/memberships", &shop.key, None).await;
    list["items"][0]["email_status"].clone()
}

async fn alert(shop: &Shop, id: &str) {
    shop.push(&[shop.alert(id)]).await;
    shop.world.settle().await;
}

#[tokio::test]
async fn before_its_owner_agrees_an_address_gets_nothing_but_the_question() {
    let shop = shop().await;
    assert_eq!(status(&shop).await, "UNCONFIRMED");
    alert(&shop, "WAITS").await;
    let _paid = shop.subscribe();
    alert(&shop, "RESOLVED").await;
    let asked = all(&shop.world, NEW);
    assert!(asked.iter().all(|mail| mail.confirmation_path().is_some()), "{asked:?}");
    let first = &asked[0];
    assert_eq!(first.subject, "Please confirm your e-mail address");
    let path = first.confirmation_path().expect("a link");
    for body in [&first.text, &first.html].map(|body| body.replace(&path, "")) {
        assert!(body.contains("A company that calls itself “Acme” asks"), "{body}");
        assert!(
            !body.contains("ACMEFIT") && !body.contains("Kim") && !body.contains("Doe"),
            "{body}"
        );
    }
    shop.world.confirm(NEW).await;
    assert_eq!(status(&shop).await, "CONFIRMED");
    assert_eq!(
        shop.world.mails_after_consent(NEW)[0].subject,
        "A dispute needs your decision",
        "of what waits it hears at once"
    );
    let _paid = shop.subscribe();
    alert(&shop, "LATER").await;
    assert_eq!(
        shop.world.mails_after_consent(NEW)[1].subject,
        "Decide by 19 February 2026, 08:00 UTC: 49.00 USD, “ACMEFIT*PLAN”"
    );
}

#[tokio::test]
async fn opening_the_link_changes_nothing_and_a_pressed_button_does() {
    let shop = shop().await;
    let path = all(&shop.world, NEW)[0].confirmation_path().expect("a link");
    for method in ["GET", "HEAD", "GET", "OPTIONS"] {
        let page =
            visit(&shop.world, method, &format!("{path}?answer=CONFIRM"), "answer=CONFIRM").await;
        assert!(page.status < 500);
    }
    let page = visit(&shop.world, "GET", &path, "").await;
    assert_eq!(page.status, 200);
    assert!(
        page.html.contains("“Acme”") && page.html.contains("s***@stranger.example"),
        "{}",
        page.html
    );
    for button in [
        "value=\"CONFIRM\"",
        "value=\"REFUSE\"",
        "<button type=\"submit\" disabled hidden></button>",
    ] {
        assert!(page.html.contains(button), "{button}: {}", page.html);
    }
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(
        ["cache-control", "referrer-policy", "x-robots-tag"].map(|name| page.header(name)),
        ["no-store", "no-referrer", "noindex"]
    );
    for broken in ["", "answer=YES", "%%%", "confirm=1"] {
        assert_eq!(visit(&shop.world, "POST", &path, broken).await.status, 400, "{broken}");
    }
    assert_eq!(status(&shop).await, "UNCONFIRMED");
    assert_eq!(visit(&shop.world, "POST", &path, "answer=CONFIRM").await.status, 303);
    assert_eq!(status(&shop).await, "CONFIRMED");
    assert!(visit(&shop.world, "GET", &path, "").await.html.contains("This address is confirmed"));
    shop.world.advance(SignedDuration::from_hours(24 * 14)).await;
    assert_eq!(visit(&shop.world, "POST", &path, "answer=REFUSE").await.status, 410);
    assert_eq!(status(&shop).await, "CONFIRMED");
}

#[tokio::test]
async fn who_refuses_is_not_written_to_nor_asked_again_by_a_membership_made_anew() {
    let shop = shop().await;
    shop.world.answer_mail(NEW, "REFUSE").await;
    assert_eq!(status(&shop).await, "REFUSED");
    let asked = all(&shop.world, NEW).len();
    alert(&shop, "WAITS").await;
    let (_, list) = shop.world.call("GET", "/v1/memberships", &shop.key, None).await;
    let path = format!("/v1/memberships/{}", list["items"][0]["id"].as_str().expect("an id"));
    assert_eq!(shop.world.call("DELETE", &path, &shop.key, None).await.0, 204);
    unconfirmed(&shop, NEW, &json!({})).await;
    shop.world.advance(SignedDuration::from_hours(24 * 10)).await;
    alert(&shop, "AGAIN").await;
    assert_eq!(all(&shop.world, NEW).len(), asked);
    assert_eq!(status(&shop).await, "REFUSED");
}

#[tokio::test]
async fn another_address_is_asked_anew_and_the_old_link_confirms_nothing() {
    let shop = shop().await;
    let old = all(&shop.world, NEW)[0].confirmation_path().expect("a link");
    shop.world.confirm(NEW).await;
    let (_, list) = shop.world.call("GET", "/v1/memberships", &shop.key, None).await;
    let path = format!("/v1/memberships/{}", list["items"][0]["id"].as_str().expect("an id"));
    let change = json!({ "email": "robin@stranger.example", "acknowledge_no_mail": true });
    let (answered, changed) = shop.world.call("PATCH", &path, &shop.key, Some(&change)).await;
    assert_eq!((answered, &changed["email_status"]), (200, &json!("UNCONFIRMED")), "{changed}");
    shop.world.settle().await;
    assert_eq!(all(&shop.world, "robin@stranger.example").len(), 1);
    assert_eq!(visit(&shop.world, "POST", &old, "answer=CONFIRM").await.status, 404);
    alert(&shop, "MOVED").await;
    assert_eq!(
        (
            shop.world.mails_after_consent(NEW),
            shop.world.mails_after_consent("robin@stranger.example")
        ),
        (vec![], vec![])
    );
    let other = json!({ "first_name": "Robin" });
    let before = all(&shop.world, "robin@stranger.example").len();
    shop.world.call("PATCH", &path, &shop.key, Some(&other)).await;
    shop.world.settle().await;
    assert_eq!(
        all(&shop.world, "robin@stranger.example").len(),
        before,
        "the same address is not asked again"
    );
}

#[tokio::test]
async fn one_organisations_consent_is_no_others() {
    let shop = shop().await;
    shop.world.confirm(NEW).await;
    let other = Shop::open_as(&shop.world, "ZENITH").await;
    unconfirmed(&other, NEW, &json!({})).await;
    shop.world.settle().await;
    assert_eq!(
        (status(&shop).await, status(&other).await),
        (json!("CONFIRMED"), json!("UNCONFIRMED"))
    );
}

#[tokio::test]
async fn an_address_is_asked_three_times_a_week_whoever_asks() {
    let world = World::start(Settings::default()).await;
    for place in 0..3 {
        let shop = Shop::open_as(&world, &format!("SHOP{place}")).await;
        for spelling in [NEW, "SAM@stranger.example", " sam@Stranger.example"] {
            unconfirmed(&shop, spelling, &json!({})).await;
        }
    }
    world.settle().await;
    let asked = || world.aws.mailbox().all().len();
    assert_eq!(asked(), 3);
    let shop = Shop::open_as(&world, "MORE").await;
    world.advance(SignedDuration::from_hours(24 * 6)).await;
    unconfirmed(&shop, NEW, &json!({})).await;
    world.settle().await;
    assert_eq!(asked(), 3, "not yet a week");
    world.advance(SignedDuration::from_hours(25)).await;
    unconfirmed(&shop, NEW, &json!({})).await;
    world.settle().await;
    assert_eq!(asked(), 4);
}

#[tokio::test]
async fn the_name_of_whoever_asks_says_and_links_nothing_more() {
    let shop = shop().await;
    let name = "URGENT\r\nBcc: x@evil.example <a href=\"https://evil.example/login\">+1 800 555 \
        0199</a> your account is locked, click";
    let (_, made) = shop
        .world
        .call("POST", "/v1/organisations", &shop.key, Some(&json!({ "name": name })))
        .await;
    let member = json!({
        "organisation_id": made["id"], "first_name": "https://evil.example", "last_name": "Click",
        "email": "jo@stranger.example", "role": "ADMIN"
    });
    assert_eq!(shop.world.call("POST", "/v1/memberships", &shop.key, Some(&member)).await.0, 200);
    shop.world.settle().await;
    let mail = &all(&shop.world, "jo@stranger.example")[0];
    assert_eq!(mail.subject, "Please confirm your e-mail address");
    let path = mail.confirmation_path().expect("a link");
    let page = visit(&shop.world, "GET", &path, "").await;
    for body in [&mail.text, &mail.html, &page.html].map(|body| body.replace(&path, "")) {
        assert!(body.contains("“URGENT Bcc x evil[.]example"), "{body}");
        assert!(
            !body.contains("evil.example")
                && !body.contains("555")
                && !body.contains("locked")
                && !body.contains("Click"),
            "{body}"
        );
    }
    assert_eq!(mail.text.matches("https://").count(), 1, "the only link is ours");
    assert_eq!(mail.html.matches("href=").count(), 1);
}

#[tokio::test]
async fn a_link_that_is_not_ours_confirms_nothing() {
    let house = House::open().await;
    let alerts = house.unknown("FORGED").await;
    let token = alerts.rsplit('/').next().expect("a token");
    unconfirmed(&house.shop, NEW, &json!({})).await;
    house.shop.world.settle().await;
    let path = all(&house.shop.world, NEW)[0].confirmation_path().expect("a link");
    let (rest, signature) = path.rsplit_once('.').expect("a token");
    let zeros = "0".repeat(signature.len());
    let forged = [
        format!("{rest}.{zeros}"),
        format!("/v1/confirmation-pages/{token}"),
        "/v1/confirmation-pages/x".into(),
        format!("{path}0"),
    ];
    for path in &forged {
        for page in [
            visit(&house.shop.world, "GET", path, "").await,
            visit(&house.shop.world, "POST", path, "answer=CONFIRM").await,
        ] {
            assert_eq!(page.status, 404, "{path}");
            assert!(
                page.html.starts_with("<!DOCTYPE html>") && !page.html.contains("Acme"),
                "{}",
                page.html
            );
        }
    }
    let confirmation = path.rsplit('/').next().expect("a token");
    assert_eq!(house.get(&format!("/v1/alert-pages/{confirmation}")).await.status, 404);
    assert_eq!(house.get(&path_in(house.mails().last().expect("a mail"))).await.status, 200);
}

#[tokio::test]
async fn mails_of_test_organisations_leave_by_a_set_of_their_own() {
    let shop = shop().await;
    shop.world.confirm(NEW).await;
    alert(&shop, "LIVE").await;
    assert!(all(&shop.world, NEW).iter().all(|mail| mail.configuration_set == LIVE_MAILS));
    let key = shop.world.new_partner("Trying", "TEST").await.expect("a partner");
    let (_, made) =
        shop.world.call("POST", "/v1/organisations", &key, Some(&json!({ "name": "Trial" }))).await;
    let member = json!({
        "organisation_id": made["id"], "first_name": "J", "last_name": "O",
        "email": "jo@stranger.example", "role": "ADMIN"
    });
    let (_, member) = shop.world.call("POST", "/v1/memberships", &key, Some(&member)).await;
    shop.world.settle().await;
    let mail = &all(&shop.world, "jo@stranger.example")[0];
    assert_eq!(mail.configuration_set, TEST_MAILS);
    assert_eq!(
        (json!(mail.tags["organisation"]), json!(mail.tags["member"])),
        (made["id"].clone(), member["id"].clone())
    );
    assert!(mail.text.contains("its disputes are not real"), "{}", mail.text);
}
