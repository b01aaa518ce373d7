//! Declarations: refunds and cancellations that a person reports as made.

use super::super::given::*;
use super::taken;
use crate::alert::action_request::ActionRequestResult;
use crate::alert::pipeline::PipelineStage;
use crate::alert::{ActionRequest, AlertState, CancellationResult, Declaration, ReviewReason};
use crate::basics::id::KeyId;
use crate::matching::MatchResult;
use crate::network::outcome::AlertOutcome;
use crate::rules::ruleset::AlertAction;

fn declared() -> ActionRequest {
    let word =
        Declaration { by: KeyId::from_seed(6).into(), at: now(), reference: Some("wire-1".into()) };
    ActionRequest { declared: Some(word), ..ask(AlertAction::Refund) }
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
