//! Each dimension: met, not met, and unknown where the fact is missing.

use serde_json::{Value, json};

use super::*;
use crate::basics::card::CardBrand;
use crate::network::claim::AlertKind;
use crate::sale::order::OrderItem;

/// All facts that an alert can have.
pub(super) fn whole() -> AlertFacts {
    AlertFacts {
        descriptor: Some("ACMEFIT*PLAN".into()),
        card: TruncatedCard {
            bin: Some("424242".into()),
            last4: Some("4242".into()),
            brand: Some(CardBrand::Visa),
        },
        issuer: Some("First Bank of Ohio".into()),
        reason_code: Some(" 10.4".into()),
        kind: Some(AlertKind::Fraud),
        age_days: Some(30),
        order_references: vec!["AF-10001".into(), "10001".into()],
        transaction_references: vec!["pi_1".into(), "ch_1".into()],
        merchant: Some("mrch_1".parse().expect("an id")),
        customer_email: Some("Casey@Example.com".into()),
        items: Some(vec![OrderItem {
            name: "Monthly plan".into(),
            sku: Some("PLAN-1".into()),
            quantity: Some(1),
        }]),
        is_3ds: Some(true),
        is_subscription: Some(true),
        refunded_before: Some(false),
        ..AlertFacts::from_disputed_amount(Money::new(4900, Currency::USD))
    }
}

fn a_condition(kind: &str, parameters: &Value) -> RuleCondition {
    serde_json::from_value(json!({"type": kind, "parameters": parameters})).expect("a condition")
}

fn check(kind: &str, parameters: &Value, facts: &AlertFacts) -> ConditionExplanation {
    let condition = a_condition(kind, parameters);
    assert_eq!(condition.find_errors("p"), [], "{kind} {parameters}");
    condition.check_facts(facts, None)
}

/// A dimension, parameters that are met, others that are not, and the fact as it is told.
type Row = (&'static str, Value, Value, &'static str);

/// A row for each dimension.
pub(super) fn table() -> Vec<Row> {
    let of_alert = card_rows().into_iter().chain(reason_rows());
    of_alert.chain(payment_rows()).chain(purchase_rows()).collect()
}

/// A list with one pattern.
fn pattern(value: &str, how: &str) -> Value {
    json!([{"value": value, "match_type": how}])
}

/// The dimensions of the card and its bank.
fn card_rows() -> [Row; 4] {
    [
        (
            "ISSUER",
            json!({"issuers": pattern("first bank", "STARTS_WITH")}),
            json!({"issuers": pattern("second", "CONTAINS")}),
            "First Bank of Ohio",
        ),
        (
            "CARD_BRAND",
            json!({"brands": ["AMEX", "VISA"]}),
            json!({"brands": ["MASTERCARD"]}),
            "VISA",
        ),
        (
            "ISSUER_BIN",
            json!({"bins": ["400000", "424242"]}),
            json!({"ranges": [{"from": "400000", "to": "424241"}]}),
            "424242",
        ),
        (
            "ISSUER_BIN",
            json!({"ranges": [{"from": "42424200", "to": "424299"}]}),
            json!({"bins": ["42424300"]}),
            "424242",
        ),
    ]
}

/// The dimensions of the reason that the bank gives.
fn reason_rows() -> [Row; 3] {
    [
        (
            "REASON_CODE",
            json!({"reason_codes": ["104"]}),
            json!({"reason_codes": ["10.5", "4837"]}),
            "10.4",
        ),
        (
            "REASON_CATEGORY",
            json!({"categories": ["FRAUD"]}),
            json!({"categories": ["CONSUMER", "PROCESSING"]}),
            "FRAUD (10.4)",
        ),
        ("ALERT_TYPE", json!({"types": ["FRAUD"]}), json!({"types": ["DISPUTE"]}), "FRAUD"),
    ]
}

/// The dimensions of the payment and its order.
fn payment_rows() -> [Row; 4] {
    [
        (
            "TRANSACTION_AGE",
            json!({"operator": "LESS_THAN_OR_EQUAL", "days": 30}),
            json!({"operator": "GREATER_THAN", "days": 30}),
            "30 days",
        ),
        (
            "ORDER_REFERENCE",
            json!({"references": pattern("af-", "STARTS_WITH")}),
            json!({"references": pattern("AF-1000", "EQUALS")}),
            "AF-10001, 10001",
        ),
        (
            "TRANSACTION_REFERENCE",
            json!({"references": pattern("CH_1", "EQUALS")}),
            json!({"references": pattern("pi_2", "EQUALS")}),
            "pi_1, ch_1",
        ),
        (
            "MERCHANT",
            json!({"merchant_ids": ["mrch_1", "mrch_2"]}),
            json!({"merchant_ids": ["mrch_2"]}),
            "mrch_1",
        ),
    ]
}

/// The dimensions of the customer and of what was bought.
fn purchase_rows() -> [Row; 4] {
    [
        (
            "CUSTOMER",
            json!({"emails": ["casey@example.com"]}),
            json!({"domains": ["ample.com"]}),
            "C***@Example.com",
        ),
        (
            "CUSTOMER",
            json!({"domains": ["@EXAMPLE.com"]}),
            json!({"emails": ["pat@example.com"]}),
            "C***@Example.com",
        ),
        (
            "PRODUCT",
            json!({"names": pattern("MONTHLY", "CONTAINS")}),
            json!({"skus": ["PLAN-10"]}),
            "Monthly plan (SKU PLAN-1)",
        ),
        (
            "PRODUCT",
            json!({"skus": ["plan-1"]}),
            json!({"names": pattern("yearly plan", "EQUALS")}),
            "Monthly plan (SKU PLAN-1)",
        ),
    ]
}

