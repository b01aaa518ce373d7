use super::given::*;
use crate::account::{
    Integration, IntegrationKind, IntegrationOutage, IntegrationStatus, ProcessorCall, SealedSecret,
};
use crate::alert::pipeline::{DueAction, PipelineStage};
use crate::alert::slot_wait::{ReservedSlots, SlotWait};
use crate::alert::waiting::WaitingAlertScan;
use crate::alert::{Alert, AlertState, HistoryActor, ReviewReason};
use crate::basics::id::{IntegrationId, MerchantId, OrganisationId};
use crate::basics::time::add_seconds;
use crate::calls::lane::CallPace;
use crate::calls::slot::RequestLoad;
use crate::matching::MatchResult;
use crate::network::outcome::AlertOutcome;
use crate::notify::event::EventKind;
use crate::notify::mail::OutageNoticeName;
use crate::rules::ruleset::AlertAction;

fn unavailable(code: IntegrationOutage) -> ReviewReason {
    ReviewReason::ProcessorUnavailable {
        integration: IntegrationId::from_seed(3),
        code,
        message: "no".into(),
    }
}

fn waits() -> Alert {
    received()
        .record_incomplete_search(unavailable(IntegrationOutage::Unreachable), Vec::new(), hours(0))
        .expect("it was received")
}

fn integration() -> Integration {
    Integration {
        id: IntegrationId::from_seed(3),
        organisation: OrganisationId::from_seed(2),
        name: "Stripe".into(),
        kind: IntegrationKind::Stripe,
        status: IntegrationStatus::Enabled,
        merchant_ids: vec![MerchantId::from_seed(8)],
        credentials: Some(SealedSecret("old".into())),
        account: None,
        callback: None,
        matching_mode: crate::account::MatchingMode::Soft,
        is_automatic_matching_enabled: true,
        connect_refunds: crate::account::ConnectRefunds::default(),
        status_detail: None,
        lane: None,
        version: 1,
        created_at: hours(0),
        updated_at: hours(0),
    }
}

#[test]
fn it_is_searched_for_again_ever_more_slowly_and_shortly_before_the_deadline() {
    let (mut alert, mut searches) = (waits(), Vec::new());
    while let Some((at, due)) = alert.due() {
        let next = alert.clone().apply_due(at).expect("it is due");
        if due == DueAction::Search {
            assert_eq!(next.wakes(Some(&alert)), Some(PipelineStage::Matching));
            assert_eq!(next.moved_at, alert.moved_at, "who looks at its page is not disturbed");
            searches.push((at.as_second() - hours(0).as_second()) / 60);
        }
        alert = next;
        if matches!(alert.state(), AlertState::Expired { .. }) {
            break;
        }
    }
    assert_eq!(searches[..5], [15, 45, 105, 225, 465]);
    assert_eq!(
        searches.last(),
        Some(&(46 * 60 - 15)),
        "once more, while something can still be done"
    );
    assert!(searches.len() < 20, "{searches:?}");
    assert_eq!(
        alert.unreported_settlement().map(|told| told.outcome),
        Some(AlertOutcome::ExpiredUnsearched)
    );
}

#[test]
fn only_what_asks_for_a_search_wakes_one() {
    let alert = waits();
    assert_eq!(alert.wakes(Some(&received())), None, "it was searched for just now");
    let woken = alert.clone().wake_search(hours(3)).expect("it waits");
    assert_eq!(woken.wakes(Some(&alert)), Some(PipelineStage::Matching));
    let noted = woken.clone().replace_note("Sorry.".into(), HistoryActor::System, hours(3));
    assert_eq!(noted.wakes(Some(&woken)), None);
    let refused = woken
        .clone()
        .record_incomplete_search(
            unavailable(IntegrationOutage::CredentialsRefused),
            Vec::new(),
            hours(3),
        )
        .expect("it waits");
    assert_eq!(refused.wakes(Some(&woken)), None);
    assert!(waiting().wake_search(hours(3)).is_none(), "a whole search found nothing");
}

#[test]
fn what_a_later_search_finds_counts() {
    let found = matched(waits());
    assert_eq!(found.next_stage(), Some(PipelineStage::RulesetEvaluation));
    let none = waits().apply_match(MatchResult::Nothing, None, hours(1)).expect("it waits");
    assert!(matches!(none.state(), AlertState::ActionRequired { why: ReviewReason::NotFound, .. }));
    assert!(
        waiting().apply_match(MatchResult::Nothing, None, hours(1)).is_err(),
        "it was searched for wholly"
    );
}

/// The integration whose key the processor refused for a search.
fn refused_integration() -> Integration {
    let (call, code) = (ProcessorCall::Search, IntegrationOutage::CredentialsRefused);
    integration().record_failure(call, code, "no", hours(1)).expect("it is new")
}

