//! The merchants of an enrolment: they are changed as a whole, and late alerts are about the new
//! merchants' sales.

use serde_json::{Value, json};
use tests::world::shop::Shop;
use tests::world::{Settings, World};

use super::super::{Answer, Desk, order};
use super::{another_merchant, text, watching};

async fn patch(desk: &Desk, id: &str, body: Value) -> Answer {
    desk.call("PATCH", &format!("/v2/enrolments/{id}"), &desk.key, Some(&body)).await
}

/// `merchants` are the two merchants of the enrolment and a merchant of another organisation.
async fn assert_wrong_changes_are_refused(desk: &Desk, id: &str, merchants: [&str; 3]) {
    let [first, second, theirs] = merchants;
    for (body, status, code, field) in [
        (json!({"merchant_ids": []}), 422, "VALIDATION_FAILED", "merchant_ids"),
        (json!({"merchant_ids": [second, second]}), 422, "VALIDATION_FAILED", "merchant_ids[1]"),
        (json!({"merchant_ids": ["mrch_nobody"]}), 404, "NOT_FOUND", "merchant_ids[0]"),
        (
            json!({"merchant_ids": [theirs]}),
            422,
            "MERCHANTS_DIFFERENT_ORGANISATIONS",
            "merchant_ids",
        ),
        (
            json!({"merchant_ids": [first, theirs]}),
            422,
            "MERCHANTS_DIFFERENT_ORGANISATIONS",
            "merchant_ids",
        ),
        (json!({"status": "ENABLED"}), 422, "VALIDATION_FAILED", "status"),
        (json!({"ethoca_alert": {"descriptors": []}}), 422, "VALIDATION_FAILED", "ethoca_alert"),
    ] {
        assert_eq!(
            patch(desk, id, body.clone()).await.refusal(),
            (status, code, vec![field]),
            "{body}"
        );
    }
}

/// `count` is of the changes that were made, not of those that were refused.
async fn assert_changes_audited(desk: &Desk, id: &str, count: usize) {
    let events = desk.get(&format!("/v1/audit-events?resource_id={id}")).await;
    let is_change = |one: &&Value| one["method"] == "PATCH" && one["status"] == 200;
    assert_eq!(events.items().iter().filter(is_change).count(), count, "{}", events.body);
}

#[tokio::test]
async fn merchants_are_changed_as_a_whole_and_nothing_else_is() {
    let desk = Desk::open().await;
    let (shop, other) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    let second = another_merchant(&desk, &shop.organisation).await;
    let made = desk
        .post("/v2/enrolments", &watching(&[&shop.merchant], &[("ACMEFIT", "STARTS_WITH")]))
        .await;
    let id = made.id();
    let changed =
        patch(&desk, &id, json!({"merchant_ids": [second, shop.merchant], "version": 1})).await;
    assert_eq!((changed.status, &changed.body["version"]), (200, &json!(2)), "{}", changed.body);
    assert_eq!(changed.body["merchant_ids"], json!([second, shop.merchant]));
    assert_eq!(
        patch(&desk, &id, json!({"merchant_ids": [shop.merchant, second]})).await.body,
        changed.body,
        "the same set is no change"
    );
    assert_wrong_changes_are_refused(&desk, &id, [&shop.merchant, &second, &other.merchant]).await;
    assert_eq!(
        patch(&desk, &id, json!({"merchant_ids": [second], "version": 1})).await.refusal().1,
        "CONFLICT"
    );
    assert_eq!(
        patch(&desk, &id, json!({"merchant_ids": [second]})).await.body["merchant_ids"],
        json!([second])
    );
    let merchant = format!("/v1/merchants/{}", shop.merchant);
    desk.call("DELETE", &format!("/v2/enrolments/{id}"), &desk.key, None).await;
    assert_eq!(
        patch(&desk, &id, json!({"merchant_ids": [shop.merchant]})).await.refusal().1,
        "CONFLICT",
        "it has ended"
    );
    assert_changes_audited(&desk, &id, 3).await;
    assert_eq!(desk.get(&merchant).await.status, 200);
}

#[tokio::test]
async fn late_alerts_are_about_the_new_merchants_sales() {
    let world = World::start(Settings::default()).await;
    let shop = Shop::open(&world).await;
    let merchant =
        json!({"organisation_id": shop.organisation, "name": "Second account", "type": "GENERIC"});
    let (_, merchant) = world.call("POST", "/v1/merchants", &shop.key, Some(&merchant)).await;
    let orders = json!({
        "organisation_id": shop.organisation, "name": "Orders", "type": "CUSTOM_ORDERS",
        "merchant_ids": [merchant["id"]]
    });
    let (_, orders) = world.call("POST", "/v1/integrations", &shop.key, Some(&orders)).await;
    let mut order = order(
        &super::super::Shop {
            organisation: shop.organisation.clone(),
            merchant: String::new(),
            integration: text(&orders["id"]),
        },
        "AF-9",
    );
    order["order_datetime"] = json!(world.clock.now());
    order["transactions"][0]["transaction_datetime"] = json!(world.clock.now());
    let (_, taken) = world.call("POST", "/v1/orders", &shop.key, Some(&json!([order]))).await;
    assert_eq!(taken["created"], 1, "{taken}");
    let found = async |id: &str| {
        shop.push(&[shop.alert(id)]).await;
        world.settle().await;
        let alerts = shop.alerts().await;
        let alert =
            alerts.iter().find(|alert| text(&alert["vendor_alert_id"]).starts_with(id)).cloned();
        alert.unwrap_or_else(|| panic!("{alerts:?}"))["integration_transaction_id"].clone()
    };
    assert_eq!(found("BEFORE").await, json!(null));
    let path = format!("/v2/enrolments/{}", shop.enrolment);
    let both = json!({"merchant_ids": [shop.merchant, merchant["id"]]});
    let (status, changed) = world.call("PATCH", &path, &shop.key, Some(&both)).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(found("AFTER").await, json!("txn-AF-9"));
}
