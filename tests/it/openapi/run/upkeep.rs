//! Keys, webhooks, lists of customers, what was left over, and who did what.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::world::shop::Shop;

use super::{HOOKS, text};
use crate::openapi::recorder::Recorder;

pub async fn webhooks(call: &mut Recorder, shop: &Shop) {
    let hook = json!({
        "organisation_id": shop.organisation, "url": HOOKS,
        "events": ["alert.created", "alert.updated"]
    });
    let path = "/v1/webhook-endpoints";
    let at = format!("{path}/{}", text(&call.ask("POST", path, Some(hook)).await["id"]));
    call.ask("GET", path, None).await;
    call.ask("GET", &at, None).await;
    call.ask(
        "PATCH",
        &at,
        Some(json!({ "events": ["alert.created", "alert.updated", "alert.expiring"] })),
    )
    .await;
    let sent = call.ask("POST", &format!("{at}/test"), None).await;
    shop.world.settle().await;
    call.ask("GET", &format!("{at}/deliveries"), None).await;
    call.ask("POST", &format!("{at}/replay"), Some(json!({ "delivery_id": sent["id"] }))).await;
    call.ask("POST", &format!("{at}/rotate-secret"), Some(json!({ "overlap_hours": 48 }))).await;
    call.ask("DELETE", &at, None).await;
}

pub async fn keys(call: &mut Recorder, shop: &Shop) {
    let key = json!({
        "name": "Reporting", "level": "ORGANISATION", "organisation_ids": [shop.organisation],
        "abilities": ["alerts:read", "orders:read"]
    });
    let path = "/v1/api-keys";
    let at = format!("{path}/{}", text(&call.ask("POST", path, Some(key)).await["id"]));
    call.ask("GET", &format!("{path}?level=ORGANISATION"), None).await;
    call.ask("GET", &at, None).await;
    call.ask("POST", &format!("{at}/rotate"), Some(json!({ "overlap_hours": 2 }))).await;
    call.ask("DELETE", &at, None).await;
}

pub async fn negative_list(call: &mut Recorder, shop: &Shop) {
    let entry = json!({
        "organisation_id": shop.organisation, "kind": "EMAIL", "email": "casey@example.com",
        "reason": "MANUAL", "note": "Twice in a month."
    });
    let path = "/v1/negative-list";
    let at = format!("{path}/{}", text(&call.ask("POST", path, Some(entry)).await["id"]));
    call.ask("GET", path, None).await;
    call.ask("GET", &at, None).await;
    call.ask(
        "GET",
        &format!("{path}/check?organisation_id={}&email=casey@example.com", shop.organisation),
        None,
    )
    .await;
    call.ask("DELETE", &at, None).await;
}

pub async fn quarantine(call: &mut Recorder, shop: &Shop) {
    for name in ["STRAYONE", "STRAYTWO"] {
        let mut alert = shop.alert(name);
        alert["merchantDescriptor"] = json!("ZENITH*PLAN");
        shop.push(&[alert]).await;
        // what is listed by time has one order
        shop.world.clock.advance(SignedDuration::from_secs(1));
    }
    let held = shop.world.operate(json!({ "do": "LIST_QUARANTINE" })).await.expect("the list");
    let ids: Vec<&str> =
        held["items"].as_array().expect("items").iter().map(|one| text(&one["id"])).collect();
    for id in &ids {
        let order = json!({
            "do": "ASSIGN_QUARANTINED", "id": id, "organisation_id": shop.organisation, "by": "ann"
        });
        shop.world.operate(order).await.expect("assigned");
        shop.world.clock.advance(SignedDuration::from_secs(1));
    }
    call.ask("GET", "/v1/quarantine?status=HELD", None).await;
    call.ask("GET", &format!("/v1/quarantine/{}", ids[0]), None).await;
    call.ask(
        "POST",
        &format!("/v1/quarantine/{}/release", ids[0]),
        Some(json!({ "enrolment_id": shop.enrolment })),
    )
    .await;
    call.ask(
        "POST",
        &format!("/v1/quarantine/{}/discard", ids[1]),
        Some(json!({ "reason": "Another shop's." })),
    )
    .await;
    shop.world.settle().await;
}

pub async fn audit_and_erasures(call: &mut Recorder, shop: &Shop) {
    call.ask("GET", "/v1/audit-events?limit=2", None).await;
    call.ask("GET", "/v1/events?limit=1", None).await;
    let customer =
        json!({ "organisation_id": shop.organisation, "customer_email": "casey@example.com" });
    let erasure: Value = call.ask("POST", "/v1/erasures", Some(customer)).await;
    call.ask("GET", &format!("/v1/erasures/{}", text(&erasure["id"])), None).await;
}
