//! PATCH of all that is set up: only what is given changes, the version rises, and what cannot
//! change is named.

use serde_json::{Value, json};

use super::{Answer, Desk};

async fn patch(desk: &Desk, path: &str, body: Value) -> Answer {
    desk.call("PATCH", path, &desk.key, Some(&body)).await
}

async fn enrolment(desk: &Desk, merchant: &str, descriptor: &str) -> String {
    let descriptors = json!([{"descriptor": descriptor, "match_type": "STARTS_WITH"}]);
    let body = json!({
        "merchant_ids": [merchant], "type": "ETHOCA_ALERT",
        "ethoca_alert": {"descriptors": descriptors}
    });
    desk.post("/v2/enrolments", &body).await.id()
}

#[tokio::test]
async fn what_is_given_changes_and_nothing_else() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let member = json!({
        "organisation_id": shop.organisation, "first_name": "A", "last_name": "B",
        "email": "a@example.com", "role": "ADMIN"
    });
    let member = desk.post("/v1/memberships", &member).await.id();
    for (path, change) in [
        (format!("/v1/organisations/{}", shop.organisation), json!({"name": "Acme Fitness"})),
        (
            format!("/v1/memberships/{member}"),
            json!({"role": "STANDARD", "is_alert_resolved_email_enabled": false}),
        ),
        (
            format!("/v1/merchants/{}", shop.merchant),
            json!({"external_id": "mid-7", "default_representment_service_type": "PHYSICAL_GOODS"}),
        ),
        (format!("/v1/merchants/{}", shop.merchant), json!({"external_id": null})),
        (
            format!("/v1/integrations/{}", shop.integration),
            json!({"name": "Shop's orders", "status": "DISABLED", "merchant_ids": []}),
        ),
        (
            format!("/v1/integrations/{}", shop.integration),
            json!({"matching_mode": "STRICT", "is_automatic_matching_enabled": false}),
        ),
    ] {
        let before = desk.get(&path).await.body;
        let answer = patch(&desk, &path, change.clone()).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let mut expected = before.clone();
        for (name, value) in change.as_object().expect("fields") {
            expected[name] = value.clone();
        }
        expected["version"] = json!(before["version"].as_u64().expect("a number") + 1);
        assert_eq!(answer.body, expected, "{path}");
        assert_eq!(desk.get(&path).await.body, expected, "{path}: it is kept so");
    }
}

#[tokio::test]
async fn what_cannot_change_or_is_wrong_is_named() {
    let desk = Desk::open().await;
    let (shop, other) = (desk.shop("Acme").await, desk.shop("Zenith").await);
    let (organisation, merchant, integration) = (
        format!("/v1/organisations/{}", shop.organisation),
        format!("/v1/merchants/{}", shop.merchant),
        format!("/v1/integrations/{}", shop.integration),
    );
    for (path, body, field) in [
        (&organisation, json!({"name": " "}), "name"),
        (&organisation, json!({"name": null}), "name"),
        (&organisation, json!({"mode": "TEST"}), "mode"),
        (&merchant, json!({"organisation_id": other.organisation}), "organisation_id"),
        (&merchant, json!({"type": "PAYPAL"}), "type"),
        (&merchant, json!({"id": "mrch_1"}), "id"),
        (&integration, json!({"type": "STRIPE"}), "type"),
        (&integration, json!({"status": "BROKEN"}), "status"),
        (&integration, json!({"matching_mode": "HARD"}), "matching_mode"),
        (&integration, json!({"credentials": {"secret_key": "sk"}}), "credentials"),
    ] {
        let refused = patch(&desk, path, body).await;
        assert_eq!(refused.refusal(), (422, "VALIDATION_FAILED", vec![field]), "{path}");
    }
    let theirs = patch(&desk, &integration, json!({"merchant_ids": [other.merchant]})).await;
    assert_eq!(theirs.refusal(), (422, "MERCHANTS_DIFFERENT_ORGANISATIONS", vec!["merchant_ids"]));
    assert_eq!(desk.get(&merchant).await.body["version"], 1, "nothing was changed");
    let whole = desk.get(&merchant).await.body;
    assert_eq!(
        patch(&desk, &merchant, whole.clone()).await.status,
        200,
        "all of it may be sent back"
    );
    assert_eq!(
        patch(&desk, &merchant, whole).await.refusal(),
        (409, "CONFLICT", vec![]),
        "but not twice: it names its version"
    );
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_told_to_read_again() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let path = format!("/v1/merchants/{}", shop.merchant);
    let change = async |name: &str| patch(&desk, &path, json!({"name": name})).await;
    let (a, b, c) = tokio::join!(change("A"), change("B"), change("C"));
    let answers = [a, b, c];
    let done = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(
        done >= 1
            && answers
                .iter()
                .all(|answer| answer.status == 200 || answer.refusal().1 == "CONFLICT")
    );
    assert_eq!(
        desk.get(&path).await.body["version"],
        1 + done,
        "no change was written over another unseen"
    );
}

