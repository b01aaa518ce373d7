use super::given::*;
use crate::alert::action_request::Asked;
use crate::alert::pipeline::Stage;
use crate::alert::transition::Evaluation;
use crate::alert::{Actor, Ask, Cancellation, Declaration, Need, State};
use crate::basics::id::KeyId;
use crate::matching::{Doubt, Found};
use crate::network::outcome::Outcome;
use crate::rules::ruleset::Action;

fn taken(asked: Asked) -> crate::alert::Alert {
    match asked {
        Asked::Taken(alert) => *alert,
        other => panic!("{other:?}"),
    }
}

fn declared() -> Ask {
    let word =
        Declaration { by: KeyId::from_seed(6).into(), at: now(), reference: Some("wire-1".into()) };
    Ask { declared: Some(word), ..ask(Action::Refund) }
}

#[test]
fn an_order_before_the_sale_is_known_is_kept_and_rules_are_skipped() {
    let asked = taken(received().ask(ask(Action::AcceptDispute), now()));
    assert_eq!(asked.wakes(Some(&received())), None, "matching is under way already");
    let evaluated =
        matched(asked).evaluated(Evaluation::Act(by_rule(Action::Refund)), now()).expect("matched");
    assert_eq!(evaluated.action_under_way(), Some(Action::AcceptDispute));
}

#[test]
fn an_order_that_needs_no_sale_does_not_wait_for_one() {
    let asked = taken(received().ask(ask(Action::AcceptDispute), now()));
    let decided = asked.matched(Found::Nothing, None, now()).expect("received");
    assert_eq!(decided.next_stage(), Some(Stage::VendorCallback));
    let refund = taken(received().ask(ask(Action::Refund), now()));
    let waits = refund.matched(Found::Nothing, None, now()).expect("received");
    assert!(matches!(waits.state(), State::ActionRequired { why: Need::NotFound, .. }));
}

#[test]
fn what_a_person_lets_go_is_told_by_its_reason() {
    let accepted = |waits: crate::alert::Alert| {
        let told =
            taken(waits.ask(ask(Action::AcceptDispute), now())).to_tell().expect("it can be told");
        (told.outcome, told.sale.is_some())
    };
    let nothing = received().matched(Found::Nothing, None, now()).expect("received");
    assert_eq!(
        accepted(nothing),
        (Outcome::NotFound, false),
        "another word would forfeit the credit"
    );
    let early = taken(received().ask(ask(Action::AcceptDispute), now()))
        .matched(Found::Nothing, None, now())
        .expect("received");
    assert_eq!(early.to_tell().map(|told| told.outcome), Some(Outcome::NotFound));
    let failed = decided(Action::Refund)
        .needs_person(Need::RefundFailed { reason: "declined".into() }, now())
        .expect("decided");
    assert_eq!(accepted(failed), (Outcome::RefundFailed, true));
    let unruled = matched(received())
        .evaluated(Evaluation::Person(Need::NoRuleMet, None), now())
        .expect("matched");
    assert_eq!(accepted(unruled), (Outcome::Contested, true));
}

#[test]
fn only_a_whole_search_that_found_nothing_is_told_as_not_found() {
    let twins = Found::Unsure { why: Doubt::Tie, candidates: vec![candidate(), candidate()] };
    let cut = Found::Unsure { why: Doubt::SearchCut, candidates: Vec::new() };
    let whole = received().matched(Found::Nothing, None, now()).expect("received");
    let unsearched = received().unsearched(Need::NoSource, Vec::new(), now()).expect("received");
    for (alert, accepted, expired) in [
        (received(), None, Outcome::ExpiredUnsearched),
        (unsearched, Some(Outcome::Contested), Outcome::ExpiredUnsearched),
        (
            received().matched(cut, None, now()).expect("received"),
            Some(Outcome::Contested),
            Outcome::ExpiredUnsearched,
        ),
        (
            received().matched(twins, None, now()).expect("received"),
            Some(Outcome::Contested),
            Outcome::ExpiredUndecided,
        ),
        (whole, Some(Outcome::NotFound), Outcome::ExpiredUnmatched),
    ] {
        let outcome = |alert: crate::alert::Alert| alert.to_tell().map(|told| told.outcome);
        assert_eq!(
            outcome(taken(alert.clone().ask(ask(Action::AcceptDispute), now()))),
            accepted,
            "{alert:?}"
        );
        assert_eq!(outcome(alert.clone().expired(hours(46))), Some(expired), "{alert:?}");
        let denied = taken(alert.ask(ask(Action::NotFound), now()));
        assert_eq!(
            outcome(denied),
            accepted.map(|_| Outcome::NotFound),
            "a person may say so at any time"
        );
    }
}

#[test]
fn that_there_is_no_such_payment_is_not_said_of_a_matched_alert() {
    assert_eq!(matched(received()).ask(ask(Action::NotFound), now()), Asked::Conflict);
    let early = taken(received().ask(ask(Action::NotOurDescriptor), now()));
    let none = early.clone().unsearched(Need::NoSource, Vec::new(), now()).expect("received");
    assert_eq!(none.to_tell().map(|told| told.outcome), Some(Outcome::NotOurDescriptor));
    assert_eq!(none.ask(ask(Action::NotOurDescriptor), now()), Asked::Repeated);
    let twins = Found::Unsure { why: Doubt::Tie, candidates: vec![candidate(), candidate()] };
    assert_eq!(
        early.clone().matched(twins, None, now()).expect("received").candidates().len(),
        2,
        "a person did not see them"
    );
    let found = matched(early);
    assert!(
        matches!(
            found.state(),
            State::ActionRequired { why: Need::Unsure { doubt: Doubt::Denied }, .. }
        ),
        "a person looks again"
    );
    assert_eq!(found.candidates().len(), 1);
}

