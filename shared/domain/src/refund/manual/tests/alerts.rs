//! A person's refund and the alerts about the same sale.

use super::*;
use crate::matching::InvalidAlertReason;
use crate::refund::{RefundContext, RefundStep};
use crate::rules::ruleset::AlertAction;
use crate::tests::given::{claim, decided, decided_of, received_of};

/// The alert's own decision, once a person's refund stands.
fn of_alert(minor: u64, state: RefundState) -> RefundStep {
    let sale = with(vec![seen(minor, state, Some(HandRefundId::from_seed(1).as_str()))]);
    let (alert, ledger) = (decided(AlertAction::Refund), RefundLedger::new(sale.id.clone()));
    RefundContext {
        alert: &alert,
        sale: &sale,
        ledger: &ledger,
        rival: None,
        rates: None,
        last_call: hours(45),
        now: hours(3),
    }
    .next_step()
}

#[test]
fn an_alert_takes_a_persons_refund_of_all_that_is_disputed_for_its_own() {
    let whole = of_alert(4900, RefundState::Succeeded);
    assert!(matches!(whole, RefundStep::Found(made) if made.id == "re_1"));
    assert!(matches!(of_alert(4900, RefundState::Pending), RefundStep::Found(_)));
    assert_eq!(
        of_alert(4900, RefundState::Failed("declined".into())),
        RefundStep::Refund(usd(4900))
    );
    let part = of_alert(2000, RefundState::Succeeded);
    let rest = crate::alert::ReviewReason::PartRefunded {
        refund: "re_1".into(),
        refunded_in_cents: 2000,
        remaining_in_cents: 2900,
    };
    assert_eq!(part, RefundStep::Person(rest), "somebody is at it: the remainder is a person's");
}

#[test]
fn an_alert_that_came_after_a_persons_refund_was_wrong() {
    let mut late = claim();
    late.alerted_at = hours(0);
    let alert = decided_of(received_of(late), crate::tests::given::by_rule(AlertAction::Refund));
    let mut made = seen(4900, RefundState::Succeeded, Some(HandRefundId::from_seed(1).as_str()));
    made.at = hours(-1);
    let (sale, ledger) = (with(vec![made]), RefundLedger::new(sale().id));
    let known = RefundContext {
        alert: &alert,
        sale: &sale,
        ledger: &ledger,
        rival: None,
        rates: None,
        last_call: hours(45),
        now: now(),
    };
    assert_eq!(known.next_step(), RefundStep::Invalid(InvalidAlertReason::AlreadyRefunded));
}

fn waiting_for_a_person() -> crate::alert::Alert {
    let person = crate::alert::transition::EvaluationResult::Person(
        crate::alert::ReviewReason::NoRuleMet,
        None,
    );
    crate::tests::given::matched(crate::tests::given::received())
        .apply_evaluation(person, hours(0))
        .expect("matched")
}

#[test]
fn an_alert_that_rests_on_a_persons_refund_makes_none() {
    let made = |state| with(vec![seen(4900, state, Some(HandRefundId::from_seed(1).as_str()))]);
    let refund = seen(4900, RefundState::Succeeded, None).to_refund_record();
    let over = asked(None).into_succeeded(refund, hours(2));
    let alert = waiting_for_a_person();
    assert!(
        over.settles_alert(&alert, &made(RefundState::Succeeded))
            && !over.settles_alert(&alert, &sale())
    );
    let woken = alert.decide_by_manual_refund(&over, hours(2)).expect("it waits");
    let next = |sale: &Sale| {
        let ledger = RefundLedger::new(sale.id.clone());
        RefundContext {
            alert: &woken,
            sale,
            ledger: &ledger,
            rival: None,
            rates: None,
            last_call: hours(45),
            now: hours(3),
        }
        .next_step()
    };
    assert!(matches!(next(&made(RefundState::Succeeded)), RefundStep::Found(_)));
    for gone in [made(RefundState::Failed("closed".into())), sale()] {
        assert_eq!(
            next(&gone),
            RefundStep::Person(crate::alert::ReviewReason::NoRuleMet),
            "it waits on as it did"
        );
    }
}

#[test]
fn parts_by_hand_count_together_once_they_are_confirmed() {
    let mark = HandRefundId::from_seed(1);
    let part = |id: &str, minor, state| ProcessorRefund {
        id: id.into(),
        ..seen(minor, state, Some(mark.as_str()))
    };
    let given = |second| {
        crate::refund::find_covering_refund(
            &claim(),
            hours(0),
            &with(vec![part("re_1", 2000, RefundState::Succeeded), second]),
        )
    };
    let whole = given(part("re_2", 2900, RefundState::Succeeded)).expect("all of it");
    assert_eq!(whole.amount, usd(4900));
    assert_eq!(given(part("re_2", 2900, RefundState::Pending)), None);
    assert_eq!(given(part("re_2", 2899, RefundState::Succeeded)), None);
}
