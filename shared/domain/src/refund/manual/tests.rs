use proptest::prelude::*;

use super::*;
use crate::alert::Way;
use crate::basics::id::KeyId;
use crate::matching::Invalid;
use crate::refund::{Attempted, Cause, Known, Ledger, Next};
use crate::rules::ruleset::Action;
use crate::sale::{Dispute, RefundSeen, RefundState};
use crate::tests::given::{claim, decided, decided_of, hours, now, received_of, sale, usd};

fn asked(amount: Option<u64>) -> HandRefund {
    let wish = Wish {
        by: KeyId::from_seed(6).into(),
        at: now(),
        amount: amount.map(usd),
        reason: None,
        note: None,
    };
    HandRefund::asked(HandRefundId::from_seed(1), OrganisationId::from_seed(2), sale(), wish)
}

fn seen(minor: u64, state: RefundState, mark: Option<&str>) -> RefundSeen {
    RefundSeen {
        id: "re_1".into(),
        amount: usd(minor),
        state,
        at: hours(2),
        alert: mark.map(str::to_owned),
        arn: None,
    }
}

fn with(refunds: Vec<RefundSeen>) -> Sale {
    let mut sale = sale();
    sale.standing.refunds = refunds;
    sale
}

fn next(asked: &HandRefund, sale: &Sale) -> HandNext {
    HandKnown { asked, sale }.next()
}

#[test]
fn what_is_asked_for_is_given_back_and_at_most_what_is_left() {
    assert_eq!(next(&asked(None), &sale()), HandNext::Refund(usd(4900)));
    assert_eq!(next(&asked(Some(2000)), &sale()), HandNext::Refund(usd(2000)));
    let part = with(vec![seen(2000, RefundState::Succeeded, None)]);
    assert_eq!(next(&asked(None), &part), HandNext::Refund(usd(2900)));
    assert_eq!(next(&asked(Some(3000)), &part), HandNext::Refused(Refusal::MoreThanRemains));
    assert_eq!(
        next(&asked(None), &with(vec![seen(4900, RefundState::Pending, None)])),
        HandNext::Refused(Refusal::NothingRemains)
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
            HandNext::Found(made(state).standing.refunds.swap_remove(0))
        );
    }
}

#[test]
fn no_refund_into_a_dispute_or_of_what_was_not_paid() {
    let mut other = sale();
    other.standing.dispute =
        Some(Dispute { id: "dp_1".into(), opened: hours(1), refundable: false, prevented: false });
    assert_eq!(next(&asked(None), &other), HandNext::Refused(Refusal::DisputeOpen));
    let mut other = sale();
    other.standing.failed = true;
    assert_eq!(next(&asked(None), &other), HandNext::Refused(Refusal::NotPaid));
    let mut other = sale();
    other.standing.unsettled = true;
    assert_eq!(next(&asked(None), &other), HandNext::Void);
    assert_eq!(next(&asked(Some(100)), &other), HandNext::Refused(Refusal::NotSettled));
}

#[test]
fn it_wakes_its_stage_when_it_comes_when_it_is_nudged_and_when_it_succeeded() {
    let first = asked(None);
    let refund = Refund::new("re_1".into(), usd(4900), now(), Way::Refunded);
    assert!(first.wakes(None) && first.clone().fell_due(now()).is_none());
    let pending = first.clone().pending(refund.clone(), now());
    assert!(!pending.wakes(Some(&first)), "its worker has just looked");
    let due = pending.due().expect("something may be missed");
    let nudged = pending.clone().fell_due(due).expect("due");
    assert!(nudged.wakes(Some(&pending)) && nudged.due() > Some(due));
    let over = nudged.clone().succeeded(refund, due);
    assert!(over.wakes(Some(&nudged)), "alerts may wait for it");
    assert!(
        !over.clone().erased(Actor::System, due).wakes(Some(&over))
            && !nudged.failed("x".into(), due).wakes(Some(&pending))
    );
    assert!(over.due().is_none() && over.clone().nudged(Actor::Processor, due).is_none());
    assert_eq!(over.history.iter().map(|step| step.version).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(over.stamped("w").was_written(4, "w") && !over.was_written(4, "w"));
}

/// The alert's own decision, once a person's refund stands.
fn of_alert(minor: u64, state: RefundState) -> Next {
    let sale = with(vec![seen(minor, state, Some(HandRefundId::from_seed(1).as_str()))]);
    let (alert, ledger) = (decided(Action::Refund), Ledger::new(sale.id.clone()));
    Known {
        alert: &alert,
        sale: &sale,
        ledger: &ledger,
        rival: None,
        rates: None,
        last_call: hours(45),
        now: hours(3),
    }
    .next()
}

#[test]
fn an_alert_takes_a_persons_refund_of_all_that_is_disputed_for_its_own() {
    assert!(
        matches!(of_alert(4900, RefundState::Succeeded), Next::Found(made) if made.id == "re_1")
    );
    assert!(matches!(of_alert(4900, RefundState::Pending), Next::Found(_)));
    assert_eq!(of_alert(4900, RefundState::Failed("declined".into())), Next::Refund(usd(4900)));
    let part = of_alert(2000, RefundState::Succeeded);
    let rest = crate::alert::Need::PartRefunded {
        refund: "re_1".into(),
        refunded_in_cents: 2000,
        remaining_in_cents: 2900,
    };
    assert_eq!(part, Next::Person(rest), "somebody is at it: the remainder is a person's");
}

#[test]
fn an_alert_that_came_after_a_persons_refund_was_wrong() {
    let mut late = claim();
    late.alerted_at = hours(0);
    let alert = decided_of(received_of(late), crate::tests::given::by_rule(Action::Refund));
    let mut made = seen(4900, RefundState::Succeeded, Some(HandRefundId::from_seed(1).as_str()));
    made.at = hours(-1);
    let (sale, ledger) = (with(vec![made]), Ledger::new(sale().id));
    let known = Known {
        alert: &alert,
        sale: &sale,
        ledger: &ledger,
        rival: None,
        rates: None,
        last_call: hours(45),
        now: now(),
    };
    assert_eq!(known.next(), Next::Invalid(Invalid::AlreadyRefunded));
}

#[test]
fn the_ledger_tells_of_what_a_processor_does_not_list() {
    let one = asked(None);
    let claimed = Ledger::new(sale().id).claimed(&one.id, false, now(), now()).expect("free");
    let ledger = claimed.gave(usd(4900)).recorded(Attempted::Confirmed { refund: "re_1".into() });
    let told = ledger.laid_onto(sale());
    assert_eq!(told.remaining(), usd(0));
    assert_eq!(told.standing.refunds[0].cause(), Some(Cause::Hand(one.id.clone())));
    assert_eq!(ledger.laid_onto(told.clone()), told, "it is not told twice");
    assert!(matches!(next(&one, &told), HandNext::Found(_)));
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
    let ledger: Ledger = serde_json::from_str(kept).expect("a ledger");
    assert_eq!(ledger.entries[0].cause.as_str(), "alrt_1");
    assert!(ledger.entries[0].cause.alert().is_some());
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
        if let HandNext::Refund(amount) = next(&asked(wanted), &sale) {
            let gone = if failed { 0 } else { earlier };
            prop_assert!(amount.minor > 0 && amount.minor + gone <= 4900);
        }
    }
}

