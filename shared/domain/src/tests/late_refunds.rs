//! What becomes of an alert's refund after the alert was settled, in each state.

use super::given::*;
use crate::alert::action_request::Asked;
use crate::alert::{Actor, Alert, Answer, Declaration, Did, Refund, Way};
use crate::basics::id::{AlertId, HandRefundId, KeyId};
use crate::network::outcome::Outcome;
use crate::notify::event::EventKind;
use crate::notify::mail::MailKind;
use crate::refund::{Attempted, Cause, Ledger};
use crate::rules::ruleset::Action;
use crate::sale::RefundState;

const ARN: &str = "74027016072012345678901";

fn refund(id: &str) -> Refund {
    Refund::new(id.into(), usd(4900), hours(1), Way::Refunded)
}

fn actioned() -> Alert {
    decided(Action::Refund)
        .actioned(Some(refund("re_1")), None, Actor::Processor, hours(1))
        .expect("decided")
}

fn resolved() -> Alert {
    actioned().answered(Answer::Accepted, hours(2)).expect("done")
}

fn failed() -> Alert {
    resolved().with_failed_refund("closed", Actor::Processor, hours(90)).expect("resolved")
}

/// An alert that ended without a refund.
fn ended_without() -> Alert {
    let told = decided(Action::AcceptDispute)
        .actioned(None, None, Actor::System, hours(1))
        .expect("decided");
    told.answered(Answer::Accepted, hours(2)).expect("done")
}

#[test]
fn a_refund_that_fails_after_the_answer_is_shown_and_the_answer_stays() {
    let (before, after) = (resolved(), failed());
    assert_eq!((after.state().did(), after.answer()), (Did::Resolved, Some(&Answer::Accepted)));
    assert_eq!(after.settled().map(|done| &done.outcome), Some(&Outcome::RefundedFull));
    let view = after.view();
    assert_eq!(
        (view.status, view.refund_outcome, view.resolution_reason),
        ("RESOLVED", "NOT_REFUNDED", Some("REFUND_FAILED"))
    );
    assert_eq!(after.says(Some(&before)), [EventKind::AlertUpdated, EventKind::RefundFailed]);
    assert_eq!(after.mails(Some(&before)), Some(MailKind::RefundFailed));
    assert!(
        after.next_stage().is_none() && after.due().is_none() && after.to_tell().is_none(),
        "nobody is told again"
    );
    assert!(after.page_ends() > hours(90 + 6 * 24), "the mail's link is good for days");
    assert!(
        after.with_failed_refund("closed", Actor::Processor, hours(91)).is_err(),
        "a repeat changes nothing"
    );
}

#[test]
fn a_failure_before_the_answer_never_reaches_the_network() {
    assert!(actioned().with_failed_refund("closed", Actor::Processor, hours(2)).is_err());
    let declared = Declaration {
        by: KeyId::from_seed(6).into(),
        at: hours(1),
        reference: Some("re_1".into()),
    };
    let ask = crate::alert::Ask { declared: Some(declared), ..ask(Action::Refund) };
    let Asked::Taken(said) = waiting().ask(ask, hours(1)) else { panic!("it waits for a person") };
    let doubted =
        said.doubted("re_1", "closed", Actor::Processor, hours(2)).expect("nothing is told");
    assert_eq!(doubted.state().did(), Did::RequiredAction);
    assert_eq!(doubted.view().refund_outcome, "NOT_REFUNDED");
}

#[test]
fn one_that_was_taken_back_shows_its_refund_too() {
    let gone = resolved().retracted(hours(3)).expect("over").with_failed_refund(
        "closed",
        Actor::Processor,
        hours(4),
    );
    let gone = gone.expect("settled");
    let view = gone.view();
    assert_eq!(
        (view.status, view.refund_outcome, view.invalid_reason),
        ("INVALID", "NOT_REFUNDED", Some("RETRACTED"))
    );
    let open =
        [received(), matched(received()), waiting(), decided(Action::Refund), ended_without()];
    for alert in open {
        assert!(alert.with_failed_refund("closed", Actor::Processor, hours(3)).is_err());
    }
}

