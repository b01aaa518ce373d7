use proptest::prelude::*;

use super::*;
use crate::alert::ReturnMethod;
use crate::basics::id::KeyId;
use crate::refund::{AttemptResult, RefundCause, RefundLedger};
use crate::sale::{ProcessorDispute, ProcessorRefund, RefundState};
use crate::tests::given::{hours, now, sale, usd};

mod alerts;

fn asked(amount: Option<u64>) -> ManualRefund {
    let wish = ManualRefundRequest {
        by: KeyId::from_seed(6).into(),
        at: now(),
        amount: amount.map(usd),
        reason: None,
        note: None,
    };
    ManualRefund::from_request(
        HandRefundId::from_seed(1),
        OrganisationId::from_seed(2),
        sale(),
        wish,
    )
}

fn seen(minor: u64, state: RefundState, mark: Option<&str>) -> ProcessorRefund {
    ProcessorRefund {
        id: "re_1".into(),
        amount: usd(minor),
        state,
        at: hours(2),
        alert: mark.map(str::to_owned),
        arn: None,
    }
}

fn with(refunds: Vec<ProcessorRefund>) -> Sale {
    let mut sale = sale();
    sale.standing.refunds = refunds;
    sale
}

fn next(asked: &ManualRefund, sale: &Sale) -> ManualRefundStep {
    ManualRefundContext { asked, sale }.next_step()
}

#[test]
fn what_is_asked_for_is_given_back_and_at_most_what_is_left() {
    assert_eq!(next(&asked(None), &sale()), ManualRefundStep::Refund(usd(4900)));
    assert_eq!(next(&asked(Some(2000)), &sale()), ManualRefundStep::Refund(usd(2000)));
    let part = with(vec![seen(2000, RefundState::Succeeded, None)]);
    assert_eq!(next(&asked(None), &part), ManualRefundStep::Refund(usd(2900)));
    assert_eq!(
        next(&asked(Some(3000)), &part),
        ManualRefundStep::Refused(RefundRefusal::MoreThanRemains)
    );
    assert_eq!(
        next(&asked(None), &with(vec![seen(4900, RefundState::Pending, None)])),
        ManualRefundStep::Refused(RefundRefusal::NothingRemains)
    );
}

#[test]
fn what_was_made_for_it_is_found_whatever_stands_against_another() {
    let (one, made) = (asked(None), |state| {
        with(vec![seen(4900, state, Some(HandRefundId::from_seed(1).as_str()))])
    });
    for state in
        [RefundState::Pending, RefundState::Succeeded, RefundState::Failed("declined".into())]
    {
        assert_eq!(
            next(&one, &made(state.clone())),
            ManualRefundStep::Found(made(state).standing.refunds.swap_remove(0))
        );
    }
}

#[test]
fn no_refund_into_a_dispute_or_of_what_was_not_paid() {
    let mut other = sale();
    other.standing.dispute = Some(ProcessorDispute {
        id: "dp_1".into(),
        opened: hours(1),
        refundable: false,
        prevented: false,
    });
    assert_eq!(next(&asked(None), &other), ManualRefundStep::Refused(RefundRefusal::DisputeOpen));
    let mut other = sale();
    other.standing.failed = true;
    assert_eq!(next(&asked(None), &other), ManualRefundStep::Refused(RefundRefusal::NotPaid));
    let mut other = sale();
    other.standing.unsettled = true;
    assert_eq!(next(&asked(None), &other), ManualRefundStep::Void);
    assert_eq!(
        next(&asked(Some(100)), &other),
        ManualRefundStep::Refused(RefundRefusal::NotSettled)
    );
}

