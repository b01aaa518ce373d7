//! DELETE: what others refer to stays, and they are named.

use serde_json::{Value, json};

use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::{Desk, order};

async fn delete(desk: &Desk, path: &str) -> super::Answer {
    desk.call("DELETE", path, &desk.key, None).await
}

/// The kinds that a refusal names, each with the id.
fn named(refused: &super::Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let errors = refused.body["errors"].as_array().expect("errors");
    errors
        .iter()
        .map(|error| {
            (
                text(&error["field"]),
                text(&error["message"]).split(' ').next().expect("an id").to_owned(),
            )
        })
        .collect()
}

/// The id of a new order that names the shop's merchant.
async fn make_order_of_merchant(desk: &Desk, shop: &super::Shop) -> String {
    let mut told = order(shop, "o-1");
    told["merchant_id"] = json!(shop.merchant);
    let kept = desk.post("/v1/orders", &json!([told])).await;
    kept.body["results"][0]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn what_is_in_use_stays_and_its_users_are_named() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let (organisation, merchant) = (
        format!("/v1/organisations/{}", shop.organisation),
        format!("/v1/merchants/{}", shop.merchant),
    );
    let refused = delete(&desk, &merchant).await;
    assert_eq!(refused.refusal().1, "IN_USE");
    assert_eq!(named(&refused), [("integrations".to_owned(), shop.integration.clone())]);
    let integration = format!("/v1/integrations/{}", shop.integration);
    assert_eq!(
        desk.call("PATCH", &integration, &desk.key, Some(&json!({"merchant_ids": []})))
            .await
            .status,
        200
    );
    let order = make_order_of_merchant(&desk, &shop).await;
    assert_eq!(
        named(&delete(&desk, &merchant).await),
        [("orders".to_owned(), order.clone())],
        "an order names it"
    );
    let change = json!({"merchant_id": null});
    assert_eq!(
        desk.call("PATCH", &format!("/v1/orders/{order}"), &desk.key, Some(&change)).await.status,
        200
    );
    assert_eq!(delete(&desk, &merchant).await.status, 204);
    assert_eq!(desk.get(&merchant).await.status, 404);
    assert_eq!(delete(&desk, &merchant).await.refusal().0, 404);
    let refused = delete(&desk, &organisation).await;
    assert_eq!(
        named(&refused),
        [("integrations".to_owned(), shop.integration), ("orders".to_owned(), order)]
    );
}

#[tokio::test]
async fn an_empty_organisation_and_a_membership_are_gone() {
    let desk = Desk::open().await;
    let organisation = desk.post("/v1/organisations", &json!({"name": "Acme"})).await.id();
    let member = json!({
        "organisation_id": organisation, "first_name": "A", "last_name": "B",
        "email": "a@example.com", "role": "ADMIN"
    });
    let member = desk.post("/v1/memberships", &member).await.id();
    let path = format!("/v1/organisations/{organisation}");
    assert_eq!(named(&delete(&desk, &path).await), [("memberships".to_owned(), member.clone())]);
    assert_eq!(delete(&desk, &format!("/v1/memberships/{member}")).await.status, 204);
    assert_eq!(delete(&desk, &path).await.status, 204);
    assert_eq!(
        (desk.get(&path).await.status, &desk.get("/v1/organisations").await.body["count"]),
        (404, &json!(0))
    );
}

#[tokio::test]
async fn a_cancelled_enrolment_stays_and_takes_late_alerts_only() {
    let desk = Desk::open().await;
    let connection = super::setup::connect(&desk).await;
    let (ours, theirs) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    let first = super::setup::enrol(&desk, &ours.merchant, "ACMEFIT").await.id();
    let held = super::setup::enrol(&desk, &theirs.merchant, "ACMEFIT PLUS").await;
    assert_eq!(held.body["status"], "NEEDS_ATTENTION");
    for _ in 0..2 {
        let ended = delete(&desk, &format!("/v2/enrolments/{first}")).await;
        assert_eq!(
            (&ended.body["status"], &ended.body["version"]),
            (&json!("UNENROLLED"), &json!(2)),
            "again is the same: {}",
            ended.body
        );
    }
    let path = format!("/v2/enrolments/{}", held.id());
    let ended = delete(&desk, &path).await;
    assert_eq!((&ended.body["status"], ended.body["note"].is_null()), (&json!("UNENROLLED"), true));
    assert_eq!(delete(&desk, &path).await.status, 200);
    let routes = super::setup::routes_like(&desk, &connection, "ACMEFIT").await;
    let left: Vec<(&str, bool)> =
        routes.iter().map(|route| (route.enrolment.as_str(), route.ended)).collect();
    assert_eq!(left, [(first.as_str(), true)], "what never routed an alert takes no late ones");
    assert_eq!(desk.get("/v2/enrolments?status=UNENROLLED").await.body["count"], 2);
}

#[tokio::test]
async fn an_organisation_with_listed_customers_or_a_key_of_its_own_stays_until_they_are_gone() {
    let desk = Desk::open().await;
    let organisation = desk.post("/v1/organisations", &json!({"name": "Acme"})).await.id();
    let path = format!("/v1/organisations/{organisation}");
    let entry =
        json!({"organisation_id": organisation, "kind": "EMAIL", "email": "casey@example.com"});
    let entry =
        desk.post("/v1/negative-list", &entry).await.body["id"].as_str().expect("an id").to_owned();
    let key = json!({"name": "Shop", "level": "ORGANISATION", "organisation_ids": [organisation]});
    let key = desk.post("/v1/api-keys", &key).await.id();
    let expected =
        [("api_keys".to_owned(), key.clone()), ("negative_list".to_owned(), entry.clone())];
    assert_eq!(named(&delete(&desk, &path).await), expected);
    assert_eq!(delete(&desk, &format!("/v1/negative-list/{entry}")).await.status, 204);
    assert_eq!(
        delete(&desk, &format!("/v1/api-keys/{key}")).await.status / 100,
        2,
        "a revoked key refers to nothing"
    );
    assert_eq!(delete(&desk, &path).await.status, 204);
}

#[tokio::test]
async fn money_that_went_back_by_hand_keeps_its_organisation() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let paid = shop.subscribe();
    let (_, refund) = world
        .call(
            "POST",
            &format!("/v1/transactions/{}/refunds", paid.payment),
            &shop.key,
            Some(&json!({})),
        )
        .await;
    world.settle().await;
    let (status, refused) = world
        .call("DELETE", &format!("/v1/organisations/{}", shop.organisation), &shop.key, None)
        .await;
    let errors = refused["errors"].as_array().expect("errors");
    let id = refund["id"].as_str().unwrap_or_else(|| panic!("{refund}"));
    let named = errors.iter().any(|error| {
        error["field"] == "refunds"
            && error["message"].as_str().is_some_and(|text| text.contains(id))
    });
    assert!(status == 409 && named, "{refused}");
}