#[test]
fn an_integration_says_once_that_it_fails() {
    let (good, refused) = (integration(), refused_integration());
    assert_eq!(
        refused.clone().record_failure(
            ProcessorCall::Look,
            IntegrationOutage::CredentialsRefused,
            "still no",
            hours(2)
        ),
        None
    );
    assert_eq!(refused.says(Some(&good)), Some(EventKind::IntegrationFailing));
    assert!(
        OutageNoticeName::from_integration_change(&refused, Some(&good))
            .is_some_and(|name| name.is_current(&refused) && !name.is_current(&good))
    );
    assert!(
        OutageNoticeName::from_integration_change(&refused, Some(&refused)).is_none()
            && !refused.can_end_waiting(Some(&good))
    );
    assert_eq!(good.says(None), None);
}

#[test]
fn an_integration_says_once_that_it_works_again() {
    let refused = refused_integration();
    assert_eq!(
        refused.clone().record_successful_call(ProcessorCall::Look, CallPace::Quick, hours(3)),
        None,
        "a key may read what it may not search"
    );
    let again = refused
        .clone()
        .record_successful_call(ProcessorCall::Search, CallPace::Quick, hours(3))
        .expect("it failed");
    assert_eq!(
        (
            again.says(Some(&refused)),
            again.clone().record_successful_call(ProcessorCall::Search, CallPace::Quick, hours(4))
        ),
        (Some(EventKind::IntegrationRecovered), None)
    );
    assert!(again.can_end_waiting(Some(&refused)));
}

#[test]
fn alerts_wait_no_longer_where_the_integration_is_called_in_another_way() {
    let old = integration();
    let with_key = Integration { credentials: Some(SealedSecret("new".into())), ..old.clone() };
    let disabled = Integration { status: IntegrationStatus::Disabled, ..old.clone() };
    let renamed = Integration { name: "Our Stripe".into(), ..old.clone() };
    assert!(
        old.can_end_waiting(None)
            && with_key.can_end_waiting(Some(&old))
            && old.can_end_waiting(Some(&disabled))
    );
    assert!(!renamed.can_end_waiting(Some(&old)) && !disabled.can_end_waiting(Some(&old)));
    let late = waits().apply_due(add_seconds(hours(0), 900)).expect("a search");
    assert!(
        late.waits_for_integration(&old.id)
            && !late.waits_for_integration(&IntegrationId::from_seed(9))
    );
}

#[test]
fn what_was_decided_goes_on_with_new_credentials_and_once_more_shortly_before_the_deadline() {
    let need = ReviewReason::CredentialsRefused {
        integration: IntegrationId::from_seed(3),
        message: "no".into(),
    };
    let refused = decided(AlertAction::Refund).require_action(need, hours(1)).expect("decided");
    assert_eq!(refused.expired_outcome(), AlertOutcome::ExpiredMatched, "its payment is known");
    let pass = |seed: u128, is_anew: bool| {
        WaitingAlertScan::for_integration(IntegrationId::from_seed(seed), is_anew)
    };
    assert_eq!(
        refused.clone().wake_for_integration(&pass(3, false), hours(2)),
        None,
        "that a search works again is no new key"
    );
    assert_eq!(
        refused.clone().wake_for_integration(&pass(9, true), hours(2)),
        None,
        "another integration's"
    );
    let woken = refused.clone().wake_for_integration(&pass(3, true), hours(2)).expect("a new key");
    assert_eq!(
        (woken.next_stage(), woken.decision()),
        (Some(PipelineStage::Refund), refused.decision())
    );
    assert!(
        woken.says(Some(&refused)).iter().all(|kind| *kind == EventKind::AlertUpdated),
        "nothing is asked for twice"
    );
    let warned = refused.clone().apply_due(refused.deadlines.target).expect("it is due");
    assert_eq!(
        warned.due(),
        Some((add_seconds(warned.deadlines.action, -15 * 60), DueAction::Recheck))
    );
    let late =
        warned.apply_due(add_seconds(refused.deadlines.action, -15 * 60)).expect("it is due");
    assert_eq!(late.next_stage(), Some(PipelineStage::Refund));
}

#[test]
fn a_search_that_waits_for_its_slot_is_repeated_at_its_own_time_and_not_before_its_slot() {
    let slot = add_seconds(hours(0), 60);
    let wait = SlotWait {
        slots: ReservedSlots::default().with_slot("acct_1", RequestLoad::for_search(0)),
        is_out_of_reach: false,
    };
    let due = |slot| waits().defer_for_slot(slot, wait.clone(), hours(0)).due();
    assert_eq!(due(slot), waits().due(), "fifteen minutes after the first");
    let late = add_seconds(hours(0), 14 * 60);
    assert_eq!(due(late), Some((add_seconds(late, 4 * 60), DueAction::Search)));
}

#[test]
fn whoever_wakes_it_leaves_it_the_slot_that_is_still_to_come() {
    let slot = add_seconds(hours(0), 600);
    let left = waits().defer_for_slot(slot, SlotWait::default(), hours(0));
    let woken = |now| left.clone().wake_search(now).expect("it waits");
    assert_eq!(woken(add_seconds(slot, -60)).reserved_slot(), Some(slot));
    assert_eq!(woken(add_seconds(slot, 60)).reserved_slot(), None, "that one is over");
}