/// The parameters of a rule about amounts.
fn less_than(cents: u64) -> Value {
    json!({"operator": "LESS_THAN", "currency_code": "USD", "amount_in_cents": cents})
}

/// The path of a new ruleset of a new shop.
async fn make_ruleset_without_rules(desk: &Desk) -> String {
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(desk, &shop.merchant, "ACMEFIT").await;
    let ruleset = json!({
        "organisation_id": shop.organisation, "enrolment_ids": [enrolment], "outcome": "REFUND",
        "rules": []
    });
    format!("/v1/rulesets/{}", desk.post("/v1/rulesets", &ruleset).await.id())
}

async fn add_amount_rule(desk: &Desk, ruleset: &str, cents: u64) -> Answer {
    let rule = json!({"type": "AMOUNT", "parameters": less_than(cents)});
    desk.post(&format!("{ruleset}/rules"), &rule).await
}

async fn assert_ruleset_changes_and_keeps_its_rule(desk: &Desk, path: &str, rule: &Value) {
    let change = json!({"outcome": "ACCEPT_DISPUTE", "is_enabled": false, "priority": 3});
    let changed = patch(desk, path, change).await;
    let shown = |field: &str| changed.body[field].clone();
    assert_eq!(
        json!([shown("outcome"), shown("is_enabled"), shown("priority"), shown("version")]),
        json!(["ACCEPT_DISPUTE", false, 3, 3])
    );
    assert_eq!(changed.body["rules"][0]["id"], *rule, "its rules stay, under their ids");
}

/// Replaces all rules of a ruleset with a rule about descriptors: the path of the new rule.
async fn replace_rules(desk: &Desk, ruleset: &str) -> String {
    let descriptors = json!([{"value": "ACMEFIT", "match_type": "EQUALS"}]);
    let all =
        json!({"rules": [{"type": "DESCRIPTOR", "parameters": {"descriptors": descriptors}}]});
    let replaced = patch(desk, ruleset, all).await;
    assert_eq!(
        (replaced.body["rules"].as_array().map(Vec::len), &replaced.body["rules"][0]["type"]),
        (Some(1), &json!("DESCRIPTOR"))
    );
    format!("{ruleset}/rules/{}", replaced.body["rules"][0]["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_ruleset_and_its_rules_change_one_by_one() {
    let desk = Desk::open().await;
    let path = make_ruleset_without_rules(&desk).await;
    let rule = add_amount_rule(&desk, &path, 5000).await;
    let rule_path = rule.body["links"][0]["uri"].as_str().expect("a link").to_owned();
    assert_eq!(
        (&rule.body["type"], &rule.body["parameters"]["amount_in_cents"]),
        (&json!("AMOUNT"), &json!(5000)),
        "{}",
        rule.body
    );
    assert_ruleset_changes_and_keeps_its_rule(&desk, &path, &rule.body["id"]).await;

    let second = add_amount_rule(&desk, &path, 1).await;
    assert_eq!(second.refusal(), (422, "VALIDATION_FAILED", vec!["type"]), "one of each type");
    let wrong = patch(&desk, &rule_path, json!({"parameters": {"operator": "ABOUT"}})).await;
    assert_eq!(wrong.refusal().2, ["parameters.operator"]);
    let other = patch(&desk, &rule_path, json!({"parameters": less_than(7000)})).await;
    assert_eq!(
        (&other.body["parameters"], &other.body["id"]),
        (&less_than(7000), &rule.body["id"]),
        "{}",
        other.body
    );
    let new_rule = replace_rules(&desk, &path).await;
    assert_eq!(
        patch(&desk, &rule_path, json!({"parameters": less_than(1)})).await.refusal().0,
        404,
        "that rule is gone"
    );
    assert_eq!(desk.call("DELETE", &new_rule, &desk.key, None).await.status, 204);
    assert_eq!(desk.get(&path).await.body["is_ever_met"], false);
    assert_eq!(desk.call("DELETE", &path, &desk.key, None).await.status, 204);
    assert_eq!(desk.get(&path).await.status, 404);
}
