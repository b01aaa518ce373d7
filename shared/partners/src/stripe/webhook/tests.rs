use domain::sale::RefundState;

use super::*;

const SECRET: &str = "whsec_test";

/// `printf '%s' '1772000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test`
const SIGNED: &str = "2f8d15c21135a9ca40a908af5a8502eb806c1e2697994c6dc59aeff718c43109";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("a time")
}

#[test]
fn stripes_signature_is_taken_and_no_other() {
    let body = br#"{"id":"evt_1"}"#;
    let header = format!("t=1772000000,v1={SIGNED}");
    assert_eq!(verify_webhook(SECRET, &header, body, at(1_772_000_299)), Ok(()));
    assert_eq!(verify_webhook(SECRET, &header, body, at(1_771_999_701)), Ok(()));
    assert_eq!(
        verify_webhook(
            SECRET,
            &format!("t=1772000000, v1=00ff,v0=aa,v1={SIGNED}"),
            body,
            at(1_772_000_000)
        ),
        Ok(())
    );
    let wrong = [
        (SECRET, header.as_str(), &body[..], 1_772_000_301),
        (SECRET, header.as_str(), &body[..], 1_771_999_699),
        ("whsec_other", header.as_str(), &body[..], 1_772_000_000),
        (SECRET, header.as_str(), &b"{}"[..], 1_772_000_000),
        (SECRET, &header.replace("t=1772000000", "t=1772000001"), &body[..], 1_772_000_000),
        (SECRET, &header.replace("v1=", "v0="), &body[..], 1_772_000_000),
        (SECRET, "", &body[..], 1_772_000_000),
        (SECRET, "t=x,v1=zz", &body[..], 1_772_000_000),
    ];
    for (secret, header, body, now) in wrong {
        assert_eq!(verify_webhook(secret, header, body, at(now)), Err(BadSignature), "{header}");
    }
}

fn refund_event(kind: &str, status: &str) -> ProcessorEvent {
    let refund = format!(
        r#"{{"id":"re_1","object":"refund","amount":4900,"currency":"usd","created":1772000000,
        "status":"{status}","charge":"ch_1","payment_intent":{{"id":"pi_1"}},
        "failure_reason":"lost_or_stolen_card","metadata":{{"cbs_related_alert_id":"alrt_1"}},
        "new":[]}}"#
    );
    let event = format!(
        r#"{{"id":"evt_1","type":"{kind}","account":"acct_9","data":{{"object":{refund}}}}}"#
    );
    parse_event(event.as_bytes()).expect("an event")
}

#[test]
fn a_refunds_word_is_read() {
    for (status, state) in [
        ("pending", RefundState::Pending),
        ("requires_action", RefundState::Pending),
        ("something_new", RefundState::Pending),
        ("succeeded", RefundState::Succeeded),
        ("failed", RefundState::Failed("lost_or_stolen_card".into())),
    ] {
        let ProcessorEvent::Refund { refund, of: EventPayment { payment, charge, account } } =
            refund_event("refund.updated", status)
        else {
            panic!("no refund");
        };
        assert_eq!(
            (refund.state, refund.amount.minor, refund.alert.as_deref()),
            (state, 4900, Some("alrt_1"))
        );
        assert_eq!(
            (payment.as_deref(), charge.as_deref(), account.as_deref()),
            (Some("pi_1"), Some("ch_1"), Some("acct_9"))
        );
    }
    assert_eq!(
        refund_event("refund.noticed", "x"),
        ProcessorEvent::Other { kind: "refund.noticed".into() }
    );
}

#[test]
fn a_charge_that_was_refunded_names_its_payment() {
    let charge = r#"{"id":"ch_1","object":"charge","amount":4900,"currency":"usd",
        "created":1772000000,"payment_intent":"pi_1"}"#;
    let event = format!(
        r#"{{"id":"evt_1","type":"charge.refunded","account":"acct_9",
        "data":{{"object":{charge}}}}}"#
    );
    let of = EventPayment {
        payment: Some("pi_1".into()),
        charge: Some("ch_1".into()),
        account: Some("acct_9".into()),
    };
    assert_eq!(parse_event(event.as_bytes()), Ok(ProcessorEvent::ChargeRefunded { of }));
}

#[test]
fn a_dispute_says_whether_money_went_back() {
    for (status, case, refundable, told) in [
        ("needs_response", "chargeback", false, (false, false)),
        ("warning_needs_response", "inquiry", true, (true, false)),
        ("won", "chargeback", false, (true, false)),
        ("prevented", "resolution", false, (false, true)),
        ("prevented", "block", true, (true, false)),
    ] {
        let event = format!(
            r#"{{"type":"charge.dispute.created","data":{{"object":{{"id":"du_1",
            "created":1772000000,"status":"{status}","is_charge_refundable":{refundable},
            "charge":"ch_1","payment_method_details":{{"card":{{"case_type":"{case}"}}}}}}}}}}"#
        );
        let ProcessorEvent::DisputeOpened { dispute, .. } =
            parse_event(event.as_bytes()).expect("an event")
        else {
            panic!("no dispute")
        };
        assert_eq!((dispute.refundable, dispute.prevented), told, "{status} {case}");
    }
}

#[test]
fn what_is_no_event_is_an_error() {
    for body in ["", "[]", r#"{"type":"refund.created","data":{"object":{"id":"re_1"}}}"#] {
        assert!(parse_event(body.as_bytes()).is_err(), "{body}");
    }
}
