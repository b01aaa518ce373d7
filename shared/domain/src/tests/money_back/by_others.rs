//! Refunds that others make: for another alert, or at the processor's own desk.

use super::*;

#[test]
fn a_refund_for_another_alert_makes_this_one_a_duplicate() {
    let mut claim = claim();
    claim.vendor_alert_id = "ANOTHER".into();
    let other = received_of(claim);
    let made = with_refund(4900, RefundState::Succeeded, Some(&other), 1);
    let expected = RefundStep::Invalid(InvalidAlertReason::Duplicate { of: other.id.to_string() });
    assert_eq!(
        next(&decided(AlertAction::Refund), &made),
        expected,
        "by the refund's own metadata"
    );
    let ledger =
        RefundLedger::new(sale().id).take_lease(&other.id, true, now(), now()).expect("free");
    let confirmed =
        ledger.clone().record_result(AttemptResult::Confirmed { refund: "re_1".into() });
    assert_eq!(
        next_with(&decided(AlertAction::Refund), &sale(), None, &confirmed),
        expected,
        "by the ledger"
    );
    let pending = ledger.record_result(AttemptResult::Pending { refund: "re_1".into() });
    assert_eq!(
        next_with(&decided(AlertAction::Refund), &sale(), None, &pending),
        RefundStep::Person(ReviewReason::Rival { alert: other.id })
    );
}

#[test]
fn a_second_refund_of_the_rest_is_only_ever_a_persons() {
    let mut claim = claim();
    claim.vendor_alert_id = "ANOTHER".into();
    let part = with_refund(2000, RefundState::Succeeded, Some(&received_of(claim)), 1);
    assert_eq!(next(&decided(AlertAction::Refund), &part), part_of(2000));
    let person = waiting_for_person(AlertAction::Refund);
    assert_eq!(next(&person, &part), RefundStep::Refund(usd(2900)));
}

/// The worker that asked for the other alert's refund was killed before it could write what it
/// heard.
#[test]
fn a_part_on_its_way_for_another_alert_stops_a_rule_though_the_ledger_does_not_know_of_it() {
    let mut claim = claim();
    claim.chargeback_amount = Some(usd(2000));
    claim.vendor_alert_id = "ANOTHER".into();
    let other = received_of(claim.clone());
    claim.vendor_alert_id = "THIS".into();
    let alert = decided_of(received_of(claim), by_rule(AlertAction::Refund));
    let part = with_refund(2000, RefundState::Pending, Some(&other), 1);
    assert_eq!(
        next(&alert, &part),
        RefundStep::Person(ReviewReason::Rival { alert: other.id.clone() })
    );
    let begun =
        RefundLedger::new(sale().id).take_lease(&other.id, true, hours(0), hours(0)).expect("free");
    assert_eq!(
        next_with(&alert, &part, None, &begun),
        RefundStep::Person(ReviewReason::Rival { alert: other.id })
    );
}

/// The endpoint was moved: its list tells nothing of what was asked for before.
#[test]
fn what_was_begun_at_another_place_is_a_persons_to_look_at() {
    let alert = decided(AlertAction::Refund);
    let begun = |who: &crate::basics::id::AlertId| {
        let first = RefundLedger::new(sale().id)
            .take_lease(who, true, hours(0), hours(0))
            .expect("free")
            .with_endpoint(Some("old".into()));
        first
            .take_lease(&alert.id, true, now(), now())
            .expect("free")
            .with_endpoint(Some("new".into()))
    };
    assert_eq!(
        next_with(&alert, &sale(), None, &begun(&alert.id)),
        RefundStep::Person(ReviewReason::RefundUnconfirmed)
    );
    let another = begun(&crate::basics::id::AlertId::from_seed(9));
    assert_eq!(
        next_with(&alert, &sale(), None, &another),
        RefundStep::Person(ReviewReason::AmountUnclear)
    );
    let listed = with_refund(4900, RefundState::Succeeded, Some(&alert), 1);
    assert!(matches!(next_with(&alert, &listed, None, &begun(&alert.id)), RefundStep::Found(_)));
}