#[test]
fn a_refund_that_goes_through_after_all_is_shown() {
    let again = failed()
        .with_confirmed_refund(refund("re_2"), Actor::Processor, hours(95))
        .expect("its refund failed");
    assert_eq!(
        (again.view().refund_outcome, again.view().resolution_reason),
        ("REFUNDED", Some("REFUNDED"))
    );
    assert_eq!(again.says(Some(&failed())), [EventKind::AlertUpdated]);
    let late = ended_without()
        .with_confirmed_refund(refund("re_1"), Actor::Processor, hours(3))
        .expect("it had none");
    assert_eq!(
        (late.view().refund_outcome, late.view().resolution_reason),
        ("REFUNDED", Some("DISPUTE_ACCEPTED"))
    );
    assert_eq!(
        late.settled().map(|done| &done.outcome),
        Some(&Outcome::Contested),
        "what was told stays"
    );
    assert!(
        resolved().with_confirmed_refund(refund("re_2"), Actor::Processor, hours(3)).is_err(),
        "one stands"
    );
}

#[test]
fn the_acquirers_reference_goes_with_the_answer_or_onto_the_alert() {
    let known = actioned().with_refund_reference(ARN, Actor::Processor, hours(1)).expect("settled");
    assert_eq!(known.wakes(Some(&actioned())), None, "the answer is not asked for again");
    let told = known
        .to_tell()
        .and_then(|done| done.told_refund(&known.claim))
        .and_then(|refund| refund.arn);
    assert_eq!(told.as_deref(), Some(ARN));
    let after =
        resolved().with_refund_reference(ARN, Actor::Processor, hours(70)).expect("resolved");
    assert_eq!(after.says(Some(&resolved())), [EventKind::AlertUpdated]);
    assert_eq!(after.mails(Some(&resolved())), None);
    assert!(
        after.with_refund_reference(ARN, Actor::Processor, hours(71)).is_err(),
        "a repeat changes nothing"
    );
    assert!(ended_without().with_refund_reference(ARN, Actor::Processor, hours(70)).is_err());
}

/// The ledger of a sale of which two parts went back by hand, and an alert took them for its own.
fn of_two_parts() -> (Ledger, AlertId) {
    let alert = received().id;
    let part = |ledger: Ledger, cause: Cause, minor, id: &str| {
        let claimed = ledger.claimed(cause, false, hours(1), hours(1)).expect("free");
        claimed.gave(usd(minor)).recorded(Attempted::Confirmed { refund: id.into() })
    };
    let ledger = part(Ledger::new(sale().id), (&HandRefundId::from_seed(1)).into(), 2000, "re_1");
    let ledger = part(ledger, (&HandRefundId::from_seed(2)).into(), 2900, "re_2");
    (part(ledger, (&alert).into(), 4900, "re_2"), alert)
}

#[test]
fn an_alert_that_took_refunds_by_hand_rests_on_each_of_them() {
    let (ledger, alert) = of_two_parts();
    for part in ["re_1", "re_2"] {
        assert_eq!(ledger.alerts_of(part).collect::<Vec<_>>(), [&alert], "{part}");
    }
    assert_eq!(ledger.alerts_of("re_3").count(), 0);
}

#[test]
fn the_ledger_follows_what_the_processor_lists() {
    let alert = decided(Action::Refund);
    let claimed =
        Ledger::new(sale().id).claimed(&alert.id, true, hours(1), hours(1)).expect("free");
    let ledger = claimed.gave(usd(4900)).recorded(Attempted::Confirmed { refund: "re_1".into() });
    let mut listed = sale();
    listed.standing.refunds.push(refund_seen(
        4900,
        RefundState::Failed("closed".into()),
        Some(&alert),
        hours(1),
    ));
    let corrected = ledger.corrected_by(&listed);
    assert_eq!(corrected.entries[0].result, Attempted::Failed { reason: "closed".into() });
    assert_eq!(
        corrected.laid_onto(listed).remaining(),
        usd(4900),
        "all of it can be given back another way"
    );
    let confirmed =
        corrected.with_confirmed(&Cause::from(&alert.id), &refund("re_2")).expect("news");
    assert_eq!(confirmed.laid_onto(sale()).remaining(), usd(0));
    assert_eq!(confirmed.with_confirmed(&Cause::from(&alert.id), &refund("re_2")), None);
}
