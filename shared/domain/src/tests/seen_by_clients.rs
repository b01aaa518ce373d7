use super::given::*;
use crate::alert::status::{INVALIDS, RESOLUTIONS};
use crate::alert::{Alert, AnswerResult, HistoryActor};
use crate::matching::{InvalidAlertReason, MatchResult};
use crate::rules::ruleset::AlertAction;
use crate::sale::RefundState;

fn row(
    alert: &Alert,
) -> (&'static str, bool, &'static str, Option<&'static str>, Option<&'static str>) {
    let view = alert.status_view();
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
    let refund = refund_seen(minor, RefundState::Succeeded, None, now()).to_refund_record();
    decided(AlertAction::Refund)
        .complete_action(Some(refund), None, HistoryActor::System, now())
        .expect("decided")
}

fn answered(alert: Alert) -> Alert {
    alert.record_answer(AnswerResult::Accepted, now()).expect("there is something to tell")
}

#[test]
fn each_state_is_shown_in_the_words_of_the_documented_resource() {
    let open = |actionable| ("ACTION_REQUIRED", actionable, "NOT_REFUNDED", None, None);
    assert_eq!(row(&received()), open(false));
    assert_eq!(row(&matched(received())), open(false));
    assert_eq!(row(&waiting()), open(true));
    assert_eq!(row(&decided(AlertAction::Refund)), open(false));
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
        row(&answered(decided(AlertAction::AcceptDispute))),
        ("RESOLVED", false, "NOT_REFUNDED", Some("DISPUTE_ACCEPTED"), None)
    );
    assert_eq!(
        row(&answered(waiting().mark_expired(now()))),
        ("RESOLVED", false, "NOT_REFUNDED", Some("EXPIRED"), None)
    );
}

#[test]
fn an_alert_that_was_wrong_is_invalid_once_the_vendor_knows() {
    let told = received()
        .apply_match(
            MatchResult::One(Box::new(candidate())),
            Some(InvalidAlertReason::AlreadyRefunded),
            now(),
        )
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
        resolved.clone().record_answer(AnswerResult::TooLate, now()).is_err()
            && resolved
                .clone()
                .require_action(crate::alert::ReviewReason::NotFound, now())
                .is_err()
    );
    assert_eq!(resolved.due(), None);
    let retracted = resolved.mark_retracted(now()).expect("it is over");
    assert_eq!(row(&retracted), ("INVALID", false, "REFUNDED", None, Some("RETRACTED")));
    assert!(retracted.mark_retracted(now()).is_err());
}
