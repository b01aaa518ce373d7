//! Quarantined payloads of which it is undecided whose they are: all concerned see that they are
//! there, nobody sees what may be another's.

use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

const QUARANTINE: &str = "/v1/quarantine";

/// Two shops of two partners, both enrolled for one descriptor by the operator's word.
async fn rivals(world: &World) -> [Shop; 2] {
    let shops = [Shop::open(world).await, Shop::open(world).await];
    enable(world, &shops[1].enrolment).await;
    shops
}

async fn enable(world: &World, enrolment: &str) {
    let order = json!({"do": "SET_ENROLMENT", "enrolment_id": enrolment, "status": "ENABLED"});
    world.operate(order).await.expect("enabled");
}

async fn listed(world: &World, key: &str, query: &str) -> Value {
    let (status, list) = world.call("GET", &format!("{QUARANTINE}{query}"), key, None).await;
    assert_eq!(status, 200, "{list}");
    list
}

async fn refusal(world: &World, key: &str, path: &str, body: Value) -> (u16, Value) {
    let (status, answer) = world.call("POST", path, key, Some(&body)).await;
    (status, answer["code"].clone())
}

/// A further organisation of a shop's partner with the same descriptor, enabled by the operator;
/// and its enrolment.
async fn sister(shop: &Shop) -> (String, String) {
    let world = &shop.world;
    let made = async |path: &str, body: Value| {
        world.call("POST", path, &shop.key, Some(&body)).await.1["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    let organisation = made("/v1/organisations", json!({"name": "Sister"})).await;
    let merchant = made(
        "/v1/merchants",
        json!({"organisation_id": organisation, "name": "Shop", "type": "GENERIC"}),
    )
    .await;
    let descriptors = json!([{"descriptor": "ACMEFIT", "match_type": "STARTS_WITH"}]);
    let watched = json!({
        "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    });
    let enrolment = made("/v2/enrolments", watched).await;
    enable(world, &enrolment).await;
    (organisation, enrolment)
}

#[tokio::test]
async fn what_several_partners_may_have_none_of_them_sees() {
    let world = World::start(Settings::default()).await;
    let shops = rivals(&world).await;
    shops[0].push(&[shops[0].alert("TIED")]).await;
    let id = crate::contested::quarantined(&world).await["id"].as_str().expect("an id").to_owned();
    for shop in &shops {
        assert_eq!(listed(&world, &shop.key, "").await["count"], 0);
        let path = format!("{QUARANTINE}/{id}");
        assert_eq!(world.call("GET", &path, &shop.key, None).await.0, 404);
        assert_eq!(
            refusal(
                &world,
                &shop.key,
                &format!("{path}/release"),
                json!({"enrolment_id": shop.enrolment})
            )
            .await
            .0,
            404
        );
        assert_eq!(
            refusal(&world, &shop.key, &format!("{path}/discard"), json!({"reason": "mine"}))
                .await
                .0,
            404
        );
        assert!(shop.alerts().await.is_empty());
    }
}

#[tokio::test]
async fn once_it_is_handed_to_one_the_other_still_sees_nothing() {
    let world = World::start(Settings::default()).await;
    let shops = rivals(&world).await;
    shops[0].push(&[shops[0].alert("TIED")]).await;
    let id = crate::contested::quarantined(&world).await["id"].as_str().expect("an id").to_owned();
    let order = json!({
        "do": "ASSIGN_QUARANTINED", "id": id, "organisation_id": shops[1].organisation, "by": "ann"
    });
    world.operate(order).await.expect("assigned");
    shops[0].push(&[shops[0].alert("TIED")]).await; // the network brings it again
    assert_eq!(listed(&world, &shops[0].key, "").await["count"], 0);
    assert_eq!(world.call("GET", &format!("{QUARANTINE}/{id}"), &shops[0].key, None).await.0, 404);
    let list = listed(&world, &shops[1].key, "").await;
    let one = &list["items"][0];
    assert_eq!(
        (&list["count"], &one["id"], &one["is_releasable"]),
        (&json!(1), &json!(id), &json!(true)),
        "{list}"
    );
    assert!(one["raw"].as_str().is_some_and(|raw| raw.contains("4242")), "{one}");
}

/// The secret of a new key of one organisation.
async fn make_key_of(shop: &Shop, organisation: &str) -> String {
    let order = json!({
        "name": "Sister's", "level": "ORGANISATION", "organisation_ids": [organisation]
    });
    let (_, key) = shop.world.call("POST", "/v1/api-keys", &shop.key, Some(&order)).await;
    key["secret"].as_str().unwrap_or_else(|| panic!("{key}")).to_owned()
}

/// The sister's key sees that a payload came, and may neither read nor release the payload: the
/// payload's path.
async fn assert_sister_cannot_settle(world: &World, sisters: &str, enrolment: &str) -> String {
    let theirs = listed(world, sisters, "").await;
    let one = &theirs["items"][0];
    assert_eq!(
        (&theirs["count"], &one["raw"], &one["enrolment_ids"]),
        (&json!(1), &json!(null), &json!([enrolment])),
        "{theirs}"
    );
    let path = format!("{QUARANTINE}/{}", one["id"].as_str().expect("an id"));
    let release = json!({"enrolment_id": enrolment});
    assert_eq!(refusal(world, sisters, &format!("{path}/release"), release).await.0, 409);
    path
}

async fn assert_partner_settles(shop: &Shop, release: &str, enrolment: &str) {
    let nobodys = json!({"enrolment_id": "enrl_nobody"});
    assert_eq!(refusal(&shop.world, &shop.key, release, nobodys).await, (404, json!("NOT_FOUND")));
    let ours = json!({"enrolment_id": enrolment});
    let (status, released) = shop.world.call("POST", release, &shop.key, Some(&ours)).await;
    assert_eq!(
        (status, &released["status"], &released["is_releasable"]),
        (200, &json!("RELEASED"), &json!(false)),
        "{released}"
    );
}

#[tokio::test]
async fn a_tie_of_a_partners_own_is_its_own_to_settle() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let (sister, enrolment) = sister(&shop).await;
    let sisters = make_key_of(&shop, &sister).await;
    shop.push(&[shop.alert("TIED")]).await;
    world.settle().await; // no payment tells whose it is
    let path = assert_sister_cannot_settle(&world, &sisters, &enrolment).await;

    let list = listed(&world, &shop.key, "").await;
    let one = &list["items"][0];
    assert_eq!(
        one["action_required_deadline"].as_str().map(|at| &at[..10]),
        Some("2026-02-19"),
        "{one}"
    );
    assert_eq!(
        (&list["count"], &one["is_releasable"]),
        (&json!(1), &json!(true)),
        "once, though two organisations have it: {list}"
    );
    assert!(one["raw"].as_str().is_some_and(|raw| raw.contains("4242")), "{one}");
    assert_eq!(
        listed(&world, &shop.key, &format!("?organisation_id={sister}")).await["items"],
        list["items"]
    );
    assert_partner_settles(&shop, &format!("{path}/release"), &enrolment).await;
    assert_eq!(shop.alerts().await[0]["organisation_id"], json!(sister));
}

/// The operator's work-list shows the enrolment, and the file for the networks leaves it out.
async fn assert_operator_alone_is_asked(world: &World, vague: &Value) {
    let list =
        world.operate(json!({"do": "LIST_PENDING_ENROLMENTS"})).await.expect("the work-list");
    let item = list["items"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["enrolment_id"] == vague["id"])
        .expect("it is there")
        .clone();
    assert_eq!(
        (&item["status"], &item["note"], &list["needs_attention"]),
        (&json!("NEEDS_ATTENTION"), &vague["note"], &json!(1)),
        "{list}"
    );
    assert!(
        !list["csv"].as_str().expect("a CSV").contains(vague["id"].as_str().expect("an id")),
        "no network is asked for it"
    );
}

#[tokio::test]
async fn an_enrolment_that_waits_for_the_operator_learns_only_that_something_came() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let descriptors = json!([{"descriptor": "ZE", "match_type": "STARTS_WITH"}]);
    let watched = json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    });
    let (_, vague) = world.call("POST", "/v2/enrolments", &shop.key, Some(&watched)).await;
    assert_eq!(vague["status"], "NEEDS_ATTENTION", "{vague}");
    assert_operator_alone_is_asked(&world, &vague).await;
    let mut alert = shop.alert("STRAY");
    alert["merchantDescriptor"] = json!("ZENITH*PLAN");
    shop.push(&[alert]).await;
    let list = listed(&world, &shop.key, "").await;
    let one = &list["items"][0];
    assert_eq!(
        (&one["reason"], &one["enrolment_ids"]),
        (&json!("the enrolment of its descriptor needs attention"), &json!([vague["id"]]))
    );
    assert!(
        one["descriptor"].is_null() && one["raw"].is_null() && one["is_releasable"] == false,
        "it may be anybody's: {one}"
    );
    enable(&world, vague["id"].as_str().expect("an id")).await;
    let mut alert = shop.alert("LATER");
    alert["merchantDescriptor"] = json!("ZENITH*PLAN");
    shop.push(&[alert]).await;
    assert_eq!(shop.alerts().await[0]["enrolment_id"], vague["id"], "by the operator's word");
}
