//! Fields that cannot be taken: each is named by its path, with the code of its fault.

use serde_json::{Value, json};

use super::super::Desk;

/// Expects that one field is to blame, and why.
pub(super) async fn expect_fault(desk: &Desk, path: &str, body: Value, field: &str, code: &str) {
    let refused = desk.post(path, &body).await;
    assert_eq!(refused.refusal().2, vec![field], "{path} {}", refused.body);
    assert_eq!(refused.body["errors"][0]["code"], code, "{}", refused.body);
}

#[tokio::test]
async fn each_wrong_field_is_named_by_its_path() {
    let desk = Desk::open().await;
    let organisation = desk.shop("Acme").await.organisation;
    let member = json!({
        "organisation_id": organisation, "first_name": "A", "last_name": "B", "email": "c",
        "role": "ADMIN"
    });
    let of = |kind: &str| {
        json!({
            "organisation_id": organisation, "name": "A", "type": kind, "merchant_ids": ["mrch_1"]
        })
    };
    for (path, body, field, code) in [
        ("/v1/organisations", json!({"name": " "}), "name", "BLANK"),
        ("/v1/organisations", json!({}), "name", "REQUIRED"),
        ("/v1/organisations", json!({"name": 5}), "name", "WRONG_TYPE"),
        ("/v1/merchants", of("PAYPAL"), "type", "UNKNOWN_VALUE"),
        (
            "/v1/merchants",
            json!({"organisation_id": "mrch_1", "name": "A", "type": "NMI"}),
            "organisation_id",
            "INVALID",
        ),
        ("/v1/memberships", member, "email", "NOT_AN_EMAIL"),
        ("/v1/integrations", of("STRIPE"), "credentials", "REQUIRED"),
        ("/v1/integrations", of("CUSTOM_ORDERS"), "merchant_ids[0]", "NOT_FOUND"),
    ] {
        expect_fault(&desk, path, body, field, code).await;
    }
    let refused = desk.post("/v1/merchants", &of("PAYPAL")).await;
    assert!(
        refused.body["errors"][0]["message"]
            .as_str()
            .is_some_and(|text| text.contains("`AUTHORIZE_NET`")),
        "{}",
        refused.body
    );
}

fn ethoca(merchant: &str, descriptor: &str, match_type: &str) -> Value {
    json!({
        "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": [{"descriptor": descriptor, "match_type": match_type}]}
    })
}

async fn expect_faults_of_descriptors(desk: &Desk, merchant: &str) {
    let listed = json!({
        "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": [["ACMEFIT", "EQUALS"]]}
    });
    let (short, strange) =
        (ethoca(merchant, "ACME", "CONTAINS"), ethoca(merchant, "ACMEFIT", "LIKE"));
    for (body, field, code) in [
        (listed, "ethoca_alert.descriptors[0]", "WRONG_TYPE"),
        (short, "ethoca_alert.descriptors[0].descriptor", "DESCRIPTOR_TOO_SHORT"),
        (strange, "ethoca_alert.descriptors[0].match_type", "UNKNOWN_VALUE"),
    ] {
        expect_fault(desk, "/v2/enrolments", body, field, code).await;
    }
}

async fn expect_faults_of_rdr(desk: &Desk, merchant: &str) {
    for (watched, field, code) in [
        (json!(["424242", "ABC1", []]), "verifi_rdr", "WRONG_TYPE"),
        (json!({"bin": "424242"}), "verifi_rdr", "BIN_AND_CAID_OR_ARNS"),
        (json!({"arns": ["7402701234567890123456"]}), "verifi_rdr.arns[0]", "NOT_AN_ARN"),
    ] {
        let body = json!({"merchant_ids": [merchant], "type": "VERIFI_RDR", "verifi_rdr": watched});
        expect_fault(desk, "/v2/enrolments", body, field, code).await;
    }
}

