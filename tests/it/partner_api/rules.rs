//! Rules of every dimension, dry runs over past and imported alerts, and rules applied to alerts
//! that wait.

use axum::body::Body;
use axum::http::Request;
use domain::alert::transition::Evaluation;
use domain::alert::{Alert, Need, State};
use domain::basics::card::{Brand, Card};
use domain::basics::time::{Moment, after};
use domain::matching::{Candidate, Evidence, Found};
use domain::sale::{Sale, SaleId, Standing};
use serde_json::{Value, json};

use super::alerts::{enrolment, unmatched};
use super::{Answer, Desk, Shop, now};

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

async fn import(desk: &Desk, shop: &Shop, text: &str) -> Answer {
    let path = format!("/v1/alert-imports/?organisation_id={}", shop.organisation);
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", desk.key))
        .header("content-type", "text/csv");
    desk.send(request.body(Body::from(text.to_owned())).expect("a request")).await
}

/// An alert that waits for a person, for want of a rule.
async fn waiting(desk: &Desk, shop: &Shop, enrolment: &str, name: &str, why: Need) -> Alert {
    let received =
        unmatched(desk, shop, enrolment, name, 10).await.reconsidered(now()).expect("it may be");
    desk.api.store.commit(&received).await.expect("committed");
    let found = Found::One(Box::new(Candidate {
        sale: sale(shop, name, &received),
        score: 300,
        evidence: vec![Evidence::Arn],
    }));
    let matched = received.matched(found, None, now()).expect("to be matched");
    desk.api.store.commit(&matched).await.expect("committed");
    let alert = matched.evaluated(Evaluation::Person(why, None), now()).expect("to be evaluated");
    desk.api.store.commit(&alert).await.expect("committed");
    alert
}

fn sale(shop: &Shop, name: &str, alert: &Alert) -> Sale {
    let integration = shop.integration.parse().expect("an id");
    Sale {
        id: SaleId::of_order(&alert.organisation, &integration, name),
        transaction_id: format!("txn-{name}"),
        payment: None,
        order: None,
        order_reference: None,
        integration,
        merchant: Some(shop.merchant.parse().expect("an id")),
        amount: alert.claim.amount,
        authorised_amount: None,
        authorised: Moment::of(after(now(), -86_400)),
        settled: None,
        card: Card { bin: None, last4: Some("4242".into()), brand: Some(Brand::Visa) },
        arn: None,
        auth_code: None,
        network_transaction_id: None,
        descriptor: None,
        standing: Standing::default(),
        wallet: None,
        presented: None,
    }
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

#[tokio::test]
async fn a_file_of_past_alerts_is_kept_row_by_row() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let header = "reference,received_at,amount_in_cents,currency,type,card_bin,is_3ds";
    let rows = [
        "a-1,2026-01-05T10:00:00Z,4900,USD,FRAUD,424242,true",
        "a-1,2026-01-06T10:00:00Z,4900,USD,FRAUD,,",
        "a-2,yesterday,49.00,XXL,PEACE,42,perhaps",
        "4242424242424242,2026-01-05T10:00:00Z,4900,USD,FRAUD,,",
        ",2026-01-05T10:00:00Z,4900,USD,DISPUTE,,",
        "a-3,2026-01-05T10:00:00Z",
        "\"a-4\",2026-01-07T10:00:00Z,1200,eur,,,",
    ];
    let answer = import(&desk, &shop, &format!("{header}\n{}\n", rows.join("\n"))).await;
    assert_eq!(
        (answer.status, &answer.body["created"], &answer.body["failed"]),
        (200, &json!(2), &json!(5)),
        "{}",
        answer.body
    );
    let errors: Vec<Value> = answer.body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|one| json!([one["line"], one["reference"], one["code"]]))
        .collect();
    let expected = json!([
        [3, "a-1", "VALIDATION_FAILED"],
        [4, "a-2", "VALIDATION_FAILED"],
        [5, null, "CARD_NUMBER_REFUSED"],
        [6, null, "VALIDATION_FAILED"],
        [7, null, "INVALID_REQUEST"]
    ]);
    assert_eq!(json!(errors), expected);
    let named = answer.body["errors"][1]["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|fault| fault["field"].clone())
        .collect();
    assert_eq!(
        Value::Array(named),
        json!(["received_at", "amount_in_cents", "currency", "card_bin", "type", "is_3ds"])
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_whole() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let refused = import(&desk, &shop, "reference,received_at,amount,currency\n").await;
    assert_eq!(refused.refusal(), (422, "VALIDATION_FAILED", vec!["amount_in_cents", "header[2]"]));
    let refused = import(&desk, &shop, "reference,received_at,amount_in_cents,currency\n").await;
    assert_eq!(refused.refusal(), (422, "VALIDATION_FAILED", vec!["rows"]));
    let path = format!("/v1/alert-imports?organisation_id={}", shop.organisation);
    assert_eq!(
        desk.post(&path, &json!({})).await.refusal(),
        (415, "UNSUPPORTED_MEDIA_TYPE", vec![])
    );
    let row = "a,2026-01-05T10:00:00Z,4900,USD\n";
    let many = format!("reference,received_at,amount_in_cents,currency\n{}", row.repeat(5_001));
    assert_eq!(
        import(&desk, &shop, &many).await.refusal(),
        (422, "VALIDATION_FAILED", vec!["rows"])
    );
    assert_eq!(desk.post("/v1/alert-imports", &json!({})).await.refusal().2, ["organisation_id"]);
    let stranger = desk.partner("Other Payments", domain::account::Mode::Live).await;
    assert_eq!(
        desk.call("POST", &path, &stranger, None).await.refusal(),
        (404, "NOT_FOUND", vec!["organisation_id"])
    );
}

#[tokio::test]
async fn a_dry_run_tells_what_would_change_and_does_nothing() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    let alert = waiting(&desk, &shop, &enrolment, "A1", Need::NoRuleMet).await;
    unmatched(&desk, &shop, &enrolment, "A2", 5).await;
    let file = "reference,received_at,amount_in_cents,currency,card_brand\nold,2025-11-05T10:00:00Z,1000,EUR,VISA\nx,2026-02-01T10:00:00Z,2000,EUR,\n";
    import(&desk, &shop, file).await.id();
    import(&desk, &shop, file).await.id(); // the same again is the same
    let visa = json!([{"type": "CARD_BRAND", "parameters": {"brands": ["VISA"]}}]);
    let new = desk.post("/v1/rulesets/dry-run", &ruleset(&shop, &enrolment, &visa)).await;
    assert_eq!(
        (new.status, &new.body["alerts"], &new.body["imported"]),
        (200, &json!(4), &json!(2)),
        "{}",
        new.body
    );
    let amounts = |of: &[(&str, u64)]| -> Vec<Value> {
        of.iter().map(|(code, cents)| json!({"currency": code, "amount_in_cents": cents})).collect()
    };
    let decisions = json!([
        {"decision": "REFUND", "count": 2, "amounts": amounts(&[("EUR", 1000), ("USD", 4900)])},
        {"decision": "RULE_UNSURE", "count": 1, "amounts": amounts(&[("EUR", 2000)])},
        {"decision": "NOT_MATCHED", "count": 1, "amounts": amounts(&[("USD", 4900)])}
    ]);
    assert_eq!(new.body["decisions"], decisions);
    assert_eq!(new.body["changed_count"], 3);
    let changed = &new.body["changed"][0];
    assert_eq!(
        json!([changed["alert_id"], changed["was"], changed["would_be"]]),
        json!([alert.id, "NO_RULE_MET", "REFUND"])
    );
    assert_eq!(
        json!([changed["rules"][0]["actual"], changed["rules"][0]["expected"]]),
        json!(["VISA", "VISA"])
    );
    assert_eq!(desk.get("/v1/rulesets").await.body["count"], 0);

    let stored = desk.post("/v1/rulesets", &ruleset(&shop, &enrolment, &visa)).await.id();
    let range =
        "alert_received_at_gte=2026-01-01T00:00:00Z&alert_received_at_lte=2026-03-01T00:00:00Z";
    let of_stored = desk.post(&format!("/v1/rulesets/{stored}/dry-run?{range}"), &json!({})).await;
    assert_eq!(
        json!([of_stored.body["alerts"], of_stored.body["changed_count"]]),
        json!([3, 2]),
        "{}",
        of_stored.body
    );
    let mut instead = ruleset(&shop, &enrolment, &visa);
    instead["outcome"] = json!("ACCEPT_DISPUTE");
    instead["replaces"] = json!(stored);
    let instead = desk.post("/v1/rulesets/dry-run", &instead).await;
    assert_eq!(
        json!([instead.body["changed"][0]["was"], instead.body["changed"][0]["would_be"]]),
        json!(["REFUND", "ACCEPT_DISPUTE"])
    );
    let kept = desk.api.store.alert(&alert.id).await.expect("the store").expect("the alert");
    assert_eq!(kept.version, alert.version);
}

