//! Keys over the API: made, shown, rotated, revoked, and never more than their maker.

use std::collections::BTreeSet;

use domain::account::issued_key::ABILITIES;
use domain::account::{ApiKeyScope, OperatingMode};
use domain::basics::id::OrganisationId;
use serde_json::{Value, json};
use tests::world::{Settings, World};

use super::{Desk, Shop};
use crate::repository::rust_files;

const KEYS: &str = "/v1/api-keys/";

/// A desk of two shops, with a key for the first of them by its group.
async fn desk() -> (Desk, Shop, Shop, String) {
    let desk = Desk::open().await;
    let (ours, theirs) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    let group = json!({"name": "North", "level": "GROUP", "organisation_ids": [ours.organisation]});
    let group = secret(&desk.post(KEYS, &group).await.body);
    (desk, ours, theirs, group)
}

fn secret(body: &Value) -> String {
    body["secret"].as_str().unwrap_or_else(|| panic!("a secret: {body}")).to_owned()
}

fn organisation(shop: &Shop, abilities: &[&str]) -> Value {
    json!({
        "name": "Shop", "level": "ORGANISATION", "organisation_ids": [shop.organisation],
        "abilities": abilities
    })
}

async fn create_partner(world: &World) -> Value {
    let order = json!({"do": "CREATE_PARTNER", "name": "P", "mode": "LIVE"});
    world.operate(order).await.expect("a partner")
}

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_hashed() {
    let (desk, ours, ..) = desk().await;
    let made = desk.post(KEYS, &organisation(&ours, &["alerts:read"])).await;
    let (id, secret) = (made.id(), secret(&made.body));
    assert_eq!(desk.call("GET", "/v1/alerts", &secret, None).await.status, 200);
    let shown = desk.get(&format!("{KEYS}{id}")).await.body;
    assert_eq!(shown["secret"], Value::Null);
    assert_eq!(
        (&shown["last_used_on"], &shown["abilities"]),
        (&json!("2026-02-17"), &json!(["alerts:read"]))
    );
    assert_eq!(shown["secrets"][0]["prefix"], secret[..15]);
    let list = desk.get(KEYS).await;
    assert!(list.items().contains(&shown) && list.items().len() == 3, "{}", list.body);
    let told = format!("{} {}", shown, list.body);
    assert!(
        !told.contains(&secret) && !told.contains(&runtime::random::hash_secret(&secret)),
        "{told}"
    );
}

#[tokio::test]
async fn a_group_sees_its_organisations_and_no_other() {
    let (desk, ours, theirs, group) = desk().await;
    let seen = desk.call("GET", "/v1/organisations", &group, None).await;
    assert_eq!(
        (seen.items().len(), seen.items()[0]["id"].as_str()),
        (1, Some(ours.organisation.as_str()))
    );
    assert_eq!(desk.call("GET", "/v1/merchants", &group, None).await.body["count"], 1);
    assert_eq!(
        desk.call("GET", &format!("/v1/merchants/{}", theirs.merchant), &group, None)
            .await
            .refusal()
            .0,
        404
    );
    let refused =
        desk.call("POST", "/v1/organisations/", &group, Some(&json!({"name": "New"}))).await;
    assert_eq!(refused.refusal(), (403, "PARTNER_ADMIN_ONLY", vec![]));
}

#[tokio::test]
async fn nobody_makes_a_key_that_may_more() {
    let (desk, ours, theirs, group) = desk().await;
    let writer = secret(
        &desk.post(KEYS, &organisation(&ours, &["api_keys:write", "alerts:read"])).await.body,
    );
    let partner = json!({"name": "All", "level": "PARTNER"});
    let both = json!({
        "name": "Both", "level": "GROUP",
        "organisation_ids": [ours.organisation, theirs.organisation]
    });
    let own_group =
        json!({"name": "Own", "level": "GROUP", "organisation_ids": [ours.organisation]});
    for (key, body, refusal) in [
        (&group, &partner, (403, "PARTNER_ADMIN_ONLY", vec![])),
        (&group, &both, (404, "NOT_FOUND", vec!["organisation_ids[1]"])),
        (&writer, &partner, (401, "PARTNER_ONLY", vec![])),
        (&writer, &own_group, (401, "PARTNER_ONLY", vec![])),
        (&writer, &organisation(&ours, &["*"]), (403, "MISSING_ABILITY", vec![])),
        (&writer, &organisation(&ours, &["alerts:write"]), (403, "MISSING_ABILITY", vec![])),
        (
            &writer,
            &organisation(&theirs, &["alerts:read"]),
            (404, "NOT_FOUND", vec!["organisation_ids[0]"]),
        ),
    ] {
        assert_eq!(desk.call("POST", KEYS, key, Some(body)).await.refusal(), refusal, "{body}");
    }
    let own =
        json!({"name": "Mine", "level": "ORGANISATION", "organisation_ids": [ours.organisation]});
    let made = desk.call("POST", KEYS, &writer, Some(&own)).await;
    assert_eq!(
        made.body["abilities"],
        json!(["api_keys:write", "alerts:read"]),
        "its maker's own: {}",
        made.body
    );
}

