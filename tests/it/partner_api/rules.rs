//! Rules of every dimension, dry runs over past and imported alerts, and rules applied to alerts
//! that wait.

mod imports;
mod trials;

use serde_json::{Value, json};

use super::alerts::enrolment;
use super::{Desk, Shop};

/// Parameters of every type.
fn conditions(merchant: &str) -> Vec<Value> {
    let pattern = json!([{"value": "ACMEFIT", "match_type": "STARTS_WITH"}]);
    let rule = |kind: &str, parameters: Value| json!({"type": kind, "parameters": parameters});
    vec![
        rule(
            "AMOUNT",
            json!({"operator": "LESS_THAN", "currency_code": "USD", "amount_in_cents": 5000}),
        ),
        rule("CURRENCY", json!({"currency_codes": ["USD"]})),
        rule("DESCRIPTOR", json!({"descriptors": pattern})),
        rule("ISSUER", json!({"issuers": pattern})),
        rule("CARD_BRAND", json!({"brands": ["VISA"]})),
        rule(
            "ISSUER_BIN",
            json!({"bins": ["424242"], "ranges": [{"from": "400000", "to": "40009999"}]}),
        ),
        rule("REASON_CODE", json!({"reason_codes": ["10.4"]})),
        rule("REASON_CATEGORY", json!({"categories": ["FRAUD"]})),
        rule("ALERT_TYPE", json!({"types": ["FRAUD"]})),
        rule("TRANSACTION_AGE", json!({"operator": "LESS_THAN", "days": 30})),
        rule("ORDER_REFERENCE", json!({"references": pattern})),
        rule("TRANSACTION_REFERENCE", json!({"references": pattern})),
        rule("MERCHANT", json!({"merchant_ids": [merchant]})),
        rule("CUSTOMER", json!({"emails": ["casey@example.com"], "domains": ["example.org"]})),
        rule("PRODUCT", json!({"names": pattern, "skus": ["PLAN-1"]})),
        rule("IS_3DS", json!({"value": true})),
        rule("IS_SUBSCRIPTION", json!({"value": true})),
        rule("REFUNDED_BEFORE", json!({"value": false})),
    ]
}

fn ruleset(shop: &Shop, enrolment: &str, rules: &Value) -> Value {
    json!({
        "organisation_id": shop.organisation, "enrolment_ids": [enrolment], "outcome": "REFUND",
        "rules": rules
    })
}

#[tokio::test]
async fn every_type_of_rule_is_taken_and_given_back_as_it_came() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    let rules = conditions(&shop.merchant);
    let made = desk.post("/v1/rulesets", &ruleset(&shop, &enrolment, &json!(rules))).await.id();
    let shown = desk.get(&format!("/v1/rulesets/{made}")).await.body;
    let given: Vec<Value> = shown["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .map(|rule| json!({"type": rule["type"], "parameters": rule["parameters"]}))
        .collect();
    assert_eq!(json!(given), json!(rules));
}

#[tokio::test]
async fn every_wrong_parameter_is_named() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    let other = desk.shop("Zenith").await.merchant;
    let rule = |kind: &str, parameters: Value| json!({"type": kind, "parameters": parameters});
    let unreadable = json!([
        rule("CARD_BRAND", json!({"brands": ["VISTA"]})),
        rule("IS_3DS", json!({})),
        rule("TRANSACTION_AGE", json!({"operator": "EQUAL", "days": -1}))
    ]);
    let refused = desk.post("/v1/rulesets", &ruleset(&shop, &enrolment, &unreadable)).await;
    let fields = vec![
        "rules[0].parameters.brands[0]",
        "rules[1].parameters.value",
        "rules[2].parameters.days",
    ];
    assert_eq!(refused.refusal(), (422, "VALIDATION_FAILED", fields));
    let wrong = json!([
        rule("MERCHANT", json!({"merchant_ids": [shop.merchant, other]})),
        rule("CUSTOMER", json!({"domains": ["nowhere"]})),
        rule("ISSUER_BIN", json!({"bins": ["42"]}))
    ]);
    let refused = desk.post("/v1/rulesets", &ruleset(&shop, &enrolment, &wrong)).await;
    let fields = vec![
        "rules[1].parameters.domains[0]",
        "rules[2].parameters.bins[0]",
        "rules[0].parameters.merchant_ids[1]",
    ];
    assert_eq!(refused.refusal(), (422, "VALIDATION_FAILED", fields));
}
