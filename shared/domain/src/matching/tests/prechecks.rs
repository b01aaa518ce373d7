use super::*;
use crate::alert::Alert;
use crate::basics::id::AlertId;
use crate::basics::time::add_seconds;
use crate::sale::ProcessorDispute;

fn received() -> Timestamp {
    add_seconds(Timestamp::UNIX_EPOCH, 1_771_581_600)
}

fn refund(minor: u64, hours: i64) -> ProcessorRefund {
    let at = add_seconds(received(), hours * 3600);
    ProcessorRefund {
        id: format!("re_{minor}_{hours}"),
        amount: usd(minor),
        state: RefundState::Succeeded,
        at,
        alert: None,
        arn: None,
    }
}

fn with_refunds(refunds: Vec<ProcessorRefund>) -> Sale {
    Sale {
        standing: PaymentStanding { refunds, ..PaymentStanding::default() },
        ..at_stripe("pi_1")
    }
}

fn with_dispute(hours: i64, refundable: bool, prevented: bool) -> Sale {
    let opened = add_seconds(received(), hours * 3600);
    let dispute = Some(ProcessorDispute { id: "dp_1".into(), opened, refundable, prevented });
    Sale {
        standing: PaymentStanding { dispute, ..PaymentStanding::default() },
        ..at_stripe("pi_1")
    }
}

fn check(sale: &Sale) -> Option<InvalidAlertReason> {
    pre_check_alert(&a_claim(), received(), sale, None)
}

#[test]
fn refunds_made_before_the_alert_must_cover_what_is_disputed() {
    assert_eq!(check(&with_refunds(vec![])), None);
    assert_eq!(check(&Sale { amount: usd(0), ..with_refunds(vec![]) }), None);
    assert_eq!(
        check(&with_refunds(vec![refund(4900, -1)])),
        Some(InvalidAlertReason::AlreadyRefunded)
    );
    assert_eq!(
        check(&with_refunds(vec![refund(2000, -2), refund(2900, -1)])),
        Some(InvalidAlertReason::AlreadyRefunded)
    );
    assert_eq!(check(&with_refunds(vec![refund(2000, -2)])), None);
    assert_eq!(check(&with_refunds(vec![refund(4900, 0)])), None);
    let part = Claim { chargeback_amount: Some(usd(2000)), ..a_claim() };
    let of_part = |refunds| pre_check_alert(&part, received(), &with_refunds(refunds), None);
    assert_eq!(of_part(vec![refund(2000, -1)]), None, "another part may have been meant");
    assert_eq!(
        of_part(vec![refund(2000, -2), refund(2900, -1)]),
        Some(InvalidAlertReason::AlreadyRefunded),
        "nothing is left"
    );
}

#[test]
fn only_confirmed_refunds_in_anothers_name_count() {
    let this = Alert::id_from_claim(&a_claim()).to_string();
    let with =
        |state, alert| with_refunds(vec![ProcessorRefund { state, alert, ..refund(4900, -1) }]);
    assert_eq!(check(&with(RefundState::Pending, None)), None);
    assert_eq!(check(&with(RefundState::Failed("expired_card".into()), None)), None);
    assert_eq!(check(&with(RefundState::Succeeded, Some(this))), None);
    assert_eq!(
        check(&with(RefundState::Succeeded, Some("alrt_other".into()))),
        Some(InvalidAlertReason::AlreadyRefunded)
    );
}

#[test]
fn a_second_part_is_no_duplicate_of_the_first() {
    let (other, part) =
        (AlertId::derived(&["other"]), Claim { chargeback_amount: Some(usd(2000)), ..a_claim() });
    let for_other =
        |minor, hours| ProcessorRefund { alert: Some(other.to_string()), ..refund(minor, hours) };
    let check = |refunds| pre_check_alert(&part, received(), &with_refunds(refunds), Some(&other));
    assert_eq!((check(vec![for_other(2900, -1)]), check(vec![])), (None, None));
    assert_eq!(
        check(vec![for_other(2900, 1), refund(2000, 2)]),
        None,
        "its own part went back since"
    );
    assert_eq!(
        check(vec![for_other(4900, -1)]),
        Some(InvalidAlertReason::Duplicate { of: other.to_string() })
    );
}

#[test]
fn in_another_currency_nothing_may_remain() {
    let claim = Claim { amount: Money::new(100, Currency::EUR), ..a_claim() };
    let check =
        |minor| pre_check_alert(&claim, received(), &with_refunds(vec![refund(minor, -1)]), None);
    assert_eq!((check(4899), check(4900)), (None, Some(InvalidAlertReason::AlreadyRefunded)));
}

#[test]
fn a_dispute_counts_that_was_open_before_and_forbids_a_refund() {
    assert_eq!(
        check(&with_dispute(-1, false, false)),
        Some(InvalidAlertReason::AlreadyChargedBack)
    );
    assert_eq!(check(&with_dispute(-1, false, true)), Some(InvalidAlertReason::AlreadyRefunded));
    assert_eq!(check(&with_dispute(-1, true, false)), None);
    assert_eq!(check(&with_dispute(1, false, false)), None);
}

#[test]
fn the_most_certain_reason_is_told() {
    let (this, other) = (Alert::id_from_claim(&a_claim()), AlertId::derived(&["other"]));
    let check = |sale: &Sale, of| pre_check_alert(&a_claim(), received(), sale, of);
    let duplicate = Some(InvalidAlertReason::Duplicate { of: other.to_string() });
    let refunded = with_refunds(vec![refund(4900, -1)]);
    assert_eq!(check(&refunded, Some(&other)), duplicate);
    assert_eq!(check(&at_stripe("pi_1"), Some(&other)), duplicate);
    assert_eq!(check(&at_stripe("pi_1"), Some(&this)), None);
    assert_eq!(check(&with_refunds(vec![refund(100, -1)]), Some(&other)), None);
    let failed = Sale {
        standing: PaymentStanding { failed: true, ..refunded.standing.clone() },
        ..refunded.clone()
    };
    assert_eq!(check(&failed, Some(&other)), Some(InvalidAlertReason::FailedSale));
    let both = Sale {
        standing: PaymentStanding {
            refunds: refunded.standing.refunds,
            ..with_dispute(-1, false, false).standing
        },
        ..refunded
    };
    assert_eq!(check(&both, None), Some(InvalidAlertReason::AlreadyRefunded));
}
