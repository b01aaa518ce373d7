use super::given::*;
use crate::alert::pipeline::{Due, Stage};
use crate::alert::{Alert, Answer, Need, State};
use crate::basics::time::after;
use crate::matching::Found;
use crate::network::outcome::Outcome;
use crate::rules::ruleset::Action;

#[test]
fn the_action_deadline_leaves_two_hours_for_the_answer() {
    let alert = received();
    assert_eq!(
        (alert.deadlines.target, alert.deadlines.action, alert.deadlines.limit),
        (hours(24), hours(46), hours(48))
    );
}

#[test]
fn a_stage_that_does_not_move_is_nudged_and_woken() {
    let alert = announced();
    assert_eq!(alert.due(), Some((after(hours(0), 900), Due::Nudge)));
    assert_eq!(alert.clone().fell_due(after(hours(0), 899)), None);
    let nudged = alert.clone().fell_due(after(hours(0), 900)).expect("it is due");
    assert_eq!(nudged.wakes(Some(&alert)), Some(Stage::Matching));
    assert_eq!(
        nudged.due(),
        Some((after(hours(0), 900 + 1800), Due::Nudge)),
        "less often each time"
    );
}

#[test]
fn nudges_in_a_row_are_one_step_of_history() {
    let mut alert = announced();
    for _ in 0..50 {
        let (at, due) = alert.due().expect("something is due");
        if due != Due::Nudge {
            break;
        }
        alert = alert.fell_due(at).expect("it is due");
    }
    assert_eq!(alert.history.len(), 3, "received, announced, nudged");
}

#[test]
fn who_waits_for_a_person_is_warned_once_and_expires_as_not_found() {
    let warned = waiting().fell_due(hours(24)).expect("a warning");
    assert!(warned.warned);
    assert_eq!(warned.wakes(Some(&waiting())), None);
    let expired = warned.fell_due(hours(46)).expect("the deadline");
    assert_eq!(expired.next_stage(), Some(Stage::VendorCallback));
    assert_eq!(expired.to_tell().map(|done| done.outcome), Some(Outcome::ExpiredUnmatched));
}

#[test]
fn a_matched_alert_expires_as_declined() {
    let doubtful = matched(received())
        .evaluated(crate::alert::transition::Evaluation::Person(Need::NoRuleMet, None), hours(1))
        .expect("matched");
    let expired = doubtful
        .fell_due(hours(24))
        .and_then(|warned| warned.fell_due(hours(46)))
        .expect("the deadline");
    assert_eq!(expired.to_tell().map(|done| done.outcome), Some(Outcome::ExpiredMatched));
}

#[test]
fn a_refund_under_way_is_looked_at_again_and_never_expires_by_itself() {
    let refund = refund_seen(4900, crate::sale::RefundState::Pending, None, hours(0)).kept();
    let refunding = decided(Action::Refund).refunding(refund, hours(0)).expect("decided");
    assert_eq!(refunding.next_stage(), None);
    assert_eq!(refunding.due().map(|(at, _)| at), Some(after(hours(0), 60)), "soon at first");
    let again = refunding.clone().fell_due(after(hours(0), 60)).expect("a recheck");
    assert_eq!(again.wakes(Some(&refunding)), Some(Stage::Refund));
    let still = again
        .refunding(
            refund_seen(4900, crate::sale::RefundState::Pending, None, hours(0)).kept(),
            hours(1),
        )
        .expect("decided");
    assert_eq!(
        still.due().map(|(at, _)| at),
        Some(after(hours(1), 900)),
        "then as a stage that does not move"
    );
    let late = refunding.fell_due(hours(46)).expect("the deadline");
    assert!(
        matches!(late.state(), State::Decided { .. }),
        "the processor is asked before anybody is told"
    );
}

#[test]
fn while_money_may_move_the_deadline_tells_nothing() {
    let unclear =
        decided(Action::Refund).needs_person(Need::RefundUnconfirmed, hours(46)).expect("decided");
    let again = unclear.clone().fell_due(hours(47)).expect("a recheck");
    assert_eq!(again.next_stage(), Some(Stage::Refund));
    assert!(unclear.view().is_actionable);
    assert!(unclear.retracted(hours(46)).is_err());
}

#[test]
fn an_answer_that_cannot_be_given_lapses_at_the_limit() {
    let declined = decided(Action::AcceptDispute);
    assert_eq!(declined.next_stage(), Some(Stage::VendorCallback));
    let mut late = declined;
    while let Some((at, _)) = late.due() {
        late = late.fell_due(at).expect("it is due");
    }
    assert!(matches!(late.state(), State::Resolved { answer: Answer::TooLate, .. }));
    assert_eq!(late.view().resolution_reason, Some("UNANSWERED"));
}

#[test]
fn a_late_order_brings_the_search_back_but_not_a_decision() {
    let again = waiting().reconsidered(hours(3)).expect("it waits for a sale");
    assert_eq!(again.wakes(Some(&waiting())), Some(Stage::Matching));
    assert!(decided(Action::Refund).reconsidered(hours(3)).is_err());
    let rematched =
        again.matched(Found::One(Box::new(candidate())), None, hours(3)).expect("received");
    assert_eq!(rematched.next_stage(), Some(Stage::RulesetEvaluation));
}

/// An alert whose matching takes longer than its subscribers wait.
fn announced() -> Alert {
    received().fell_due(after(hours(0), 60)).expect("subscribers are told")
}

#[test]
fn a_refund_is_doubted_only_until_the_network_is_told() {
    let refund = refund_seen(4900, crate::sale::RefundState::Succeeded, None, hours(1)).kept();
    let (actor, cancelled) = (crate::alert::Actor::Processor, None);
    let done = decided(Action::Refund)
        .actioned(Some(refund), cancelled, actor.clone(), hours(1))
        .expect("decided");
    assert!(
        done.clone().doubted("re_2", "closed", actor.clone(), hours(2)).is_err(),
        "another refund"
    );
    let again =
        done.clone().doubted("re_1", "closed", actor.clone(), hours(2)).expect("nothing is told");
    assert_eq!((again.next_stage(), again.to_tell()), (Some(Stage::Refund), None));
    let told = done.answered(Answer::Accepted, hours(2)).expect("done");
    assert!(told.doubted("re_1", "closed", actor, hours(3)).is_err());
}

#[test]
fn what_is_parted_is_worked_by_few_and_looked_at_again_by_all() {
    let alert = decided(Action::Refund);
    let parted = alert.clone().parted(hours(2), now());
    assert_eq!((parted.wakes(Some(&alert)), parted.is_parted()), (Some(Stage::Refund), true));
    assert_eq!(parted.due(), Some((hours(2), Due::Nudge)), "if it was not worked by then");
    let again = parted.clone().nudged(hours(2));
    assert_eq!((again.wakes(Some(&parted)), again.is_parted()), (Some(Stage::Refund), false));
    assert_eq!(
        parted.clone().left_until(hours(3), true, hours(1)).wakes(Some(&parted)),
        None,
        "silence is waited out"
    );
}