#[tokio::test]
async fn applied_rules_ask_again_only_about_alerts_that_wait_for_one() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    for (name, why) in [
        ("A1", Need::NoRuleMet),
        ("A2", Need::RuleUnsure),
        ("A3", Need::NotAutomatic),
        ("A4", Need::OverCap),
    ] {
        waiting(&desk, &shop, &enrolment, name, why).await;
    }
    unmatched(&desk, &shop, &enrolment, "A5", 5).await;
    let stored = desk.post("/v1/rulesets", &ruleset(&shop, &enrolment, &json!([]))).await.id();
    let path = format!("/v1/rulesets/{stored}/apply");
    let applied = desk.post(&path, &json!({})).await;
    assert_eq!(
        (applied.status, &applied.body["left"], &applied.body["next_cursor"]),
        (200, &json!(2), &Value::Null),
        "{}",
        applied.body
    );
    let again = applied.body["reevaluated"].as_array().expect("ids");
    assert_eq!(again.len(), 3);
    for id in again {
        let id = id.as_str().expect("an id").parse().expect("an id");
        let alert = desk.api.store.alert(&id).await.expect("the store").expect("the alert");
        assert!(matches!(alert.state(), State::Matched { asked: None, .. }), "{:?}", alert.state());
    }
    assert_eq!(desk.post(&path, &json!({})).await.body["reevaluated"], json!([]));
    let reader = desk
        .new_key(
            "Payments Inc",
            domain::account::Mode::Live,
            domain::account::Reach::Partner,
            &["rulesets:write"],
        )
        .await;
    assert_eq!(
        desk.call("POST", &path, &reader, Some(&json!({}))).await.refusal().1,
        "MISSING_ABILITY"
    );
    assert_eq!(desk.post("/v1/rulesets/rset_1/apply", &json!({})).await.refusal().0, 404);
}