fn waiting_for_a_person() -> crate::alert::Alert {
    let person = crate::alert::transition::Evaluation::Person(crate::alert::Need::NoRuleMet, None);
    crate::tests::given::matched(crate::tests::given::received())
        .evaluated(person, hours(0))
        .expect("matched")
}

#[test]
fn an_alert_that_rests_on_a_persons_refund_makes_none() {
    let made = |state| with(vec![seen(4900, state, Some(HandRefundId::from_seed(1).as_str()))]);
    let refund = seen(4900, RefundState::Succeeded, None).kept();
    let over = asked(None).succeeded(refund, hours(2));
    let alert = waiting_for_a_person();
    assert!(over.settles(&alert, &made(RefundState::Succeeded)) && !over.settles(&alert, &sale()));
    let woken = alert.given_back(&over, hours(2)).expect("it waits");
    let next = |sale: &Sale| {
        let ledger = Ledger::new(sale.id.clone());
        Known {
            alert: &woken,
            sale,
            ledger: &ledger,
            rival: None,
            rates: None,
            last_call: hours(45),
            now: hours(3),
        }
        .next()
    };
    assert!(matches!(next(&made(RefundState::Succeeded)), Next::Found(_)));
    for gone in [made(RefundState::Failed("closed".into())), sale()] {
        assert_eq!(
            next(&gone),
            Next::Person(crate::alert::Need::NoRuleMet),
            "it waits on as it did"
        );
    }
}

#[test]
fn parts_by_hand_count_together_once_they_are_confirmed() {
    let mark = HandRefundId::from_seed(1);
    let part = |id: &str, minor, state| RefundSeen {
        id: id.into(),
        ..seen(minor, state, Some(mark.as_str()))
    };
    let given = |second| {
        crate::refund::given_back(
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

#[test]
fn what_is_not_known_is_looked_at_for_a_while_and_never_counts_as_over() {
    let unconfirmed = asked(Some(2000)).unconfirmed("503".into(), hours(50));
    assert!(
        unconfirmed.is_late(hours(50))
            && !unconfirmed.is_over()
            && unconfirmed.due() == Some(hours(74))
    );
    let mut looked = unconfirmed.clone();
    while let Some(due) = looked.due() {
        looked = looked.fell_due(due).expect("due");
    }
    assert!(
        looked.heard_of(&RefundState::Succeeded, hours(9999)).is_some(),
        "its processor's word counts at any time"
    );
    let denied = unconfirmed.clone().declared(false, None, KeyId::from_seed(6).into(), hours(51));
    assert!(
        denied.is_over()
            && denied.clone().heard_of(&RefundState::Failed("x".into()), hours(52)).is_none()
    );
    let again =
        denied.clone().heard_of(&RefundState::Succeeded, hours(52)).expect("it is looked at");
    assert!(again.wakes(Some(&denied)) && again.is_unconfirmed());
    let said = unconfirmed.declared(true, None, KeyId::from_seed(6).into(), hours(51));
    assert_eq!(
        said.refund().map(|refund| (refund.amount, refund.way)),
        Some((usd(2000), Way::Declared))
    );
    assert!(
        asked(None)
            .failed("declined".into(), now())
            .heard_of(&RefundState::Succeeded, hours(52))
            .is_none()
    );
}
