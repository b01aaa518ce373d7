//! What becomes of an alert's refund after the alert was settled, in each state.

use super::given::*;
use crate::alert::action_request::ActionRequestResult;
use crate::alert::{
    Alert, AnswerResult, Declaration, HistoryActor, RefundRecord, ReturnMethod, StepKind,
};
use crate::basics::id::{AlertId, HandRefundId, KeyId};
use crate::network::outcome::AlertOutcome;
use crate::notify::event::EventKind;
use crate::notify::mail::AlertMailKind;
use crate::refund::{AttemptResult, RefundCause, RefundLedger};
use crate::rules::ruleset::AlertAction;
use crate::sale::RefundState;

const ARN: &str = "74027016072012345678901";

fn refund(id: &str) -> RefundRecord {
    RefundRecord::new(id.into(), usd(4900), hours(1), ReturnMethod::Refunded)
}

fn actioned() -> Alert {
    decided(AlertAction::Refund)
        .complete_action(Some(refund("re_1")), None, HistoryActor::Processor, hours(1))
        .expect("decided")
}

fn resolved() -> Alert {
    actioned().record_answer(AnswerResult::Accepted, hours(2)).expect("done")
}

fn failed() -> Alert {
    resolved().record_failed_refund("closed", HistoryActor::Processor, hours(90)).expect("resolved")
}

/// An alert that ended without a refund.
fn ended_without() -> Alert {
    let told = decided(AlertAction::AcceptDispute)
        .complete_action(None, None, HistoryActor::System, hours(1))
        .expect("decided");
    told.record_answer(AnswerResult::Accepted, hours(2)).expect("done")
}

#[test]
fn a_refund_that_fails_after_the_answer_is_shown_and_the_answer_stays() {
    let (before, after) = (resolved(), failed());
    assert_eq!(
        (after.state().step_kind(), after.answer_result()),
        (StepKind::Resolved, Some(&AnswerResult::Accepted))
    );
    assert_eq!(after.settlement().map(|done| &done.outcome), Some(&AlertOutcome::RefundedFull));
    let view = after.status_view();
    assert_eq!(
        (view.status, view.refund_outcome, view.resolution_reason),
        ("RESOLVED", "NOT_REFUNDED", Some("REFUND_FAILED"))
    );
    assert_eq!(after.says(Some(&before)), [EventKind::AlertUpdated, EventKind::RefundFailed]);
    assert_eq!(after.mails(Some(&before)), Some(AlertMailKind::RefundFailed));
    assert!(
        after.next_stage().is_none()
            && after.due().is_none()
            && after.unreported_settlement().is_none(),
        "nobody is told again"
    );
    assert!(after.alert_page_ends_at() > hours(90 + 6 * 24), "the mail's link is good for days");
    assert!(
        after.record_failed_refund("closed", HistoryActor::Processor, hours(91)).is_err(),
        "a repeat changes nothing"
    );
}

#[test]
fn a_failure_before_the_answer_never_reaches_the_network() {
    assert!(actioned().record_failed_refund("closed", HistoryActor::Processor, hours(2)).is_err());
    let declared = Declaration {
        by: KeyId::from_seed(6).into(),
        at: hours(1),
        reference: Some("re_1".into()),
    };
    let ask = crate::alert::ActionRequest { declared: Some(declared), ..ask(AlertAction::Refund) };
    let ActionRequestResult::Taken(said) = waiting().request_action(ask, hours(1)) else {
        panic!("it waits for a person")
    };
    let doubted = said
        .reopen_failed_refund("re_1", "closed", HistoryActor::Processor, hours(2))
        .expect("nothing is told");
    assert_eq!(doubted.state().step_kind(), StepKind::RequiredAction);
    assert_eq!(doubted.status_view().refund_outcome, "NOT_REFUNDED");
}

#[test]
fn one_that_was_taken_back_shows_its_refund_too() {
    let gone = resolved().mark_retracted(hours(3)).expect("over").record_failed_refund(
        "closed",
        HistoryActor::Processor,
        hours(4),
    );
    let gone = gone.expect("settled");
    let view = gone.status_view();
    assert_eq!(
        (view.status, view.refund_outcome, view.invalid_reason),
        ("INVALID", "NOT_REFUNDED", Some("RETRACTED"))
    );
    let open =
        [received(), matched(received()), waiting(), decided(AlertAction::Refund), ended_without()];
    for alert in open {
        assert!(alert.record_failed_refund("closed", HistoryActor::Processor, hours(3)).is_err());
    }
}