#[test]
fn each_dimension_is_met_not_met_or_unknown() {
    let nothing = AlertFacts::from_disputed_amount(Money::new(4900, Currency::USD));
    for (kind, met, not_met, actual) in table() {
        for (parameters, expected) in [(met, TruthValue::Met), (not_met, TruthValue::NotMet)] {
            let compared = check(kind, &parameters, &whole());
            assert_eq!(
                (compared.result, compared.actual.as_str()),
                (expected, actual),
                "{kind} {parameters}"
            );
            assert!(!compared.expected.is_empty());
            let missing = check(kind, &parameters, &nothing);
            assert_eq!(missing.result, TruthValue::Unknown, "{kind} {parameters}");
            assert!(missing.actual.starts_with("no "), "{kind}: {}", missing.actual);
        }
    }
}

#[test]
fn flags_are_so_or_not_so_or_not_known() {
    let nothing = AlertFacts::from_disputed_amount(Money::new(4900, Currency::USD));
    for (kind, fact) in [("IS_3DS", true), ("IS_SUBSCRIPTION", true), ("REFUNDED_BEFORE", false)] {
        for value in [true, false] {
            let parameters = json!({ "value": value });
            assert_eq!(
                check(kind, &parameters, &whole()).result,
                TruthValue::from(value == fact),
                "{kind} {value}"
            );
            assert_eq!(
                check(kind, &parameters, &nothing).result,
                TruthValue::Unknown,
                "{kind} {value}"
            );
        }
    }
}

#[test]
fn a_currency_is_always_known() {
    let result =
        |codes: Value| check("CURRENCY", &json!({ "currency_codes": codes }), &whole()).result;
    assert_eq!(
        (result(json!(["EUR", "usd"])), result(json!(["EUR"]))),
        (TruthValue::Met, TruthValue::NotMet)
    );
}

#[test]
fn six_digits_cannot_tell_a_longer_bin() {
    let result = |parameters: Value| check("ISSUER_BIN", &parameters, &whole()).result;
    assert_eq!(result(json!({"bins": ["42424212"]})), TruthValue::Unknown);
    assert_eq!(
        result(json!({"ranges": [{"from": "42424250", "to": "42429999"}]})),
        TruthValue::Unknown
    );
    assert_eq!(
        result(json!({"bins": ["42424212"], "ranges": [{"from": "424242", "to": "424242"}]})),
        TruthValue::Met
    );
}

#[test]
fn an_item_without_a_unit_may_be_any() {
    let nameless = OrderItem { name: "Monthly plan".into(), sku: None, quantity: None };
    let facts = AlertFacts { items: Some(vec![nameless]), ..whole() };
    assert_eq!(check("PRODUCT", &json!({"skus": ["PLAN-1"]}), &facts).result, TruthValue::Unknown);
    let named =
        json!({"skus": ["PLAN-1"], "names": [{"value": "monthly", "match_type": "STARTS_WITH"}]});
    assert_eq!(check("PRODUCT", &named, &facts).result, TruthValue::Met);
}

#[test]
fn a_list_that_cannot_work_is_named() {
    for (kind, parameters, expected) in [
        (
            "CURRENCY",
            json!({"currency_codes": ["USD", "XXL"]}),
            "p.currency_codes[1] CURRENCY_UNKNOWN",
        ),
        ("CURRENCY", json!({"currency_codes": []}), "p.currency_codes EMPTY"),
        ("CARD_BRAND", json!({"brands": []}), "p.brands EMPTY"),
        ("ISSUER_BIN", json!({"bins": ["4242"]}), "p.bins[0] NOT_A_BIN"),
        (
            "ISSUER_BIN",
            json!({"ranges": [{"from": "424243", "to": "424242"}]}),
            "p.ranges[0] NOT_A_RANGE",
        ),
        ("ISSUER_BIN", json!({}), "p.bins EMPTY"),
        (
            "ISSUER",
            json!({"issuers": [{"value": " ", "match_type": "EQUALS"}]}),
            "p.issuers[0].value BLANK",
        ),
        ("REASON_CODE", json!({"reason_codes": ["10.4", "."]}), "p.reason_codes[1] BLANK"),
        ("REASON_CATEGORY", json!({"categories": []}), "p.categories EMPTY"),
        ("ALERT_TYPE", json!({"types": []}), "p.types EMPTY"),
        ("ORDER_REFERENCE", json!({"references": []}), "p.references EMPTY"),
        ("MERCHANT", json!({"merchant_ids": []}), "p.merchant_ids EMPTY"),
        ("CUSTOMER", json!({}), "p.emails EMPTY"),
        ("CUSTOMER", json!({"emails": ["casey"]}), "p.emails[0] NOT_AN_EMAIL"),
        ("CUSTOMER", json!({"domains": ["example"]}), "p.domains[0] NOT_A_DOMAIN"),
        ("PRODUCT", json!({}), "p.names EMPTY"),
        ("PRODUCT", json!({"skus": [" "]}), "p.skus[0] BLANK"),
    ] {
        let faults: Vec<String> = a_condition(kind, &parameters)
            .find_errors("p")
            .iter()
            .map(|fault| format!("{} {}", fault.field, fault.code))
            .collect();
        assert_eq!(faults, [expected], "{kind} {parameters}");
    }
}
