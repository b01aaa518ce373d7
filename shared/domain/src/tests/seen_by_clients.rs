use super::given::*;
use crate::alert::status::{INVALIDS, RESOLUTIONS};
use crate::alert::{Actor, Alert, Answer};
use crate::matching::{Found, Invalid};
use crate::rules::ruleset::Action;
use crate::sale::RefundState;

fn row(
    alert: &Alert,
) -> (&'static str, bool, &'static str, Option<&'static str>, Option<&'static str>) {
    let view = alert.view();
    assert!(
        view.resolution_reason.is_none_or(|reason| RESOLUTIONS.contains(&reason)),
        "it can be filtered by: {view:?}"
    );
    assert!(
        view.invalid_reason.is_none_or(|reason| INVALIDS.contains(&reason)),
        "it can be filtered by: {view:?}"
    );
    (
        view.status,
        view.is_actionable,
        view.refund_outcome,
        view.resolution_reason,
        view.invalid_reason,
    )
}

fn refunded(minor: u64) -> Alert {
    let refund = refund_seen(minor, RefundState::Succeeded, None, now()).kept();
    decided(Action::Refund).actioned(Some(refund), None, Actor::System, now()).expect("decided")
}

fn answered(alert: Alert) -> Alert {
    alert.answered(Answer::Accepted, now()).expect("there is something to tell")
}

#[test]
fn each_state_is_shown_in_the_words_of_the_documented_resource() {
    let open = |actionable| ("ACTION_REQUIRED", actionable, "NOT_REFUNDED", None, None);
    assert_eq!(row(&received()), open(false));
    assert_eq!(row(&matched(received())), open(false));
    assert_eq!(row(&waiting()), open(true));
    assert_eq!(row(&decided(Action::Refund)), open(false));
    assert_eq!(row(&refunded(4900)), ("ACTION_REQUIRED", false, "REFUNDED", None, None));
    assert_eq!(
        row(&answered(refunded(4900))),
        ("RESOLVED", false, "REFUNDED", Some("REFUNDED"), None)
    );
    assert_eq!(
        row(&answered(refunded(900))),
        ("RESOLVED", false, "REFUNDED", Some("PARTIALLY_REFUNDED"), None)
    );
    assert_eq!(
        row(&answered(decided(Action::AcceptDispute))),
        ("RESOLVED", false, "NOT_REFUNDED", Some("DISPUTE_ACCEPTED"), None)
    );
    assert_eq!(
        row(&answered(waiting().expired(now()))),
        ("RESOLVED", false, "NOT_REFUNDED", Some("EXPIRED"), None)
    );
}

#[test]
fn an_alert_that_was_wrong_is_invalid_once_the_vendor_knows() {
    let told = received()
        .matched(Found::One(Box::new(candidate())), Some(Invalid::AlreadyRefunded), now())
        .expect("received");
    assert_eq!(row(&told), ("ACTION_REQUIRED", false, "NOT_REFUNDED", None, None));
    assert_eq!(
        row(&answered(told)),
        ("INVALID", false, "NOT_REFUNDED", None, Some("ALREADY_REFUNDED"))
    );
}

#[test]
fn a_retraction_keeps_what_was_done_and_nothing_else_changes_a_resolved_alert() {
    let resolved = answered(refunded(4900));
    assert!(
        resolved.clone().answered(Answer::TooLate, now()).is_err()
            && resolved.clone().needs_person(crate::alert::Need::NotFound, now()).is_err()
    );
    assert_eq!(resolved.due(), None);
    let retracted = resolved.retracted(now()).expect("it is over");
    assert_eq!(row(&retracted), ("INVALID", false, "REFUNDED", None, Some("RETRACTED")));
    assert!(retracted.retracted(now()).is_err());
}
