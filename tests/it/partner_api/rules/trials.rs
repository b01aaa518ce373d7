//! Dry runs of rules over past and imported alerts, and rules applied to alerts that wait.

use domain::account::{ApiKeyScope, OperatingMode};
use domain::alert::transition::EvaluationResult;
use domain::alert::{Alert, AlertState, ReviewReason};
use domain::basics::card::{CardBrand, TruncatedCard};
use domain::basics::time::{ReportedTime, add_seconds};
use domain::matching::{MatchCandidate, MatchEvidence, MatchResult};
use domain::sale::{PaymentStanding, Sale, SaleId};
use serde_json::{Value, json};

use super::super::alerts::{enrolment, unmatched};
use super::super::{Answer, Desk, Shop, now};
use super::imports::import;
use super::ruleset;

/// An alert that waits for a person, for want of a rule.
async fn waiting(
    desk: &Desk,
    shop: &Shop,
    enrolment: &str,
    name: &str,
    why: ReviewReason,
) -> Alert {
    let received =
        unmatched(desk, shop, enrolment, name, 10).await.restart_search(now()).expect("it may be");
    desk.api.store.commit(&received).await.expect("committed");
    let found = MatchResult::One(Box::new(MatchCandidate {
        sale: sale(shop, name, &received),
        score: 300,
        evidence: vec![MatchEvidence::Arn],
    }));
    let matched = received.apply_match(found, None, now()).expect("to be matched");
    desk.api.store.commit(&matched).await.expect("committed");
    let alert = matched
        .apply_evaluation(EvaluationResult::Person(why, None), now())
        .expect("to be evaluated");
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
        authorised: ReportedTime::from_instant(add_seconds(now(), -86_400)),
        settled: None,
        card: TruncatedCard { bin: None, last4: Some("4242".into()), brand: Some(CardBrand::Visa) },
        arn: None,
        auth_code: None,
        network_transaction_id: None,
        descriptor: None,
        standing: PaymentStanding::default(),
        wallet: None,
        presented: None,
    }
}

/// A file of two past alerts: the first is about a card of VISA, the second names no card.
const PAST_ALERTS: &str = "reference,received_at,amount_in_cents,currency,card_brand\n\
    old,2025-11-05T10:00:00Z,1000,EUR,VISA\n\
    x,2026-02-01T10:00:00Z,2000,EUR,\n";

/// Of two imported alerts and two of the network, rules for cards of VISA would change three.
fn assert_new_rules_would_refund(new: &Answer, alert: &Alert) {
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
}

#[tokio::test]
async fn a_dry_run_tells_what_would_change_and_does_nothing() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    let alert = waiting(&desk, &shop, &enrolment, "A1", ReviewReason::NoRuleMet).await;
    unmatched(&desk, &shop, &enrolment, "A2", 5).await;
    import(&desk, &shop, PAST_ALERTS).await.id();
    import(&desk, &shop, PAST_ALERTS).await.id(); // the same again is the same
    let visa = json!([{"type": "CARD_BRAND", "parameters": {"brands": ["VISA"]}}]);
    let ruleset = ruleset(&shop, &enrolment, &visa);
    let new = desk.post("/v1/rulesets/dry-run", &ruleset).await;
    assert_new_rules_would_refund(&new, &alert);
    assert_eq!(desk.get("/v1/rulesets").await.body["count"], 0);

    let stored = desk.post("/v1/rulesets", &ruleset).await.id();
    let range =
        "alert_received_at_gte=2026-01-01T00:00:00Z&alert_received_at_lte=2026-03-01T00:00:00Z";
    let of_stored = desk.post(&format!("/v1/rulesets/{stored}/dry-run?{range}"), &json!({})).await;
    assert_eq!(
        json!([of_stored.body["alerts"], of_stored.body["changed_count"]]),
        json!([3, 2]),
        "{}",
        of_stored.body
    );
    let mut instead = ruleset;
    instead["outcome"] = json!("ACCEPT_DISPUTE");
    instead["replaces"] = json!(stored);
    let instead = desk.post("/v1/rulesets/dry-run", &instead).await;
    assert_eq!(
        json!([instead.body["changed"][0]["was"], instead.body["changed"][0]["would_be"]]),
        json!(["REFUND", "ACCEPT_DISPUTE"])
    );
    let kept = desk.api.store.read_alert(&alert.id).await.expect("the store").expect("the alert");
    assert_eq!(kept.version, alert.version);
}

/// A key that may change rulesets may not apply a ruleset.
async fn assert_apply_needs_its_own_ability(desk: &Desk, path: &str) {
    let writer = desk
        .new_key("Payments Inc", OperatingMode::Live, ApiKeyScope::Partner, &["rulesets:write"])
        .await;
    assert_eq!(
        desk.call("POST", path, &writer, Some(&json!({}))).await.refusal().1,
        "MISSING_ABILITY"
    );
}

#[tokio::test]
async fn applied_rules_ask_again_only_about_alerts_that_wait_for_one() {
    let desk = Desk::open().await;
    let shop = desk.shop("Acme").await;
    let enrolment = enrolment(&desk, &shop).await;
    for (name, why) in [
        ("A1", ReviewReason::NoRuleMet),
        ("A2", ReviewReason::RuleUnsure),
        ("A3", ReviewReason::NotAutomatic),
        ("A4", ReviewReason::OverCap),
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
        let alert = desk.api.store.read_alert(&id).await.expect("the store").expect("the alert");
        assert!(
            matches!(alert.state(), AlertState::Matched { asked: None, .. }),
            "{:?}",
            alert.state()
        );
    }
    assert_eq!(desk.post(&path, &json!({})).await.body["reevaluated"], json!([]));
    assert_apply_needs_its_own_ability(&desk, &path).await;
    assert_eq!(desk.post("/v1/rulesets/rset_1/apply", &json!({})).await.refusal().0, 404);
}
