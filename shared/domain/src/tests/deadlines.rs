use super::given::*;
use crate::alert::pipeline::{DueAction, PipelineStage};
use crate::alert::{Alert, AlertState, AnswerResult, ReviewReason};
use crate::basics::time::add_seconds;
use crate::matching::MatchResult;
use crate::network::outcome::AlertOutcome;
use crate::rules::ruleset::AlertAction;

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
    assert_eq!(alert.due(), Some((add_seconds(hours(0), 900), DueAction::Nudge)));
    assert_eq!(alert.clone().apply_due(add_seconds(hours(0), 899)), None);
    let nudged = alert.clone().apply_due(add_seconds(hours(0), 900)).expect("it is due");
    assert_eq!(nudged.wakes(Some(&alert)), Some(PipelineStage::Matching));
    assert_eq!(
        nudged.due(),
        Some((add_seconds(hours(0), 900 + 1800), DueAction::Nudge)),
        "less often each time"
    );
}

#[test]
fn nudges_in_a_row_are_one_step_of_history() {
    let mut alert = announced();
    for _ in 0..50 {
        let (at, due) = alert.due().expect("something is due");
        if due != DueAction::Nudge {
            break;
        }
        alert = alert.apply_due(at).expect("it is due");
    }
    assert_eq!(alert.history.len(), 3, "received, announced, nudged");
}

#[test]
fn who_waits_for_a_person_is_warned_once_and_expires_as_not_found() {
    let warned = waiting().apply_due(hours(24)).expect("a warning");
    assert!(warned.warned);
    assert_eq!(warned.wakes(Some(&waiting())), None);
    let expired = warned.apply_due(hours(46)).expect("the deadline");
    assert_eq!(expired.next_stage(), Some(PipelineStage::VendorCallback));
    assert_eq!(
        expired.unreported_settlement().map(|done| done.outcome),
        Some(AlertOutcome::ExpiredUnmatched)
    );
}

#[test]
fn a_matched_alert_expires_as_declined() {
    let doubtful = matched(received())
        .apply_evaluation(
            crate::alert::transition::EvaluationResult::Person(ReviewReason::NoRuleMet, None),
            hours(1),
        )
        .expect("matched");
    let expired = doubtful
        .apply_due(hours(24))
        .and_then(|warned| warned.apply_due(hours(46)))
        .expect("the deadline");
    assert_eq!(
        expired.unreported_settlement().map(|done| done.outcome),
        Some(AlertOutcome::ExpiredMatched)
    );
}

#[test]
fn a_refund_under_way_is_looked_at_again_and_never_expires_by_itself() {
    let refund =
        refund_seen(4900, crate::sale::RefundState::Pending, None, hours(0)).to_refund_record();
    let refunding =
        decided(AlertAction::Refund).record_pending_refund(refund, hours(0)).expect("decided");
    assert_eq!(refunding.next_stage(), None);
    assert_eq!(refunding.due().map(|(at, _)| at), Some(add_seconds(hours(0), 60)), "soon at first");
    let again = refunding.clone().apply_due(add_seconds(hours(0), 60)).expect("a recheck");
    assert_eq!(again.wakes(Some(&refunding)), Some(PipelineStage::Refund));
    let still = again
        .record_pending_refund(
            refund_seen(4900, crate::sale::RefundState::Pending, None, hours(0)).to_refund_record(),
            hours(1),
        )
        .expect("decided");
    assert_eq!(
        still.due().map(|(at, _)| at),
        Some(add_seconds(hours(1), 900)),
        "then as a stage that does not move"
    );
    let late = refunding.apply_due(hours(46)).expect("the deadline");
    assert!(
        matches!(late.state(), AlertState::Decided { .. }),
        "the processor is asked before anybody is told"
    );
}

#[test]
fn while_money_may_move_the_deadline_tells_nothing() {
    let unclear = decided(AlertAction::Refund)
        .require_action(ReviewReason::RefundUnconfirmed, hours(46))
        .expect("decided");
    let again = unclear.clone().apply_due(hours(47)).expect("a recheck");
    assert_eq!(again.next_stage(), Some(PipelineStage::Refund));
    assert!(unclear.status_view().is_actionable);
    assert!(unclear.mark_retracted(hours(46)).is_err());
}

#[test]
fn an_answer_that_cannot_be_given_lapses_at_the_limit() {
    let declined = decided(AlertAction::AcceptDispute);
    assert_eq!(declined.next_stage(), Some(PipelineStage::VendorCallback));
    let mut late = declined;
    while let Some((at, _)) = late.due() {
        late = late.apply_due(at).expect("it is due");
    }
    assert!(matches!(late.state(), AlertState::Resolved { answer: AnswerResult::TooLate, .. }));
    assert_eq!(late.status_view().resolution_reason, Some("UNANSWERED"));
}

#[test]
fn a_late_order_brings_the_search_back_but_not_a_decision() {
    let again = waiting().restart_search(hours(3)).expect("it waits for a sale");
    assert_eq!(again.wakes(Some(&waiting())), Some(PipelineStage::Matching));
    assert!(decided(AlertAction::Refund).restart_search(hours(3)).is_err());
    let rematched = again
        .apply_match(MatchResult::One(Box::new(candidate())), None, hours(3))
        .expect("received");
    assert_eq!(rematched.next_stage(), Some(PipelineStage::RulesetEvaluation));
}

/// An alert whose matching takes longer than its subscribers wait.
fn announced() -> Alert {
    received().apply_due(add_seconds(hours(0), 60)).expect("subscribers are told")
}

#[test]
fn a_refund_is_doubted_only_until_the_network_is_told() {
    let refund =
        refund_seen(4900, crate::sale::RefundState::Succeeded, None, hours(1)).to_refund_record();
    let (actor, cancelled) = (crate::alert::HistoryActor::Processor, None);
    let done = decided(AlertAction::Refund)
        .complete_action(Some(refund), cancelled, actor.clone(), hours(1))
        .expect("decided");
    assert!(
        done.clone().reopen_failed_refund("re_2", "closed", actor.clone(), hours(2)).is_err(),
        "another refund"
    );
    let again = done
        .clone()
        .reopen_failed_refund("re_1", "closed", actor.clone(), hours(2))
        .expect("nothing is told");
    assert_eq!(
        (again.next_stage(), again.unreported_settlement()),
        (Some(PipelineStage::Refund), None)
    );
    let told = done.record_answer(AnswerResult::Accepted, hours(2)).expect("done");
    assert!(told.reopen_failed_refund("re_1", "closed", actor, hours(3)).is_err());
}

#[test]
fn what_is_parted_is_worked_by_few_and_looked_at_again_by_all() {
    let alert = decided(AlertAction::Refund);
    let parted = alert.clone().move_to_slow_queue(hours(2), now());
    assert_eq!(
        (parted.wakes(Some(&alert)), parted.is_in_slow_queue()),
        (Some(PipelineStage::Refund), true)
    );
    assert_eq!(parted.due(), Some((hours(2), DueAction::Nudge)), "if it was not worked by then");
    let again = parted.clone().nudge_stage(hours(2));
    assert_eq!(
        (again.wakes(Some(&parted)), again.is_in_slow_queue()),
        (Some(PipelineStage::Refund), false)
    );
    assert_eq!(
        parted.clone().defer_until(hours(3), true, hours(1)).wakes(Some(&parted)),
        None,
        "silence is waited out"
    );
}
