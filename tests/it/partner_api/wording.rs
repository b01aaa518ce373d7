//! What a refusal says: in words of the API, of all that is wrong, and the same wherever it stands.

use serde_json::{Value, json};

use super::{Desk, Shop, order};

/// The faults of a refusal, as `field: message`.
async fn told(desk: &Desk, path: &str, body: &Value) -> Vec<String> {
    let refused = desk.post(path, body).await;
    let errors = refused.body["errors"].as_array().expect("errors").iter();
    let told: Vec<String> = errors
        .map(|one| format!("{}: {}", one["field"], one["message"]).replace('"', ""))
        .collect();
    let first = told.first().map(|first| format!("`{}", first.replacen(": ", "`: ", 1)));
    assert_eq!(
        refused.body["detail"].as_str(),
        first.as_deref(),
        "the detail is the first of the errors"
    );
    told
}

fn ruleset_of_rule(shop: &Shop, enrolment: &str, kind: &str, parameters: &Value) -> Value {
    json!({
        "organisation_id": shop.organisation, "enrolment_ids": [enrolment], "outcome": "REFUND",
        "rules": [{"type": kind, "parameters": parameters}]
    })
}

#[tokio::test]
async fn no_refusal_speaks_of_the_programs_own_types() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = super::setup::enrol(&desk, &shop.merchant, "ACMEFIT").await.id();
    let rule =
        |kind: &str, parameters: Value| ruleset_of_rule(&shop, &enrolment, kind, &parameters);
    let amount = |cents: Value| {
        rule(
            "AMOUNT",
            json!({"operator": "EQUAL", "currency_code": "USD", "amount_in_cents": cents}),
        )
    };
    let whole = "rules[0].parameters.amount_in_cents: Must be a whole number that is not negative.";
    for cents in [json!(-1), json!(49.5), json!("4900"), json!(null)] {
        assert_eq!(told(&desk, "/v1/rulesets", &amount(cents)).await, [whole]);
    }
    for (body, expected) in [
        (
            rule("DESCRIPTOR", json!({"descriptors": ["ACME"]})),
            "rules[0].parameters.descriptors[0]: Must be a JSON object.",
        ),
        (
            rule("DESCRIPTOR", json!({"descriptors": "ACME"})),
            "rules[0].parameters.descriptors: Must be a list.",
        ),
        (rule("AMOUNT", json!([1])), "rules[0].parameters: Must be a JSON object."),
        (
            rule("TRANSACTION_AGE", json!({"operator": "EQUAL", "days": -3})),
            "rules[0].parameters.days: Must be a whole number from 0 to 4294967295.",
        ),
        (
            json!({"organisation_id": "mrch_1", "enrolment_ids": [], "outcome": "REFUND"}),
            "organisation_id: Must start with `org_`.",
        ),
    ] {
        assert_eq!(told(&desk, "/v1/rulesets", &body).await, [expected]);
    }
}

#[tokio::test]
async fn a_time_that_cannot_be_read_is_refused_with_one_that_can() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    for wrong in [
        json!("2026-02-17"),
        json!("2026-02-17T09:59:00"),
        json!("yesterday"),
        json!(1_771_322_400),
    ] {
        let mut one = order(&shop, "o-1");
        one["order_datetime"] = wrong;
        let refused = desk.post("/v1/orders", &json!([one])).await;
        let fault = &refused.body["errors"][0]["errors"][0];
        let expected = json!({
            "field": "order_datetime", "code": "NOT_A_TIME",
            "message": "Must be an ISO 8601 time with an offset, such as 2026-02-17T10:00:00Z."
        });
        assert_eq!(*fault, expected);
    }
}

#[tokio::test]
async fn all_that_is_missing_is_named_at_once() {
    let desk = Desk::open().await;
    let is_required = |names: &[&str]| {
        names.iter().map(|name| format!("{name}: Is required.")).collect::<Vec<_>>()
    };
    assert_eq!(
        told(&desk, "/v1/merchants", &json!({})).await,
        is_required(&["organisation_id", "name", "type"])
    );
    let half = json!({"organisation_id": "org_1", "email": "kim@example.com"});
    assert_eq!(
        told(&desk, "/v1/memberships", &half).await,
        is_required(&["first_name", "last_name", "role"])
    );
    assert_eq!(
        told(&desk, "/v1/webhook-endpoints", &json!({"events": []})).await,
        is_required(&["url"])
    );
    let batch = desk
        .post(
            "/v1/orders",
            &json!([{"type": "PARTIAL", "organisation_id": "org_1", "integration_id": "int_1"}]),
        )
        .await;
    let missing: Vec<&str> = batch.body["errors"][0]["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|one| one["field"].as_str())
        .collect();
    assert_eq!(
        missing,
        ["reference_id", "order_datetime", "order_currency", "order_status"],
        "of an order in a batch, too"
    );
}

#[tokio::test]
async fn the_faults_of_a_rule_by_itself_are_named_as_its_body_has_them() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = super::setup::enrol(&desk, &shop.merchant, "ACMEFIT").await.id();
    let amount = json!({
        "type": "AMOUNT",
        "parameters": {"operator": "EQUAL", "currency_code": "USD", "amount_in_cents": 1}
    });
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [enrolment], "outcome": "REFUND",
        "rules": [amount]
    });
    let rules = format!("/v1/rulesets/{}/rules", desk.post("/v1/rulesets", &ruleset).await.id());
    let twice = "type: A ruleset has at most one rule of each type.";
    assert_eq!(told(&desk, &rules, &amount).await, [twice]);
    let missing = json!({"type": "CURRENCY", "parameters": {}});
    assert_eq!(told(&desk, &rules, &missing).await, ["parameters.currency_codes: Is required."]);
    let strange = json!({"type": "MERCHANT", "parameters": {"merchant_ids": ["mrch_1"]}});
    assert_eq!(
        told(&desk, &rules, &strange).await,
        ["parameters.merchant_ids[0]: There is no such merchant."]
    );
}
