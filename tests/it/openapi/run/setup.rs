//! Organisations and what they have.

use serde_json::{Value, json};
use tests::world::shop::Shop;

use super::text;
use crate::openapi::recorder::Recorder;

/// Makes a thing, lists its kind, shows it, changes it.
async fn made(call: &mut Recorder, path: &str, body: Value, change: Option<Value>) -> String {
    let id = text(&call.ask("POST", path, Some(body)).await["id"]).to_owned();
    call.ask("GET", &format!("{path}?limit=2"), None).await;
    call.ask("GET", &format!("{path}/{id}"), None).await;
    if let Some(change) = change {
        call.ask("PATCH", &format!("{path}/{id}"), Some(change)).await;
    }
    id
}

pub async fn organisations(call: &mut Recorder) {
    let id = made(
        call,
        "/v1/organisations",
        json!({ "name": "Zenith" }),
        Some(json!({ "name": "Zenith Fitness", "version": 1 })),
    )
    .await;
    call.ask("DELETE", &format!("/v1/organisations/{id}"), None).await;
    let partners = call.ask("GET", "/v1/partners", None).await;
    let partner = format!("/v1/partners/{}", text(&partners["items"][0]["id"]));
    call.ask("GET", &partner, None).await;
    let caps = json!({ "refund_count": 50, "usd_amount_in_cents": 500_000 });
    call.ask("PATCH", &partner, Some(json!({ "automation": "ON", "daily_refund_caps": caps })))
        .await;
}

pub async fn people_and_merchants(call: &mut Recorder, shop: &Shop) {
    let person = json!({
        "organisation_id": shop.organisation, "first_name": "Ada", "last_name": "Lovelace",
        "email": "ada@example.com", "role": "ADMIN"
    });
    let id = made(
        call,
        "/v1/memberships",
        person,
        Some(json!({ "is_alert_resolved_email_enabled": false })),
    )
    .await;
    call.ask("DELETE", &format!("/v1/memberships/{id}"), None).await;
    let merchant = json!({
        "organisation_id": shop.organisation, "name": "Web shop", "type": "ADYEN",
        "external_id": "AcmeFit_ECOM"
    });
    let id = made(
        call,
        "/v1/merchants",
        merchant,
        Some(json!({ "default_representment_service_type": "PHYSICAL_GOODS" })),
    )
    .await;
    call.ask("DELETE", &format!("/v1/merchants/{id}"), None).await;
}

pub async fn integrations(call: &mut Recorder, shop: &Shop) {
    let own = json!({
        "organisation_id": shop.organisation, "name": "Order feed", "type": "CUSTOM_ORDERS",
        "merchant_ids": [shop.merchant]
    });
    made(call, "/v1/integrations", own, Some(json!({ "matching_mode": "STRICT" }))).await;
}

pub async fn enrolments(call: &mut Recorder, shop: &Shop) {
    let descriptors = json!([{ "descriptor": "ACME GYM", "match_type": "STARTS_WITH" }]);
    let watches = json!({
        "merchant_ids": [shop.merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": { "descriptors": descriptors }
    });
    let account = json!({
        "organisation_id": shop.organisation, "name": "Second account", "type": "GENERIC"
    });
    let (_, account) = shop.world.call("POST", "/v1/merchants", &shop.key, Some(&account)).await;
    let id = made(
        call,
        "/v2/enrolments",
        watches,
        Some(json!({ "merchant_ids": [shop.merchant, account["id"]] })),
    )
    .await;
    call.ask("DELETE", &format!("/v2/enrolments/{id}"), None).await;
}

pub async fn rulesets(call: &mut Recorder, shop: &Shop) {
    let amount = json!({
        "type": "AMOUNT",
        "parameters": { "operator": "LESS_THAN", "currency_code": "USD", "amount_in_cents": 5000 }
    });
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [shop.enrolment],
        "outcome": "REFUND", "join_operator": "AND",
        "priority": 1, "is_enabled": false, "rules": [amount]
    });
    let id = made(call, "/v1/rulesets", ruleset, Some(json!({ "priority": 2 }))).await;
    let rules = format!("/v1/rulesets/{id}/rules");
    let category = json!({ "type": "REASON_CATEGORY", "parameters": { "categories": ["FRAUD"] } });
    let rule = text(&call.ask("POST", &rules, Some(category)).await["id"]).to_owned();
    call.ask(
        "PATCH",
        &format!("{rules}/{rule}"),
        Some(json!({ "parameters": { "categories": ["FRAUD", "CONSUMER"] } })),
    )
    .await;
    call.ask("DELETE", &format!("{rules}/{rule}"), None).await;
    call.ask("POST", &format!("/v1/rulesets/{id}/apply"), None).await;
    call.ask("DELETE", &format!("/v1/rulesets/{id}"), None).await;
}
