use super::given::*;
use crate::alert::action_request::ActionRequestResult;
use crate::alert::pipeline::PipelineStage;
use crate::alert::transition::EvaluationResult;
use crate::alert::{
    ActionRequest, AlertState, CancellationResult, Declaration, HistoryActor, ReviewReason,
};
use crate::basics::id::KeyId;
use crate::matching::{MatchDoubt, MatchResult};
use crate::network::outcome::AlertOutcome;
use crate::rules::ruleset::AlertAction;

fn taken(asked: ActionRequestResult) -> crate::alert::Alert {
    match asked {
        ActionRequestResult::Taken(alert) => *alert,
        other => panic!("{other:?}"),
    }
}

fn declared() -> ActionRequest {
    let word =
        Declaration { by: KeyId::from_seed(6).into(), at: now(), reference: Some("wire-1".into()) };
    ActionRequest { declared: Some(word), ..ask(AlertAction::Refund) }
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
fn a_declared_cancellation_needs_no_processor_and_is_told() {
    let word = Declaration { by: KeyId::from_seed(6).into(), at: now(), reference: None };
    let declared = || ActionRequest { cancelled: Some(word.clone()), ..ask(AlertAction::Cancel) };
    let decided = taken(waiting().request_action(declared(), now()));
    assert_eq!(decided.next_stage(), Some(PipelineStage::VendorCallback));
    let told = decided.unreported_settlement().expect("it can be told");
    assert_eq!((told.outcome, told.refund), (AlertOutcome::CancelledOnly, None));
    assert_eq!(told.cancellation, Some(CancellationResult::Declared(word.clone())));
    let early = taken(received().request_action(ask(AlertAction::Cancel), now()))
        .apply_match(MatchResult::Nothing, None, now())
        .expect("received");
    assert!(
        matches!(early.state(), AlertState::ActionRequired { .. }),
        "what is to be cancelled must be known"
    );
    assert_eq!(
        taken(waiting().request_action(declared(), now())).request_action(declared(), now()),
        ActionRequestResult::Repeated
    );
}

#[test]
fn a_declared_refund_needs_no_processor() {
    let decided = taken(waiting().request_action(declared(), now()));
    assert_eq!(decided.next_stage(), Some(PipelineStage::VendorCallback));
    let told = decided.unreported_settlement().expect("it can be told");
    assert_eq!(told.refund.map(|refund| refund.id), Some("wire-1".into()));
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
fn while_a_refund_is_unconfirmed_only_a_declaration_is_taken_and_at_any_time() {
    let unclear = decided(AlertAction::Refund)
        .require_action(ReviewReason::RefundUnconfirmed, hours(40))
        .expect("decided");
    for late in [41, 47, 480] {
        assert_eq!(
            unclear.clone().request_action(ask(AlertAction::AcceptDispute), hours(late)),
            ActionRequestResult::Conflict
        );
        assert_eq!(
            unclear.clone().request_action(ask(AlertAction::Refund), hours(late)),
            ActionRequestResult::Conflict
        );
        let none = ActionRequest { nothing_went_back: true, ..ask(AlertAction::AcceptDispute) };
        let told = taken(unclear.clone().request_action(none, hours(late)))
            .unreported_settlement()
            .expect("it can be told");
        assert_eq!((told.refund, told.outcome), (None, AlertOutcome::Contested));
        let told = taken(unclear.clone().request_action(declared(), hours(late)))
            .unreported_settlement()
            .expect("it can be told");
        assert!(told.refund.is_some_and(|refund| refund.id == "wire-1"));
    }
}

#[test]
fn who_names_no_refund_can_only_have_meant_the_one_that_was_unconfirmed() {
    let unclear = decided(AlertAction::Refund)
        .require_action(ReviewReason::RefundUnconfirmed, hours(40))
        .expect("decided");
    let nameless = ActionRequest {
        declared: Some(Declaration { by: KeyId::from_seed(6).into(), at: now(), reference: None }),
        ..ask(AlertAction::Refund)
    };
    let done = |alert: crate::alert::Alert, ask| {
        taken(alert.request_action(ask, hours(41))).unreported_settlement().expect("it can be told")
    };
    assert!(done(unclear.clone(), nameless.clone()).reports_refund("re_1"));
    assert!(
        !done(unclear.clone(), declared()).reports_refund("re_1")
            && done(unclear, declared()).reports_refund("wire-1")
    );
    assert!(!done(waiting(), nameless).reports_refund("re_1"), "no refund of ours was under way");
}

#[test]
fn what_a_person_declares_is_not_lost_in_what_is_being_tried() {
    assert_eq!(
        decided(AlertAction::Refund).request_action(declared(), now()),
        ActionRequestResult::Conflict
    );
    assert_eq!(
        taken(waiting().request_action(declared(), now())).request_action(declared(), now()),
        ActionRequestResult::Repeated
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
