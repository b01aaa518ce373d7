use super::*;
use crate::alert::HistoryActor;
use crate::alert::pipeline::{ANNOUNCE_SECONDS, DueAction};
use crate::basics::time::add_seconds;
use crate::rules::ruleset::AlertAction;
use crate::tests::given::{decided, hours, matched, now, received, waiting};

#[test]
fn before_an_alerts_matching_has_finished_it_is_only_recorded() {
    assert_eq!(received().says(None), [EventKind::AlertRecorded]);
    let asked = received().replace_note("Sorry.".into(), HistoryActor::System, now());
    assert_eq!(asked.says(Some(&received())), []);
    let found = matched(received());
    assert_eq!(found.says(Some(&received())), [EventKind::AlertCreated, EventKind::AlertMatched]);
    assert_eq!(waiting().says(Some(&received())), [EventKind::AlertCreated]);
}

#[test]
fn matching_that_takes_long_is_not_waited_for() {
    let minute = add_seconds(hours(0), ANNOUNCE_SECONDS);
    assert_eq!(received().due(), Some((minute, DueAction::Announce)));
    let announced = received().apply_due(minute).expect("it is due");
    assert_eq!(announced.says(Some(&received())), [EventKind::AlertCreated]);
    assert!(announced.next_stage().is_some() && announced.wakes(Some(&received())).is_none());
    assert_ne!(announced.due().map(|(_, due)| due), Some(DueAction::Announce));
    let found = matched(announced.clone());
    assert_eq!(found.says(Some(&announced)), [EventKind::AlertUpdated, EventKind::AlertMatched]);
}

#[test]
fn what_nobody_sees_is_no_news() {
    let alert = decided(AlertAction::Refund);
    let nudged = alert.clone().apply_due(hours(2)).expect("it is due");
    assert_eq!(nudged.says(Some(&alert)), []);
    let noted = alert.clone().replace_note("Sorry.".into(), HistoryActor::System, now());
    assert_eq!(noted.says(Some(&alert)), [EventKind::AlertUpdated]);
}

#[test]
fn a_warning_is_told_once() {
    let alert = waiting();
    let warned = alert.clone().apply_due(hours(24)).expect("it is due");
    assert_eq!(warned.says(Some(&alert)), [EventKind::AlertExpiring]);
    assert_eq!(warned.says(Some(&warned)), []);
}

#[test]
fn a_decision_asks_once_to_end_the_subscription_and_to_stop_the_order() {
    use EventKind::{OrderCancelRequested, SubscriptionCancelRequested};
    let requests = |alert: &Alert, before: &Alert| -> Vec<EventKind> {
        let said = alert.says(Some(before)).into_iter();
        said.filter(|kind| matches!(kind, OrderCancelRequested | SubscriptionCancelRequested))
            .collect()
    };
    let found = of_order(matched(received()));
    for (action, expected) in [
        (AlertAction::Refund, vec![OrderCancelRequested]),
        (AlertAction::Cancel, vec![SubscriptionCancelRequested]),
        (AlertAction::RefundAndCancel, vec![SubscriptionCancelRequested, OrderCancelRequested]),
        (AlertAction::AcceptDispute, vec![]),
    ] {
        let decided = of_order(decided(action));
        assert_eq!(requests(&decided, &found), expected, "{action:?}");
        let nudged = decided.clone().apply_due(hours(2)).expect("it is due");
        assert_eq!(requests(&nudged, &decided), [], "{action:?}");
    }
    assert_eq!(
        requests(&decided(AlertAction::Refund), &matched(received())),
        [],
        "no order tells of the sale"
    );
}

#[test]
fn what_a_rule_would_have_done_asks_for_nothing() {
    let evaluation = crate::alert::transition::EvaluationResult::Person(
        ReviewReason::NotAutomatic,
        decided(AlertAction::RefundAndCancel).decision().cloned(),
    );
    let observed =
        of_order(matched(received())).apply_evaluation(evaluation, now()).expect("it is matched");
    assert_eq!(observed.says(Some(&matched(received()))), [EventKind::AlertUpdated]);
}

/// The same alert, with an order that tells of its sale.
fn of_order(mut alert: Alert) -> Alert {
    let (AlertState::Matched { sale, .. } | AlertState::Decided { sale: Some(sale), .. }) =
        &mut alert.state
    else {
        return alert;
    };
    sale.sale.order = Some(crate::basics::id::OrderId::from_seed(1));
    alert
}

#[test]
fn an_events_id_follows_from_its_name() {
    let name = |version, kind| {
        EventName { subject: EventSubject::Alert(AlertId::from_seed(1)), version, kind }.event_id()
    };
    assert_eq!(name(1, EventKind::AlertCreated), name(1, EventKind::AlertCreated));
    assert_ne!(name(1, EventKind::AlertCreated), name(2, EventKind::AlertCreated));
    assert_ne!(name(1, EventKind::AlertCreated), name(1, EventKind::AlertMatched));
}

#[test]
fn a_kind_is_stored_as_it_is_told() {
    for kind in [
        EventKind::AlertCreated,
        EventKind::SubscriptionCancelFailed,
        EventKind::EnrolmentUpdated,
        EventKind::OrderCancelRequested,
        EventKind::Test,
    ] {
        assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.as_str());
    }
}
