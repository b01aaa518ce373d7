mod declarations;

use super::given::*;
use crate::alert::action_request::ActionRequestResult;
use crate::alert::pipeline::PipelineStage;
use crate::alert::transition::EvaluationResult;
use crate::alert::{AlertState, HistoryActor, ReviewReason};
use crate::matching::{MatchDoubt, MatchResult};
use crate::network::outcome::AlertOutcome;
use crate::rules::ruleset::AlertAction;

fn taken(asked: ActionRequestResult) -> crate::alert::Alert {
    match asked {
        ActionRequestResult::Taken(alert) => *alert,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_order_before_the_sale_is_known_is_kept_and_rules_are_skipped() {
    let asked = taken(received().request_action(ask(AlertAction::AcceptDispute), now()));
    assert_eq!(asked.wakes(Some(&received())), None, "matching is under way already");
    let evaluated = matched(asked)
        .apply_evaluation(EvaluationResult::Act(by_rule(AlertAction::Refund)), now())
        .expect("matched");
    assert_eq!(evaluated.action_under_way(), Some(AlertAction::AcceptDispute));
}

#[test]
fn an_order_that_needs_no_sale_does_not_wait_for_one() {
    let asked = taken(received().request_action(ask(AlertAction::AcceptDispute), now()));
    let decided = asked.apply_match(MatchResult::Nothing, None, now()).expect("received");
    assert_eq!(decided.next_stage(), Some(PipelineStage::VendorCallback));
    let refund = taken(received().request_action(ask(AlertAction::Refund), now()));
    let waits = refund.apply_match(MatchResult::Nothing, None, now()).expect("received");
    assert!(matches!(
        waits.state(),
        AlertState::ActionRequired { why: ReviewReason::NotFound, .. }
    ));
}

#[test]
fn what_a_person_lets_go_is_told_by_its_reason() {
    let accepted = |waits: crate::alert::Alert| {
        let told = taken(waits.request_action(ask(AlertAction::AcceptDispute), now()))
            .unreported_settlement()
            .expect("it can be told");
        (told.outcome, told.sale.is_some())
    };
    let nothing = received().apply_match(MatchResult::Nothing, None, now()).expect("received");
    assert_eq!(
        accepted(nothing),
        (AlertOutcome::NotFound, false),
        "another word would forfeit the credit"
    );
    let early = taken(received().request_action(ask(AlertAction::AcceptDispute), now()))
        .apply_match(MatchResult::Nothing, None, now())
        .expect("received");
    assert_eq!(
        early.unreported_settlement().map(|told| told.outcome),
        Some(AlertOutcome::NotFound)
    );
    let failed = decided(AlertAction::Refund)
        .require_action(ReviewReason::RefundFailed { reason: "declined".into() }, now())
        .expect("decided");
    assert_eq!(accepted(failed), (AlertOutcome::RefundFailed, true));
    let unruled = matched(received())
        .apply_evaluation(EvaluationResult::Person(ReviewReason::NoRuleMet, None), now())
        .expect("matched");
    assert_eq!(accepted(unruled), (AlertOutcome::Contested, true));
}

#[test]
fn only_a_whole_search_that_found_nothing_is_told_as_not_found() {
    let twins =
        MatchResult::Unsure { why: MatchDoubt::Tie, candidates: vec![candidate(), candidate()] };
    let cut = MatchResult::Unsure { why: MatchDoubt::SearchCut, candidates: Vec::new() };
    let whole = received().apply_match(MatchResult::Nothing, None, now()).expect("received");
    let unsearched = received()
        .record_incomplete_search(ReviewReason::NoSource, Vec::new(), now())
        .expect("received");
    for (alert, accepted, expired) in [
        (received(), None, AlertOutcome::ExpiredUnsearched),
        (unsearched, Some(AlertOutcome::Contested), AlertOutcome::ExpiredUnsearched),
        (
            received().apply_match(cut, None, now()).expect("received"),
            Some(AlertOutcome::Contested),
            AlertOutcome::ExpiredUnsearched,
        ),
        (
            received().apply_match(twins, None, now()).expect("received"),
            Some(AlertOutcome::Contested),
            AlertOutcome::ExpiredUndecided,
        ),
        (whole, Some(AlertOutcome::NotFound), AlertOutcome::ExpiredUnmatched),
    ] {
        let outcome =
            |alert: crate::alert::Alert| alert.unreported_settlement().map(|told| told.outcome);
        assert_eq!(
            outcome(taken(alert.clone().request_action(ask(AlertAction::AcceptDispute), now()))),
            accepted,
            "{alert:?}"
        );
        assert_eq!(outcome(alert.clone().mark_expired(hours(46))), Some(expired), "{alert:?}");
        let denied = taken(alert.request_action(ask(AlertAction::NotFound), now()));
        assert_eq!(
            outcome(denied),
            accepted.map(|_| AlertOutcome::NotFound),
            "a person may say so at any time"
        );
    }
}

#[test]
fn that_there_is_no_such_payment_is_not_said_of_a_matched_alert() {
    assert_eq!(
        matched(received()).request_action(ask(AlertAction::NotFound), now()),
        ActionRequestResult::Conflict
    );
    let early = taken(received().request_action(ask(AlertAction::NotOurDescriptor), now()));
    let none = early
        .clone()
        .record_incomplete_search(ReviewReason::NoSource, Vec::new(), now())
        .expect("received");
    assert_eq!(
        none.unreported_settlement().map(|told| told.outcome),
        Some(AlertOutcome::NotOurDescriptor)
    );
    assert_eq!(
        none.request_action(ask(AlertAction::NotOurDescriptor), now()),
        ActionRequestResult::Repeated
    );
    let twins =
        MatchResult::Unsure { why: MatchDoubt::Tie, candidates: vec![candidate(), candidate()] };
    assert_eq!(
        early.clone().apply_match(twins, None, now()).expect("received").candidates().len(),
        2,
        "a person did not see them"
    );
    let found = matched(early);
    assert!(
        matches!(
            found.state(),
            AlertState::ActionRequired {
                why: ReviewReason::Unsure { doubt: MatchDoubt::Denied },
                ..
            }
        ),
        "a person looks again"
    );
    assert_eq!(found.candidates().len(), 1);
}

#[test]
fn the_same_order_again_is_no_error_and_another_is_a_conflict() {
    let decided = decided(AlertAction::Refund);
    assert_eq!(
        decided.clone().request_action(ask(AlertAction::Refund), now()),
        ActionRequestResult::Repeated
    );
    assert_eq!(
        decided.request_action(ask(AlertAction::Cancel), now()),
        ActionRequestResult::Conflict
    );
}

#[test]
fn after_the_deadline_no_order_is_taken() {
    assert!(matches!(
        waiting().request_action(ask(AlertAction::AcceptDispute), hours(45)),
        ActionRequestResult::Taken(_)
    ));
    assert_eq!(
        waiting().request_action(ask(AlertAction::AcceptDispute), hours(46)),
        ActionRequestResult::TooLate
    );
}

#[test]
fn changed_rules_are_asked_again_only_where_rules_are_what_is_wanted_and_in_time() {
    for (why, again) in [
        (ReviewReason::NoRuleMet, true),
        (ReviewReason::RuleUnsure, true),
        (ReviewReason::NotAutomatic, true),
        (ReviewReason::OverCap, false),
        (ReviewReason::DisputeOpen, false),
        (ReviewReason::RefundUnconfirmed, false),
    ] {
        let alert = matched(received())
            .apply_evaluation(EvaluationResult::Person(why.clone(), None), now())
            .expect("matched");
        let asked = alert.clone().restart_evaluation(HistoryActor::System, now());
        assert_eq!(asked.is_ok(), again, "{why:?}");
        if let Ok(asked) = asked {
            assert_eq!(
                (asked.next_stage(), asked.wakes(Some(&alert))),
                (Some(PipelineStage::RulesetEvaluation), Some(PipelineStage::RulesetEvaluation))
            );
        }
        assert!(
            alert.restart_evaluation(HistoryActor::System, hours(46)).is_err(),
            "after the deadline"
        );
    }
    assert!(decided(AlertAction::Refund).restart_evaluation(HistoryActor::System, now()).is_err());
}