#[test]
fn a_declared_cancellation_needs_no_processor_and_is_told() {
    let word = Declaration { by: KeyId::from_seed(6).into(), at: now(), reference: None };
    let declared = || Ask { cancelled: Some(word.clone()), ..ask(Action::Cancel) };
    let decided = taken(waiting().ask(declared(), now()));
    assert_eq!(decided.next_stage(), Some(Stage::VendorCallback));
    let told = decided.to_tell().expect("it can be told");
    assert_eq!((told.outcome, told.refund), (Outcome::CancelledOnly, None));
    assert_eq!(told.cancellation, Some(Cancellation::Declared(word.clone())));
    let early = taken(received().ask(ask(Action::Cancel), now()))
        .matched(Found::Nothing, None, now())
        .expect("received");
    assert!(
        matches!(early.state(), State::ActionRequired { .. }),
        "what is to be cancelled must be known"
    );
    assert_eq!(taken(waiting().ask(declared(), now())).ask(declared(), now()), Asked::Repeated);
}

#[test]
fn a_declared_refund_needs_no_processor() {
    let decided = taken(waiting().ask(declared(), now()));
    assert_eq!(decided.next_stage(), Some(Stage::VendorCallback));
    let told = decided.to_tell().expect("it can be told");
    assert_eq!(told.refund.map(|refund| refund.id), Some("wire-1".into()));
}

#[test]
fn the_same_order_again_is_no_error_and_another_is_a_conflict() {
    let decided = decided(Action::Refund);
    assert_eq!(decided.clone().ask(ask(Action::Refund), now()), Asked::Repeated);
    assert_eq!(decided.ask(ask(Action::Cancel), now()), Asked::Conflict);
}

#[test]
fn after_the_deadline_no_order_is_taken() {
    assert!(matches!(waiting().ask(ask(Action::AcceptDispute), hours(45)), Asked::Taken(_)));
    assert_eq!(waiting().ask(ask(Action::AcceptDispute), hours(46)), Asked::TooLate);
}

#[test]
fn while_a_refund_is_unconfirmed_only_a_declaration_is_taken_and_at_any_time() {
    let unclear =
        decided(Action::Refund).needs_person(Need::RefundUnconfirmed, hours(40)).expect("decided");
    for late in [41, 47, 480] {
        assert_eq!(unclear.clone().ask(ask(Action::AcceptDispute), hours(late)), Asked::Conflict);
        assert_eq!(unclear.clone().ask(ask(Action::Refund), hours(late)), Asked::Conflict);
        let none = Ask { nothing_went_back: true, ..ask(Action::AcceptDispute) };
        let told = taken(unclear.clone().ask(none, hours(late))).to_tell().expect("it can be told");
        assert_eq!((told.refund, told.outcome), (None, Outcome::Contested));
        let told =
            taken(unclear.clone().ask(declared(), hours(late))).to_tell().expect("it can be told");
        assert!(told.refund.is_some_and(|refund| refund.id == "wire-1"));
    }
}

#[test]
fn who_names_no_refund_can_only_have_meant_the_one_that_was_unconfirmed() {
    let unclear =
        decided(Action::Refund).needs_person(Need::RefundUnconfirmed, hours(40)).expect("decided");
    let nameless = Ask {
        declared: Some(Declaration { by: KeyId::from_seed(6).into(), at: now(), reference: None }),
        ..ask(Action::Refund)
    };
    let done = |alert: crate::alert::Alert, ask| {
        taken(alert.ask(ask, hours(41))).to_tell().expect("it can be told")
    };
    assert!(done(unclear.clone(), nameless.clone()).tells_of("re_1"));
    assert!(
        !done(unclear.clone(), declared()).tells_of("re_1")
            && done(unclear, declared()).tells_of("wire-1")
    );
    assert!(!done(waiting(), nameless).tells_of("re_1"), "no refund of ours was under way");
}

#[test]
fn what_a_person_declares_is_not_lost_in_what_is_being_tried() {
    assert_eq!(decided(Action::Refund).ask(declared(), now()), Asked::Conflict);
    assert_eq!(taken(waiting().ask(declared(), now())).ask(declared(), now()), Asked::Repeated);
}

#[test]
fn changed_rules_are_asked_again_only_where_rules_are_what_is_wanted_and_in_time() {
    for (why, again) in [
        (Need::NoRuleMet, true),
        (Need::RuleUnsure, true),
        (Need::NotAutomatic, true),
        (Need::OverCap, false),
        (Need::DisputeOpen, false),
        (Need::RefundUnconfirmed, false),
    ] {
        let alert = matched(received())
            .evaluated(Evaluation::Person(why.clone(), None), now())
            .expect("matched");
        let asked = alert.clone().reevaluated(Actor::System, now());
        assert_eq!(asked.is_ok(), again, "{why:?}");
        if let Ok(asked) = asked {
            assert_eq!(
                (asked.next_stage(), asked.wakes(Some(&alert))),
                (Some(Stage::RulesetEvaluation), Some(Stage::RulesetEvaluation))
            );
        }
        assert!(alert.reevaluated(Actor::System, hours(46)).is_err(), "after the deadline");
    }
    assert!(decided(Action::Refund).reevaluated(Actor::System, now()).is_err());
}