#[test]
fn a_refund_that_goes_through_after_all_is_shown() {
    let again = failed()
        .record_confirmed_refund(refund("re_2"), HistoryActor::Processor, hours(95))
        .expect("its refund failed");
    assert_eq!(
        (again.status_view().refund_outcome, again.status_view().resolution_reason),
        ("REFUNDED", Some("REFUNDED"))
    );
    assert_eq!(again.says(Some(&failed())), [EventKind::AlertUpdated]);
    let late = ended_without()
        .record_confirmed_refund(refund("re_1"), HistoryActor::Processor, hours(3))
        .expect("it had none");
    assert_eq!(
        (late.status_view().refund_outcome, late.status_view().resolution_reason),
        ("REFUNDED", Some("DISPUTE_ACCEPTED"))
    );
    assert_eq!(
        late.settlement().map(|done| &done.outcome),
        Some(&AlertOutcome::Contested),
        "what was told stays"
    );
    assert!(
        resolved()
            .record_confirmed_refund(refund("re_2"), HistoryActor::Processor, hours(3))
            .is_err(),
        "one stands"
    );
}

#[test]
fn the_acquirers_reference_goes_with_the_answer_or_onto_the_alert() {
    let known = actioned()
        .record_refund_reference(ARN, HistoryActor::Processor, hours(1))
        .expect("settled");
    assert_eq!(known.wakes(Some(&actioned())), None, "the answer is not asked for again");
    let told = known
        .unreported_settlement()
        .and_then(|done| done.reported_refund(&known.claim))
        .and_then(|refund| refund.arn);
    assert_eq!(told.as_deref(), Some(ARN));
    let after = resolved()
        .record_refund_reference(ARN, HistoryActor::Processor, hours(70))
        .expect("resolved");
    assert_eq!(after.says(Some(&resolved())), [EventKind::AlertUpdated]);
    assert_eq!(after.mails(Some(&resolved())), None);
    assert!(
        after.record_refund_reference(ARN, HistoryActor::Processor, hours(71)).is_err(),
        "a repeat changes nothing"
    );
    assert!(
        ended_without().record_refund_reference(ARN, HistoryActor::Processor, hours(70)).is_err()
    );
}

/// The ledger of a sale of which two parts went back by hand, and an alert took them for its own.
fn of_two_parts() -> (RefundLedger, AlertId) {
    let alert = received().id;
    let part = |ledger: RefundLedger, cause: RefundCause, minor, id: &str| {
        let claimed = ledger.take_lease(cause, false, hours(1), hours(1)).expect("free");
        claimed
            .record_given_amount(usd(minor))
            .record_result(AttemptResult::Confirmed { refund: id.into() })
    };
    let ledger =
        part(RefundLedger::new(sale().id), (&HandRefundId::from_seed(1)).into(), 2000, "re_1");
    let ledger = part(ledger, (&HandRefundId::from_seed(2)).into(), 2900, "re_2");
    (part(ledger, (&alert).into(), 4900, "re_2"), alert)
}

#[test]
fn an_alert_that_took_refunds_by_hand_rests_on_each_of_them() {
    let (ledger, alert) = of_two_parts();
    for part in ["re_1", "re_2"] {
        assert_eq!(ledger.alerts_resting_on(part).collect::<Vec<_>>(), [&alert], "{part}");
    }
    assert_eq!(ledger.alerts_resting_on("re_3").count(), 0);
}

#[test]
fn the_ledger_follows_what_the_processor_lists() {
    let alert = decided(AlertAction::Refund);
    let claimed =
        RefundLedger::new(sale().id).take_lease(&alert.id, true, hours(1), hours(1)).expect("free");
    let ledger = claimed
        .record_given_amount(usd(4900))
        .record_result(AttemptResult::Confirmed { refund: "re_1".into() });
    let mut listed = sale();
    listed.standing.refunds.push(refund_seen(
        4900,
        RefundState::Failed("closed".into()),
        Some(&alert),
        hours(1),
    ));
    let corrected = ledger.correct_failed_refunds(&listed);
    assert_eq!(corrected.entries[0].result, AttemptResult::Failed { reason: "closed".into() });
    assert_eq!(
        corrected.merge_refunds_into(listed).remaining_amount(),
        usd(4900),
        "all of it can be given back another way"
    );
    let confirmed = corrected
        .with_confirmed_refund(&RefundCause::from(&alert.id), &refund("re_2"))
        .expect("news");
    assert_eq!(confirmed.merge_refunds_into(sale()).remaining_amount(), usd(0));
    assert_eq!(
        confirmed.with_confirmed_refund(&RefundCause::from(&alert.id), &refund("re_2")),
        None
    );
}