/// At the processor's own desk, say: what the cardholder disputes went back already, or is on its
/// way.
#[test]
fn what_somebody_else_gives_back_meanwhile_is_taken_as_it_is() {
    for (alert, minor) in [
        (disputing(2000), 2000),
        (decided(AlertAction::Refund), 4900),
        (waiting_for_person(AlertAction::Refund), 4900),
    ] {
        for state in [RefundState::Pending, RefundState::Succeeded] {
            let found = next(&alert, &with_refund(minor, state, None, 1));
            assert!(matches!(found, RefundStep::Found(made) if made.id == "re_1"), "{minor}");
        }
    }
    let failed = with_refund(4900, RefundState::Failed("closed".into()), None, 1);
    assert_eq!(next(&decided(AlertAction::Refund), &failed), RefundStep::Refund(usd(4900)));
}

#[test]
fn a_part_that_went_back_leaves_another_part_to_a_person() {
    assert_eq!(
        next(&disputing(2000), &with_refund(500, RefundState::Succeeded, None, 1)),
        part_of(500)
    );
    assert_eq!(
        next(&disputing(2000), &with_refund(2000, RefundState::Succeeded, None, -1)),
        part_of(2000),
        "another part, perhaps"
    );
    assert_eq!(
        next(&decided(AlertAction::Refund), &with_refund(500, RefundState::Succeeded, None, 1)),
        part_of(500),
        "somebody is at it"
    );
    assert_eq!(
        next(&decided(AlertAction::Refund), &with_refund(4900, RefundState::Pending, None, -1))
            .clone(),
        {
            let pending = with_refund(4900, RefundState::Pending, None, -1);
            RefundStep::Found(pending.standing.refunds[0].clone())
        }
    );
}

#[test]
fn of_several_refunds_since_the_alert_came_the_sum_counts_and_of_those_for_another_alert_nothing() {
    let seen = |id: &str, minor, hour, whose: Option<&Alert>| crate::sale::ProcessorRefund {
        id: id.into(),
        ..refund_seen(minor, RefundState::Succeeded, whose, hours(hour))
    };
    let given = |refunds: Vec<crate::sale::ProcessorRefund>| {
        let mut sale = sale();
        sale.standing.refunds = refunds;
        find_covering_refund(&claim(), hours(0), &sale).map(|made| (made.id, made.amount.minor))
    };
    let mut another = claim();
    another.vendor_alert_id = "ANOTHER".into();
    let other = received_of(another);
    assert_eq!(
        given(vec![seen("re_1", 2000, 1, None), seen("re_2", 2900, 2, None)]),
        Some(("re_2".into(), 4900))
    );
    assert_eq!(
        given(vec![seen("re_1", 2000, -1, None), seen("re_2", 2900, 2, None)]),
        Some(("re_2".into(), 2900)),
        "the remainder"
    );
    assert_eq!(given(vec![seen("re_1", 2000, 1, None), seen("re_2", 2899, 2, None)]), None);
    assert_eq!(given(vec![seen("re_1", 4900, 1, Some(&other))]), None);
    assert_eq!(
        given(vec![seen("re_1", 2000, 1, Some(&other)), seen("re_2", 2900, 2, None)]),
        Some(("re_2".into(), 2900))
    );
    assert_eq!(given(vec![seen("re_1", 4900, -1, None)]), None);
}

#[test]
fn a_rival_without_a_named_sale_stops_a_rule() {
    let (alert, sale, other) =
        (decided(AlertAction::Refund), sale(), crate::basics::id::AlertId::from_seed(9));
    let known = RefundContext {
        alert: &alert,
        sale: &sale,
        ledger: &RefundLedger::new(sale.id.clone()),
        rival: Some(&other),
        rates: None,
        last_call: hours(45),
        now: now(),
    };
    assert_eq!(known.next_step(), RefundStep::Person(ReviewReason::Rival { alert: other.clone() }));
    let mut far = claim();
    far.transacted = Some(crate::basics::time::ReportedTime::from_instant(hours(-24 * 4)));
    assert!(may_be_same_payment(&claim(), &claim()) && !may_be_same_payment(&claim(), &far));
}
