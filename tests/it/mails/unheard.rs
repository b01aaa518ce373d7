//! No alert is unseen because nobody has agreed to hear of it.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{path_in, unconfirmed, visit};
use crate::webhooks::House;

const MEMBER: &str = "sam@acme.example";

async fn house() -> House {
    House::open(&["alert.created", "alert.updated", "alert.no_one_notified"]).await
}

fn told(house: &House) -> Vec<Value> {
    house
        .receiver
        .events()
        .into_iter()
        .filter(|event| event["type"] == "alert.no_one_notified")
        .collect()
}

async fn warning(house: &House) -> Value {
    house.shop.alerts().await[0]["notification_warning"].clone()
}

async fn membership(house: &House) -> String {
    let (_, list) = house.shop.world.call("GET", "/v1/memberships", &house.shop.key, None).await;
    format!("/v1/memberships/{}", list["items"][0]["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn its_partner_hears_that_nobody_did_and_the_question_is_asked_again() {
    let house = house().await;
    unconfirmed(&house.shop, MEMBER, &json!({})).await;
    house.alert("UNHEARD").await;
    let events = told(&house);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["data"]["object"]["notification_warning"], "NO_CONFIRMED_MEMBER");
    assert_eq!(warning(&house).await, "NO_CONFIRMED_MEMBER");
    let asked = house.shop.world.aws.mailbox().of(MEMBER);
    let subjects: Vec<&str> = asked.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(
        subjects,
        ["Please confirm your e-mail address", "Disputes wait: please confirm your e-mail address"]
    );
    assert!(
        asked[1].text.contains("Disputes of this company wait for a decision now")
            && !asked[1].text.contains("ACMEFIT")
    );
    house.alert("SECOND").await;
    assert_eq!(
        (told(&house).len(), house.shop.world.aws.mailbox().of(MEMBER).len()),
        (2, 2),
        "it is asked again once a day"
    );
    house.shop.world.confirm(MEMBER).await;
    let mails = house.shop.world.mails_after_consent(MEMBER);
    assert_eq!(
        mails.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(),
        ["2 disputes need your decision"]
    );
    assert_eq!(mails[0].text.matches("/v1/alert-pages/alrt_").count(), 2);
    assert_eq!(visit(&house.shop.world, "GET", &path_in(&mails[0]), "").await.status, 200);
    assert_eq!(warning(&house).await, Value::Null);
    house.shop.world.advance(SignedDuration::from_hours(30)).await;
    assert_eq!(house.shop.world.mails_after_consent(MEMBER).len(), 1);
    house.shop.world.assert_invariants().await;
}

#[tokio::test]
async fn an_organisation_that_lives_by_the_api_hears_nothing_of_mails() {
    let off = json!({ "is_alert_action_required_email_enabled": false });
    for members in [None, Some(off)] {
        let house = house().await;
        if let Some(switches) = &members {
            unconfirmed(&house.shop, MEMBER, switches).await;
        }
        house.alert("API").await;
        house.shop.world.advance(SignedDuration::from_hours(30)).await;
        assert_eq!((told(&house), warning(&house).await), (Vec::new(), Value::Null), "{members:?}");
    }
}

#[tokio::test]
async fn one_confirmed_member_is_enough() {
    let house = house().await;
    unconfirmed(&house.shop, MEMBER, &json!({})).await;
    house.shop.world.confirm(MEMBER).await;
    unconfirmed(&house.shop, "robin@acme.example", &json!({})).await;
    house.alert("HEARD").await;
    assert_eq!((told(&house), warning(&house).await), (Vec::new(), Value::Null));
    assert_eq!(house.shop.world.mails_after_consent(MEMBER).len(), 1);
}

/// Neither the switch, nor the address, nor the membership is taken away.
async fn assert_kept_as_last(house: &House, path: &str) {
    let off = json!({ "is_alert_action_required_email_enabled": false });
    for (method, body) in [
        ("PATCH", Some(off)),
        ("PATCH", Some(json!({ "email": "new@acme.example" }))),
        ("DELETE", None),
    ] {
        let (status, answer) =
            house.shop.world.call(method, path, &house.shop.key, body.as_ref()).await;
        assert_eq!((status, &answer["code"]), (409, &json!("LAST_NOTIFIED_MEMBER")), "{answer}");
    }
}

#[tokio::test]
async fn whoever_takes_away_the_last_mail_that_calls_a_person_is_told_so_first() {
    let house = house().await;
    unconfirmed(&house.shop, MEMBER, &json!({})).await;
    house.shop.world.confirm(MEMBER).await;
    let path = membership(&house).await;
    let call = async |method: &str, path: &str, body: Option<Value>| {
        house.shop.world.call(method, path, &house.shop.key, body.as_ref()).await
    };
    assert_kept_as_last(&house, &path).await;
    let harmless = json!({ "first_name": "Samuel", "is_alert_resolved_email_enabled": false });
    assert_eq!(call("PATCH", &path, Some(harmless)).await.0, 200);
    unconfirmed(&house.shop, "robin@acme.example", &json!({})).await;
    assert_eq!(call("DELETE", &path, None).await.0, 409, "the other one has not agreed");
    house.shop.world.confirm("robin@acme.example").await;
    assert_eq!(call("DELETE", &path, None).await.0, 204, "now somebody else is called");
    let last = membership(&house).await;
    let meant =
        json!({ "is_alert_action_required_email_enabled": false, "acknowledge_no_mail": true });
    let (status, shown) = call("PATCH", &last, Some(meant)).await;
    assert_eq!(
        (status, &shown["is_alert_action_required_email_enabled"]),
        (200, &json!(false)),
        "{shown}"
    );
    assert_eq!(shown.get("acknowledge_no_mail"), None);
    let on = json!({ "is_alert_action_required_email_enabled": true });
    assert_eq!(call("PATCH", &last, Some(on)).await.0, 200);
    assert_eq!(call("DELETE", &last, None).await.0, 409);
    assert_eq!(call("DELETE", &format!("{last}?acknowledge_no_mail=true"), None).await.0, 204);
}

#[tokio::test]
async fn the_last_switch_is_not_turned_off_unseen_even_where_nobody_has_agreed_yet() {
    let house = house().await;
    unconfirmed(&house.shop, MEMBER, &json!({})).await;
    let path = membership(&house).await;
    let off = json!({ "is_alert_action_required_email_enabled": false });
    let (status, answer) = house.shop.world.call("PATCH", &path, &house.shop.key, Some(&off)).await;
    assert_eq!((status, &answer["code"]), (409, &json!("LAST_NOTIFIED_MEMBER")), "{answer}");
    assert_eq!(
        house.shop.world.call("DELETE", &path, &house.shop.key, None).await.0,
        204,
        "a mistaken address goes"
    );
}