#[tokio::test]
async fn who_may_less_neither_rotates_nor_revokes_nor_finds() {
    let (desk, ours, theirs, group) = desk().await;
    let strong = desk.post(KEYS, &organisation(&ours, &["alerts:write"])).await.id();
    let foreign = desk.post(KEYS, &organisation(&theirs, &["alerts:read"])).await.id();
    let weak = secret(
        &desk.post(KEYS, &organisation(&ours, &["api_keys:write", "api_keys:read"])).await.body,
    );
    let partners = desk.get(&format!("{KEYS}?level=PARTNER")).await.items()[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    for (method, rest) in [("POST", "/rotate"), ("DELETE", "")] {
        let refused = desk.call(method, &format!("{KEYS}{strong}{rest}"), &weak, None).await;
        assert_eq!(refused.refusal(), (403, "MISSING_ABILITY", vec![]), "{method}");
        for (id, key) in
            [(&foreign, &weak), (&foreign, &group), (&partners, &group), (&partners, &weak)]
        {
            assert_eq!(
                desk.call(method, &format!("{KEYS}{id}{rest}"), key, None).await.refusal().0,
                404,
                "{method} {id}"
            );
        }
    }
    let listed = desk.call("GET", KEYS, &weak, None).await;
    assert!(
        listed.items().iter().all(|one| one["organisation_ids"] == json!([ours.organisation])),
        "{}",
        listed.body
    );
    let test = desk.new_key("Payments Inc", OperatingMode::Test, ApiKeyScope::Partner, &[]).await;
    assert_eq!(
        desk.call("GET", &format!("{KEYS}{strong}"), &test, None).await.refusal().0,
        404,
        "TEST sees nothing that is LIVE"
    );
    assert_eq!(desk.call("GET", KEYS, &test, None).await.body["count"], 1);
}

#[tokio::test]
async fn what_a_new_key_must_say_is_told_by_field() {
    let (desk, ours, ..) = desk().await;
    let fields = |body: Value| {
        let desk = &desk;
        async move {
            desk.post(KEYS, &body)
                .await
                .refusal()
                .2
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(
        fields(json!({"name": " ", "level": "GROUP", "abilities": []})).await,
        ["name", "organisation_ids", "abilities"]
    );
    assert_eq!(fields(organisation(&ours, &["alerts:read", "alerts:fly"])).await, ["abilities[1]"]);
    let made = desk.post(KEYS, &organisation(&ours, &["*"])).await;
    let path = format!("{KEYS}{}/rotate", made.id());
    assert_eq!(
        desk.post(&path, &json!({"overlap_hours": 169})).await.refusal(),
        (422, "VALIDATION_FAILED", vec!["overlap_hours"])
    );
}

#[tokio::test]
async fn a_rotated_secret_opens_for_its_overlap_and_a_revoked_key_never() {
    let world = World::start(Settings::default()).await;
    let partner = create_partner(&world).await;
    let first = world
        .operate(json!({"do": "CREATE_KEY", "partner_id": partner["partner_id"], "name": "First"}))
        .await
        .expect("a key");
    let (admin, id) = (secret(&first), first["key_id"].as_str().expect("an id"));
    let status = async |key: &str| world.call("GET", "/v1/alerts", key, None).await.0;
    let (_, made) = world
        .call("POST", KEYS, &admin, Some(&json!({"name": "Second", "level": "PARTNER"})))
        .await;
    let path = format!("{KEYS}{}", made["id"].as_str().expect("an id"));
    let (_, rotated) = world.call("POST", &format!("{path}/rotate"), &admin, None).await;
    let (old, new) = (secret(&made), secret(&rotated));
    assert_eq!((status(&old).await, status(&new).await), (200, 200));
    assert_eq!(rotated["secrets"][1]["expires_at"], "2026-02-18T10:00:00Z");
    world.clock.advance(jiff::SignedDuration::from_hours(24));
    assert_eq!((status(&old).await, status(&new).await), (401, 200));
    assert_eq!(world.call("GET", &path, &admin, None).await.1["last_used_on"], "2026-02-18");
    let at_once = json!({"overlap_hours": 0});
    let (_, rotated) = world.call("POST", &format!("{path}/rotate"), &new, Some(&at_once)).await;
    assert_eq!(
        (status(&new).await, status(&secret(&rotated)).await),
        (401, 200),
        "a key may rotate itself"
    );
    assert_eq!(world.call("DELETE", &path, &admin, None).await.0, 204);
    assert_eq!(status(&secret(&rotated)).await, 401);
    assert_eq!(
        world.call("POST", &format!("{path}/rotate"), &admin, None).await.0,
        409,
        "it stays revoked"
    );
    assert_eq!(world.call("GET", &path, &admin, None).await.1["status"], "REVOKED");
    world.operate(json!({"do": "REVOKE_KEY", "key_id": id})).await.expect("revoked");
    assert_eq!(status(&admin).await, 401);
    assert!(world.operate(json!({"do": "REVOKE_KEY", "key_id": "key_nobody"})).await.is_err());
}

#[tokio::test]
async fn a_rotation_that_comes_too_late_does_not_bring_a_revoked_key_back() {
    let (desk, ours, ..) = desk().await;
    let made = desk.post(KEYS, &organisation(&ours, &["*"])).await;
    let id = made.id().parse().expect("an id");
    let before = desk.api.store.read_issued_key(&id).await.expect("read").expect("a key");
    assert!(desk.api.store.revoke_key(&id, super::now()).await.expect("revoked"));
    let secret = domain::account::issued_key::ApiKeySecret::new(
        "new",
        runtime::random::hash_secret("new"),
        super::now(),
    );
    assert!(
        desk.api
            .store
            .commit_issued_key(&before.rotate_secret(secret, 24, super::now()))
            .await
            .is_err()
    );
    assert_eq!(desk.call("GET", "/v1/alerts", "new", None).await.refusal().0, 401);
}

#[tokio::test]
async fn the_operator_makes_group_keys_of_the_partners_own_organisations() {
    let world = World::start(Settings::default()).await;
    let partner = create_partner(&world).await;
    let admin = world
        .operate(json!({"do": "CREATE_KEY", "partner_id": partner["partner_id"]}))
        .await
        .expect("a key");
    let (_, made) = world
        .call("POST", "/v1/organisations/", &secret(&admin), Some(&json!({"name": "Acme"})))
        .await;
    let order = |ids: Value, abilities: Value| {
        json!({
            "do": "CREATE_KEY", "partner_id": partner["partner_id"], "organisation_ids": ids,
            "abilities": abilities
        })
    };
    let group = world.operate(order(json!([made["id"]]), json!([]))).await.expect("a group's key");
    assert_eq!(world.call("GET", "/v1/organisations", &secret(&group), None).await.1["count"], 1);
    let stranger = OrganisationId::derived(&["nobody"]);
    assert!(world.operate(order(json!([stranger]), json!([]))).await.is_err());
    assert!(world.operate(order(json!([]), json!(["alerts:fly"]))).await.is_err());
}

#[test]
fn each_ability_that_a_route_asks_for_can_be_granted() {
    let mut asked = BTreeSet::new();
    for file in rust_files(&["functions/partner-api/src"]) {
        let text: String = file.text.split_whitespace().collect();
        for call in ["_ability(\"", "ability:\""] {
            asked.extend(
                text.split(call)
                    .skip(1)
                    .filter_map(|rest| rest.split('"').next())
                    .map(ToOwned::to_owned),
            );
        }
    }
    let known: BTreeSet<String> = ABILITIES.iter().map(ToString::to_string).collect();
    assert_eq!(
        asked, known,
        "domain::account::issued_key::ABILITIES must be the abilities that functions/partner-api \
         asks for"
    );
}