#[tokio::test]
async fn an_enrolment_that_could_not_work_is_refused() {
    let desk = Desk::open().await;
    let merchant = desk.shop("Acme").await.merchant;
    let both = |rdr: Value| {
        let mut both = ethoca(&merchant, "ACMEFIT", "EQUALS");
        both["verifi_rdr"] = rdr;
        both
    };
    for (body, field, code) in [
        (both(json!([null, null])), "verifi_rdr", "WRONG_TYPE"),
        (both(json!({"bin": "424242", "caid": ""})), "verifi_rdr.caid", "NOT_A_CAID"),
        (json!({"merchant_ids": [merchant], "type": {"VERIFI_RDR": null}}), "type", "WRONG_TYPE"),
        (json!({"merchant_ids": [merchant], "type": "ETHOCA_ALERT"}), "ethoca_alert", "REQUIRED"),
        (
            json!({"merchant_ids": [merchant, merchant], "type": "VERIFI_RDR"}),
            "merchant_ids[1]",
            "DUPLICATE",
        ),
        (json!({"merchant_ids": [], "type": "VERIFI_RDR"}), "merchant_ids", "EMPTY"),
    ] {
        expect_fault(&desk, "/v2/enrolments", body, field, code).await;
    }
    expect_faults_of_descriptors(&desk, &merchant).await;
    expect_faults_of_rdr(&desk, &merchant).await;
    let empty = desk.post("/v2/enrolments", &both(json!({"bin": null, "caid": null}))).await;
    assert_eq!((empty.status, &empty.body["verifi_rdr"]), (200, &Value::Null), "{}", empty.body);
}

#[tokio::test]
async fn a_ruleset_comes_with_all_its_rules_or_not_at_all() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let rdr = json!({
        "merchant_ids": [shop.merchant], "type": "VERIFI_RDR",
        "verifi_rdr": {"bin": "424242", "caid": "ABC1"}
    });
    let rdr = desk.post("/v2/enrolments", &rdr).await.id();
    let ethoca = ethoca(&shop.merchant, "ACMEFIT", "EQUALS");
    let ethoca = desk.post("/v2/enrolments", &ethoca).await.id();
    let ruleset = |enrolments: &[&String], rules: Value| {
        json!({
            "organisation_id": shop.organisation, "enrolment_ids": enrolments, "outcome": "REFUND",
            "join_operator": "OR", "rules": rules
        })
    };
    let amount = |code: &str, operator: &str| {
        let parameters = json!({"operator": operator, "currency_code": code, "amount_in_cents": 1});
        json!({"type": "AMOUNT", "parameters": parameters})
    };
    for (rules, field) in [
        (json!([amount("USD", "LESS_THAN"), amount("EUR", "EQUAL")]), "rules[1].type"),
        (json!([amount("EUR", "LESS_THAN")]), "rules[0].parameters.currency_code"),
        (json!([amount("USD", "ABOUT")]), "rules[0].parameters.operator"),
        (json!([{"type": "WEATHER", "parameters": {}}]), "rules[0].type"),
        (
            json!([{"type": "DESCRIPTOR", "parameters": {"descriptors": []}}]),
            "rules[0].parameters.descriptors",
        ),
    ] {
        let refused = desk.post("/v1/rulesets", &ruleset(&[&rdr], rules)).await;
        assert_eq!(refused.refusal().2[0], field, "{}", refused.body);
    }
    let mixed = desk.post("/v1/rulesets", &ruleset(&[&rdr, &ethoca], json!([]))).await;
    assert_eq!(mixed.refusal(), (422, "ENROLMENTS_DIFFERENT_TYPES", vec!["enrolment_ids"]));
    assert_eq!(desk.get("/v1/rulesets").await.body["count"], 0);
    let empty = desk.post("/v1/rulesets", &ruleset(&[&rdr], json!([]))).await;
    assert_eq!((empty.status, &empty.body["is_ever_met"]), (200, &json!(false)));
    assert!(empty.body["warning"].is_string());
}
