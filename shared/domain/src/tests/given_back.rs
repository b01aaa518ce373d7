//! Money that went back without the alert: where that sends it, and where it changes nothing.

use super::given::*;
use crate::alert::action_request::ActionRequestResult;
use crate::alert::transition::EvaluationResult;
use crate::alert::{
    ActionRequest, Alert, AlertState, CancellationResult, CourseOfAction, DecisionMaker,
    Declaration, HistoryActor, ReviewReason,
};
use crate::basics::id::KeyId;
use crate::matching::{InvalidAlertReason, MatchResult};
use crate::network::outcome::AlertOutcome;
use crate::refund::{RefundContext, RefundLedger, RefundStep};
use crate::rules::ruleset::AlertAction;
use crate::sale::{RefundState, Sale};

fn waiting_with_sale() -> Alert {
    matched(received())
        .apply_evaluation(EvaluationResult::Person(ReviewReason::NoRuleMet, None), hours(0))
        .expect("it was matched")
}

fn refunded(minor: u64, state: RefundState, hour: i64) -> Sale {
    let mut sale = sale();
    sale.standing.refunds.push(refund_seen(minor, state, None, hours(hour)));
    sale
}

fn decided_so(alert: Alert, sale: Sale) -> Option<Alert> {
    alert.apply_external_refunds(sale, None, now())
}

#[test]
fn an_alert_that_waits_goes_on_once_all_that_it_disputes_is_back() {
    let next = decided_so(waiting_with_sale(), refunded(4900, RefundState::Succeeded, 1))
        .expect("it goes on");
    let decision = next.decision().expect("a decision");
    assert!(
        matches!(&decision.by, DecisionMaker::Processor { refund } if refund == "re_1"),
        "nobody is said to have decided"
    );
    assert!(decision.rests_on_other_refund() && !decision.is_automatic());
    for (sale, why) in [
        (refunded(4900, RefundState::Pending, 1), "not confirmed"),
        (refunded(4900, RefundState::Failed("x".into()), 1), "failed"),
        (refunded(2000, RefundState::Succeeded, 1), "a part"),
        (sale(), "none"),
    ] {
        assert_eq!(decided_so(waiting_with_sale(), sale), None, "{why}");
    }
}

#[test]
fn a_refund_of_before_is_told_as_such() {
    let next = decided_so(waiting_with_sale(), refunded(4900, RefundState::Succeeded, -1))
        .expect("it goes on");
    assert_eq!(
        next.decision().map(|decision| decision.course.clone()),
        Some(CourseOfAction::Tell(InvalidAlertReason::AlreadyRefunded))
    );
    assert_eq!(
        next.unreported_settlement()
            .and_then(|done| done.reported_refund(&claim()))
            .map(|refund| refund.id),
        Some("re_1".into())
    );
}

#[test]
fn at_the_deadline_it_goes_on_and_what_is_told_as_refunded_does_not() {
    let expired = waiting_with_sale().mark_expired(hours(46));
    assert!(expired.reports_no_refund());
    let next = expired
        .apply_external_refunds(refunded(4900, RefundState::Succeeded, 1), None, hours(46))
        .expect("it goes on");
    assert!(matches!(next.state(), AlertState::Decided { .. }) && !next.reports_no_refund());
    let done = next.complete_action(
        Some(refund_seen(4900, RefundState::Succeeded, None, hours(1)).to_refund_record()),
        None,
        crate::alert::HistoryActor::Processor,
        hours(46),
    );
    let done = done.expect("it was decided");
    assert!(!done.reports_no_refund());
    assert_eq!(decided_so(done, refunded(4900, RefundState::Succeeded, 1)), None);
    let unmatched = received()
        .apply_match(MatchResult::Nothing, None, hours(0))
        .expect("received")
        .mark_expired(hours(46));
    assert!(!unmatched.reports_no_refund(), "there is no payment to read");
    assert_eq!(
        decided_so(decided(AlertAction::Refund), refunded(4900, RefundState::Succeeded, 1)),
        None,
        "the refund stage looks itself"
    );
}

#[test]
fn a_declared_cancellation_stays_what_a_person_said() {
    let word = Declaration { by: KeyId::from_seed(6).into(), at: now(), reference: None };
    let said = ActionRequest { cancelled: Some(word.clone()), ..ask(AlertAction::Cancel) };
    let ActionRequestResult::Taken(told) = waiting_with_sale().request_action(said, now()) else {
        panic!("it waits")
    };
    let next = decided_so(*told, refunded(4900, RefundState::Succeeded, 1)).expect("it goes on");
    assert!(
        next.decision().is_some_and(|decision| !decision.cancels_at_processor()),
        "nothing is ended at the processor"
    );
    let done = next.complete_action(
        Some(refund_seen(4900, RefundState::Succeeded, None, hours(1)).to_refund_record()),
        None,
        HistoryActor::Processor,
        hours(2),
    );
    let done = done.expect("it was decided").unreported_settlement().expect("it can be told");
    assert_eq!(
        (done.outcome, done.cancellation),
        (AlertOutcome::RefundedFull, Some(CancellationResult::Declared(word)))
    );
}

#[test]
fn what_rests_on_a_refund_makes_none_and_waits_on_where_it_is_gone() {
    let woken = decided_so(waiting_with_sale(), refunded(4900, RefundState::Succeeded, 1))
        .expect("it goes on");
    let sealed = RefundLedger::new(sale().id)
        .take_lease(&woken.id, true, now(), now())
        .expect("free")
        .seal_for_alert(&woken.id);
    assert!(sealed.clone().take_lease(&woken.id, true, hours(2), hours(3)).is_err());
    let ledger =
        sealed.take_lookup_lease(&woken.id, hours(2), hours(3)).expect("to look is allowed");
    assert_eq!(
        ledger.sealed_for,
        std::slice::from_ref(&woken.id),
        "no refund is made for it, ever"
    );
    let next = |sale: &Sale| {
        let known = RefundContext {
            alert: &woken,
            sale,
            ledger: &ledger,
            rival: None,
            rates: None,
            last_call: hours(45),
            now: hours(2),
        };
        known.next_step()
    };
    let found = next(&refunded(4900, RefundState::Succeeded, 1));
    assert!(matches!(found, RefundStep::Found(made) if made.id == "re_1"));
    assert_eq!(next(&sale()), RefundStep::Person(ReviewReason::NoRuleMet));
}

/// What an answer waits for is asked for once more while the network still takes the answer.
#[test]
fn an_answer_that_waits_is_asked_for_shortly_before_the_networks_limit() {
    let mut alert = waiting_with_sale().mark_expired(hours(46));
    let mut last = alert.moved_at;
    while let Some((at, crate::alert::pipeline::DueAction::Nudge)) = alert.due() {
        (alert, last) = (alert.apply_due(at).expect("it is due"), at);
    }
    assert_eq!(
        (last, alert.due().map(|due| due.0)),
        (alert.deadlines.last_call(), Some(hours(48)))
    );
}
