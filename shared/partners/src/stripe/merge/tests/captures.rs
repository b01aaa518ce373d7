//! What was captured of an authorisation is the sale, and what was let go of it is no refund.

use super::*;

#[test]
fn what_a_partial_capture_let_go_is_no_refund() {
    let part = |refunded: u64| {
        let members = format!(
            r#""status":"succeeded","captured":true,
            "amount_captured":4000,"amount_refunded":{refunded}"#
        );
        intent("succeeded", &charge(&members))
    };
    let sale = merged(&part(900));
    assert_eq!((sale.amount, sale.authorised_amount), (usd(4000), Some(usd(4900))));
    let (release, given) = (refund("re_1", 900, None), refund("re_2", 900, Some("alrt_1")));
    // Listed among the refunds, or counted only.
    assert_eq!(without_release(vec![given.clone(), release], &part(1800)), Ok(vec![given.clone()]));
    assert_eq!(without_release(vec![given.clone()], &part(1800)), Ok(vec![given.clone()]));
    let whole = intent("succeeded", &charge(PAID));
    assert_eq!(without_release(vec![given.clone()], &whole), Ok(vec![given]));
}

fn in_parts(status: &str, received: u64, open: u64, refunded: u64) -> StripePayment {
    let members = format!(
        r#""status":"succeeded","captured":true,
        "amount_captured":{received},"amount_refunded":{refunded}"#
    );
    let mut found = intent(status, &charge(&members));
    if let Some(intent) = &mut found.intent {
        (intent.amount_received, intent.amount_capturable) = (received, open);
    }
    found
}

#[test]
fn what_was_captured_of_an_intent_that_waits_for_more_is_the_sale() {
    let sale = merged(&in_parts("requires_capture", 2900, 2000, 0));
    assert_eq!(
        (sale.amount, sale.authorised_amount, sale.standing.uncaptured),
        (usd(2900), Some(usd(4900)), Some(usd(2000)))
    );
    assert!(
        !sale.standing.unsettled && !sale.standing.failed,
        "money was taken: a void would tell what is not so"
    );
    let nothing = merged(&in_parts("requires_capture", 0, 4900, 0));
    assert!(nothing.standing.unsettled && nothing.standing.uncaptured.is_none());
    for status in ["canceled", "succeeded"] {
        let ended = in_parts(status, 2900, 0, 2000);
        let sale = merged(&ended);
        assert_eq!(
            (sale.amount, sale.standing.uncaptured, sale.standing.failed),
            (usd(2900), None, false),
            "{status}"
        );
        assert_eq!(
            without_release(vec![refund("re_1", 2000, None)], &ended),
            Ok(Vec::new()),
            "what was released is no refund"
        );
    }
    let given = refund("re_1", 2900, Some("alrt_1"));
    assert_eq!(
        without_release(vec![given.clone()], &in_parts("requires_capture", 2900, 2000, 2900)),
        Ok(vec![given])
    );
}

#[test]
fn what_a_void_let_go_is_no_refund() {
    let voided = intent(
        "canceled",
        &charge(r#""status":"succeeded","captured":false,"refunded":true,"amount_refunded":4900"#),
    );
    assert_eq!(without_release(vec![refund("re_1", 4900, None)], &voided), Ok(Vec::new()));
}
