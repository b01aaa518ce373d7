//! The link: signed, for one member and one alert, until a time; and what guards the page around
//! it.

use jiff::SignedDuration;
use serde_json::json;
use tests::world::Settings;

use super::House;

#[tokio::test]
async fn after_the_deadline_it_only_shows_and_a_week_later_nothing() {
    let house = House::open().await;
    let path = house.unknown("LATE").await;
    let seen = house.get(&path).await;
    house.shop.world.advance(SignedDuration::from_hours(47)).await;
    let page = house.get(&path).await;
    assert!(
        page.status == 200
            && !page.html.contains("<form")
            && page.html.contains("The deadline passed"),
        "{}",
        page.html
    );
    let late = house.post(&path, &seen.form("ACCEPT_DISPUTE")).await;
    assert_eq!(late.status, 409);
    house.shop.world.advance(SignedDuration::from_hours(7 * 24)).await;
    for page in [house.get(&path).await, house.post(&path, &seen.form("ACCEPT_DISPUTE")).await] {
        assert_eq!(page.status, 410);
        assert!(page.html.contains("expired") && !page.html.contains("ACMEFIT"), "{}", page.html);
    }
}

#[tokio::test]
async fn a_link_that_is_not_ours_opens_nothing_and_gives_no_hint() {
    let house = House::open().await;
    let path = house.unknown("FORGED").await;
    let (alert, rest) =
        path.rsplit_once('/').and_then(|(_, token)| token.split_once('.')).expect("a token");
    let mut parts = rest.split('.');
    let mut part = || parts.next().expect("a part of the token");
    let (member, user, until, signature) = (part(), part(), part(), part());
    let zeros = "0".repeat(signature.len());
    let (other, stranger) = (format!("mem_{}", "0".repeat(26)), format!("usr_{}", "0".repeat(26)));
    let forged = [
        format!("{alert}.{member}.{user}.{until}.{zeros}"),
        format!("{alert}.{other}.{user}.{until}.{signature}"),
        format!("{alert}.{member}.{stranger}.{until}.{signature}"),
        format!("{alert}.{member}.{user}.1999999999.{signature}"),
        format!("alrt_{}.{member}.{user}.{until}.{signature}", "0".repeat(26)),
        format!("{alert}.{member}.{user}.{until}"),
        "x".to_owned(),
    ];
    let first = house.get(&format!("/v1/alert-pages/{}", forged[0])).await;
    assert_eq!(first.status, 404);
    assert!(
        first.html.starts_with("<!DOCTYPE html>") && !first.html.contains("ACMEFIT"),
        "{}",
        first.html
    );
    for token in &forged {
        let path = format!("/v1/alert-pages/{token}");
        for page in [house.get(&path).await, house.post(&path, &[("action", "REFUND")]).await] {
            assert_eq!((page.status, &page.html), (404, &first.html), "{token}");
        }
    }
}

#[tokio::test]
async fn another_organisations_secret_signs_nothing_here() {
    let (house, other) = (House::open().await, House::open().await);
    let (path, theirs) = (house.unknown("MINE").await, other.unknown("THEIRS").await);
    assert_eq!(house.get(&path).await.status, 200);
    assert_eq!(house.get(&theirs).await.status, 404);
    let (mine, signature) =
        (path.rsplit_once('.').expect("a token").0, theirs.rsplit_once('.').expect("a token").1);
    assert_eq!(house.get(&format!("{mine}.{signature}")).await.status, 404);
}

#[tokio::test]
async fn who_is_no_member_any_more_is_shut_out_at_once() {
    let house = House::open().await;
    let path = house.unknown("REVOKED").await;
    let page = house.get(&path).await;
    let membership = format!("/v1/memberships/{}", house.reader["id"].as_str().expect("an id"));
    let (status, _) = house
        .shop
        .world
        .call("DELETE", &format!("{membership}?acknowledge_no_mail=true"), &house.shop.key, None)
        .await;
    assert!((200..300).contains(&status), "{status}");
    assert_eq!(house.get(&path).await.status, 404);
    assert_eq!(house.post(&path, &page.form("ACCEPT_DISPUTE")).await.status, 404);
    house.shop.world.settle().await;
    assert_eq!(house.only().await["is_actionable"], true);
}

#[tokio::test]
async fn another_address_is_another_person_whom_the_old_link_does_not_let_in() {
    let house = House::open().await;
    let path = house.unknown("MOVED").await;
    let membership = format!("/v1/memberships/{}", house.reader["id"].as_str().expect("an id"));
    for (change, expected) in [
        (json!({ "first_name": "Kimberly" }), 200),
        (json!({ "email": "robin@acme.example", "acknowledge_no_mail": true }), 404),
    ] {
        let (status, _) =
            house.shop.world.call("PATCH", &membership, &house.shop.key, Some(&change)).await;
        assert_eq!(status, 200, "{change}");
        assert_eq!(house.get(&path).await.status, expected, "{change}");
    }
    assert_eq!(house.post(&path, &[("action", "ACCEPT_DISPUTE")]).await.status, 404);
}

#[tokio::test]
async fn a_link_is_opened_so_often_a_minute_and_no_more() {
    let house = House::with(Settings { rate_limit: 20, ..Settings::default() }).await;
    let path = house.unknown("OFTEN").await;
    for _ in 0..20 {
        assert_eq!(house.get(&path).await.status, 200);
    }
    let over = house.get(&path).await;
    assert_eq!(over.status, 429);
    assert!(over.html.contains("Too many requests") && over.headers.contains_key("retry-after"));
    house.shop.world.advance(SignedDuration::from_mins(1)).await;
    assert_eq!(house.get(&path).await.status, 200);
}