#[test]
fn it_wakes_its_stage_when_it_comes_when_it_is_nudged_and_when_it_succeeded() {
    let first = asked(None);
    let refund = RefundRecord::new("re_1".into(), usd(4900), now(), ReturnMethod::Refunded);
    assert!(first.wakes(None) && first.clone().apply_due(now()).is_none());
    let pending = first.clone().into_pending(refund.clone(), now());
    assert!(!pending.wakes(Some(&first)), "its worker has just looked");
    let due = pending.due().expect("something may be missed");
    let nudged = pending.clone().apply_due(due).expect("due");
    assert!(nudged.wakes(Some(&pending)) && nudged.due() > Some(due));
    let over = nudged.clone().into_succeeded(refund, due);
    assert!(over.wakes(Some(&nudged)), "alerts may wait for it");
    assert!(
        !over.clone().record_erasure(HistoryActor::System, due).wakes(Some(&over))
            && !nudged.into_failed("x".into(), due).wakes(Some(&pending))
    );
    assert!(
        over.due().is_none() && over.clone().nudge_stage(HistoryActor::Processor, due).is_none()
    );
    assert_eq!(over.history.iter().map(|step| step.version).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(over.with_write_id("w").was_written(4, "w") && !over.was_written(4, "w"));
}

#[test]
fn the_ledger_tells_of_what_a_processor_does_not_list() {
    let one = asked(None);
    let claimed =
        RefundLedger::new(sale().id).take_lease(&one.id, false, now(), now()).expect("free");
    let ledger = claimed
        .record_given_amount(usd(4900))
        .record_result(AttemptResult::Confirmed { refund: "re_1".into() });
    let told = ledger.merge_refunds_into(sale());
    assert_eq!(told.remaining_amount(), usd(0));
    assert_eq!(told.standing.refunds[0].refund_cause(), Some(RefundCause::Hand(one.id.clone())));
    assert_eq!(ledger.merge_refunds_into(told.clone()), told, "it is not told twice");
    assert!(matches!(next(&one, &told), ManualRefundStep::Found(_)));
}

#[test]
fn a_ledger_of_before_is_read_as_ever() {
    let kept = r#"{
        "sale": "org_1/int_1/pi_1", "attempt": 1,
        "entries": [{
            "attempt": 1, "alert": "alrt_1", "automatic": true,
            "at": "2026-02-17T10:00:00Z", "result": "UNKNOWN"
        }],
        "version": 1
    }"#;
    let ledger: RefundLedger = serde_json::from_str(kept).expect("a ledger");
    assert_eq!(ledger.entries[0].cause.as_str(), "alrt_1");
    assert!(ledger.entries[0].cause.alert_id().is_some());
}

proptest! {
    /// Whatever went back before and whatever is asked for: never more than was captured.
    #[test]
    fn never_more_than_was_captured(
        earlier in 0_u64..6000,
        wanted in proptest::option::of(1_u64..6000),
        failed in any::<bool>(),
    ) {
        let state =
            if failed { RefundState::Failed("declined".into()) } else { RefundState::Succeeded };
        let sale = with(vec![seen(earlier, state, None)]);
        if let ManualRefundStep::Refund(amount) = next(&asked(wanted), &sale) {
            let gone = if failed { 0 } else { earlier };
            prop_assert!(amount.minor > 0 && amount.minor + gone <= 4900);
        }
    }
}

#[test]
fn what_is_not_known_is_looked_at_for_a_while_and_never_counts_as_over() {
    let unconfirmed = asked(Some(2000)).into_unconfirmed("503".into(), hours(50));
    assert!(
        unconfirmed.is_late(hours(50))
            && !unconfirmed.is_over()
            && unconfirmed.due() == Some(hours(74))
    );
    let mut looked = unconfirmed.clone();
    while let Some(due) = looked.due() {
        looked = looked.apply_due(due).expect("due");
    }
    assert!(
        looked.apply_processor_report(&RefundState::Succeeded, hours(9999)).is_some(),
        "its processor's word counts at any time"
    );
    let declare = |one: ManualRefund, went_back| {
        one.declare_result(went_back, None, KeyId::from_seed(6).into(), hours(51))
    };
    let denied = declare(unconfirmed.clone(), false);
    let reported = |state: RefundState| denied.clone().apply_processor_report(&state, hours(52));
    assert!(denied.is_over() && reported(RefundState::Failed("x".into())).is_none());
    let again = reported(RefundState::Succeeded).expect("it is looked at");
    assert!(again.wakes(Some(&denied)) && again.is_unconfirmed());
    let said = declare(unconfirmed, true);
    assert_eq!(
        said.refund().map(|refund| (refund.amount, refund.way)),
        Some((usd(2000), ReturnMethod::Declared))
    );
    assert!(
        asked(None)
            .into_failed("declined".into(), now())
            .apply_processor_report(&RefundState::Succeeded, hours(52))
            .is_none()
    );
}
