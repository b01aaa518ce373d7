use domain::alert::ReturnMethod;
use domain::basics::money;
use domain::network::claim::AlertKind;
use domain::network::outcome::AlertOutcome as Became;

use super::*;

fn usd(minor: u64) -> Money {
    Money::new(minor, money::parse_currency("USD").expect("a currency"))
}

fn answer(id: &str, kind: AlertKind, outcome: Became, refunded: Option<u64>) -> OutgoingAnswer {
    let at: Timestamp = "2026-03-14T10:00:00.123456Z".parse().expect("a time");
    let refund = refunded
        .map(|minor| RefundRecord::new("re_1".into(), usd(minor), at, ReturnMethod::Refunded));
    OutgoingAnswer { vendor_alert_id: id.into(), kind, outcome, refund, stopped: None, at }
}

fn written(answer: &OutgoingAnswer) -> String {
    serde_json::to_string(&to_outcome_batch(std::slice::from_ref(answer)).expect("a batch"))
        .expect("JSON")
}

#[test]
fn a_full_refund_is_told_with_its_amount() {
    assert_eq!(
        written(&answer("A1", AlertKind::Dispute, Became::RefundedFull, Some(36156))),
        concat!(
            r#"{"outcomes":[{"alertId":"A1","outcome":"RESOLVED","refundStatus":"REFUNDED","#,
            r#""refund":{"amount":{"value":361.56,"currencyCode":"USD"},"type":"REFUND","#,
            r#""timestamp":"2026-03-14T10:00:00Z","transactionId":"re_1"},"#,
            r#""actionTimestamp":"2026-03-14T10:00:00Z"}]}"#
        )
    );
}

#[test]
fn the_acquirers_reference_is_told_where_it_is_known() {
    let with = |arn: &str| {
        let told = answer("A1", AlertKind::Dispute, Became::RefundedFull, Some(4900));
        let refund =
            told.refund.clone().map(|refund| RefundRecord { arn: Some(arn.to_owned()), ..refund });
        written(&OutgoingAnswer { refund, ..told })
    };
    assert!(with("74027016072012345678901").contains(
        r#""transactionId":"re_1","acquirerReferenceNumber":"74027016072012345678901"}"#
    ));
    for unfit in ["", "7402701607201234567890123"] {
        assert!(!with(unfit).contains("acquirerReferenceNumber"), "{unfit}");
    }
}

#[test]
fn a_part_of_a_fraud_is_told_as_stopped_in_part() {
    let text = written(&answer("A1", AlertKind::Fraud, Became::RefundedPartial, Some(1000)));
    assert!(
        text.contains(r#""outcome":"PARTIALLY_STOPPED""#)
            && text.contains(r#""amountStopped":{"value":10.00,"#),
        "{text}"
    );
}

#[test]
fn an_amount_stopped_out_of_range_does_not_spoil_the_answer() {
    let stopped = |minor| OutgoingAnswer {
        stopped: Some(usd(minor)),
        ..answer("A1", AlertKind::Dispute, Became::RefundedFull, Some(minor))
    };
    assert!(written(&stopped(99_999_999)).contains(r#""amountStopped":{"value":999999.99,"#));
    assert!(!written(&stopped(100_000_000)).contains("amountStopped"));
}

#[test]
fn without_a_refund_none_is_told() {
    let text = written(&answer("A1", AlertKind::Fraud, Became::NotSettled, Some(4900)));
    assert!(text.contains("NOT_SETTLED") && !text.contains("\"refund\""), "{text}");
    let text = written(&answer("A1", AlertKind::Dispute, Became::AlreadyChargedBack, None));
    assert!(
        text.contains(r#""outcome":"OTHER""#) && text.contains(r#""comments":"A chargeback"#),
        "{text}"
    );
}

#[test]
fn each_item_of_an_answer_is_read_by_itself() {
    let answers = ["A1", "A2", "A3", "A4", "A5"]
        .map(|id| answer(id, AlertKind::Fraud, Became::NotFound, None));
    let told: EthocaOutcomeResponse = serde_json::from_str(
        r#"{"outcomeResponses":[{"alertId":"A1","status":"SUCCESS"},
        {"alertId":"A2","status":"FAILURE","errors":{"Error":[
            {"ReasonCode":"OUTCOME_ALREADY_EXISTS","Description":"x","Recoverable":false}]}},
        {"alertId":"A3","status":"FAILURE","errors":{"Error":[
            {"Source":"a","ReasonCode":"ALERT_NOT_FOUND","Recoverable":false,"Details":null}]}},
        {"alertId":"A4","status":"FAILURE","errors":{"Error":[
            {"ReasonCode":"SYSTEM_ERROR","Description":"later","Recoverable":true}]}}]}"#,
    )
    .expect("an answer");
    let refused = |reason: &str, recoverable| NetworkAnswerResult::Refused {
        reason: reason.to_owned(),
        recoverable,
    };
    let wanted = [
        NetworkAnswerResult::Accepted,
        NetworkAnswerResult::AlreadyAnswered,
        refused("ALERT_NOT_FOUND: ", false),
        refused("SYSTEM_ERROR: later", true),
        refused("Ethoca's answer does not name it", true),
    ];
    let wanted: Vec<(String, NetworkAnswerResult)> =
        answers.iter().map(|answer| answer.vendor_alert_id.clone()).zip(wanted).collect();
    assert_eq!(told.results_of_each(&answers), wanted);
}

#[test]
fn a_refusal_of_the_whole_call_says_whether_it_may_pass() {
    let refusal = |body: &str| EthocaFailure::from_call_body(body.as_bytes()).into_error();
    let permanent = refusal(
        r#"{"Errors":{"Error":[
            {"ReasonCode":"BAD","Description":"4242424242424242","Recoverable":false}]}}"#,
    );
    assert!(permanent.is_permanent() && !permanent.to_string().contains("4242424242424242"));
    assert!(
        !refusal(
            r#"{"Errors":{"Error":[{"ReasonCode":"VALIDATION_FAILURE","Recoverable":true}]}}"#
        )
        .is_permanent()
    );
    assert!(!refusal("<html>").is_permanent());
}
