use super::given::*;
use crate::account::{
    Integration, IntegrationKind, IntegrationStatus, Outage, ProcessorCall, Sealed,
};
use crate::alert::pipeline::{Due, Stage};
use crate::alert::slot_wait::{SlotWait, Slots};
use crate::alert::waiting::Waking;
use crate::alert::{Actor, Alert, Need, State};
use crate::basics::id::{IntegrationId, MerchantId, OrganisationId};
use crate::basics::time::after;
use crate::calls::lane::Pace;
use crate::calls::slot::Load;
use crate::matching::Found;
use crate::network::outcome::Outcome;
use crate::notify::event::EventKind;
use crate::notify::mail::NoticeName;
use crate::rules::ruleset::Action;

fn unavailable(code: Outage) -> Need {
    Need::ProcessorUnavailable {
        integration: IntegrationId::from_seed(3),
        code,
        message: "no".into(),
    }
}

fn waits() -> Alert {
    received()
        .unsearched(unavailable(Outage::Unreachable), Vec::new(), hours(0))
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
        credentials: Some(Sealed("old".into())),
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
        let next = alert.clone().fell_due(at).expect("it is due");
        if due == Due::Search {
            assert_eq!(next.wakes(Some(&alert)), Some(Stage::Matching));
            assert_eq!(next.moved_at, alert.moved_at, "who looks at its page is not disturbed");
            searches.push((at.as_second() - hours(0).as_second()) / 60);
        }
        alert = next;
        if matches!(alert.state(), State::Expired { .. }) {
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
    assert_eq!(alert.to_tell().map(|told| told.outcome), Some(Outcome::ExpiredUnsearched));
}

#[test]
fn only_what_asks_for_a_search_wakes_one() {
    let alert = waits();
    assert_eq!(alert.wakes(Some(&received())), None, "it was searched for just now");
    let woken = alert.clone().woken(hours(3)).expect("it waits");
    assert_eq!(woken.wakes(Some(&alert)), Some(Stage::Matching));
    let noted = woken.clone().noted("Sorry.".into(), Actor::System, hours(3));
    assert_eq!(noted.wakes(Some(&woken)), None);
    let refused = woken
        .clone()
        .unsearched(unavailable(Outage::CredentialsRefused), Vec::new(), hours(3))
        .expect("it waits");
    assert_eq!(refused.wakes(Some(&woken)), None);
    assert!(waiting().woken(hours(3)).is_none(), "a whole search found nothing");
}

#[test]
fn what_a_later_search_finds_counts() {
    let found = matched(waits());
    assert_eq!(found.next_stage(), Some(Stage::RulesetEvaluation));
    let none = waits().matched(Found::Nothing, None, hours(1)).expect("it waits");
    assert!(matches!(none.state(), State::ActionRequired { why: Need::NotFound, .. }));
    assert!(
        waiting().matched(Found::Nothing, None, hours(1)).is_err(),
        "it was searched for wholly"
    );
}

#[test]
fn an_integration_says_once_that_it_fails_and_once_that_it_works_again() {
    let good = integration();
    let refused = good
        .clone()
        .failing(ProcessorCall::Search, Outage::CredentialsRefused, "no", hours(1))
        .expect("it is new");
    assert_eq!(
        refused.clone().failing(
            ProcessorCall::Look,
            Outage::CredentialsRefused,
            "still no",
            hours(2)
        ),
        None
    );
    assert_eq!(refused.says(Some(&good)), Some(EventKind::IntegrationFailing));
    assert!(
        NoticeName::of(&refused, Some(&good))
            .is_some_and(|name| name.is_current(&refused) && !name.is_current(&good))
    );
    assert!(
        NoticeName::of(&refused, Some(&refused)).is_none() && !refused.ends_waiting(Some(&good))
    );
    assert_eq!(
        refused.clone().recovered(ProcessorCall::Look, Pace::Quick, hours(3)),
        None,
        "a key may read what it may not search"
    );
    let again =
        refused.clone().recovered(ProcessorCall::Search, Pace::Quick, hours(3)).expect("it failed");
    assert_eq!(
        (
            again.says(Some(&refused)),
            again.clone().recovered(ProcessorCall::Search, Pace::Quick, hours(4))
        ),
        (Some(EventKind::IntegrationRecovered), None)
    );
    assert!(again.ends_waiting(Some(&refused)));
    assert_eq!(good.says(None), None);
}

#[test]
fn alerts_wait_no_longer_where_the_integration_is_called_in_another_way() {
    let old = integration();
    let with_key = Integration { credentials: Some(Sealed("new".into())), ..old.clone() };
    let disabled = Integration { status: IntegrationStatus::Disabled, ..old.clone() };
    let renamed = Integration { name: "Our Stripe".into(), ..old.clone() };
    assert!(
        old.ends_waiting(None)
            && with_key.ends_waiting(Some(&old))
            && old.ends_waiting(Some(&disabled))
    );
    assert!(!renamed.ends_waiting(Some(&old)) && !disabled.ends_waiting(Some(&old)));
    let late = waits().fell_due(after(hours(0), 900)).expect("a search");
    assert!(late.waits_for(&old.id) && !late.waits_for(&IntegrationId::from_seed(9)));
}

#[test]
fn what_was_decided_goes_on_with_new_credentials_and_once_more_shortly_before_the_deadline() {
    let need =
        Need::CredentialsRefused { integration: IntegrationId::from_seed(3), message: "no".into() };
    let refused = decided(Action::Refund).needs_person(need, hours(1)).expect("decided");
    assert_eq!(refused.expired_outcome(), Outcome::ExpiredMatched, "its payment is known");
    let pass = |seed: u128, is_anew: bool| Waking::of(IntegrationId::from_seed(seed), is_anew);
    assert_eq!(
        refused.clone().woken_by(&pass(3, false), hours(2)),
        None,
        "that a search works again is no new key"
    );
    assert_eq!(refused.clone().woken_by(&pass(9, true), hours(2)), None, "another integration's");
    let woken = refused.clone().woken_by(&pass(3, true), hours(2)).expect("a new key");
    assert_eq!((woken.next_stage(), woken.decision()), (Some(Stage::Refund), refused.decision()));
    assert!(
        woken.says(Some(&refused)).iter().all(|kind| *kind == EventKind::AlertUpdated),
        "nothing is asked for twice"
    );
    let warned = refused.clone().fell_due(refused.deadlines.target).expect("it is due");
    assert_eq!(warned.due(), Some((after(warned.deadlines.action, -15 * 60), Due::Recheck)));
    let late = warned.fell_due(after(refused.deadlines.action, -15 * 60)).expect("it is due");
    assert_eq!(late.next_stage(), Some(Stage::Refund));
}

#[test]
fn it_is_asked_for_soon_after_a_slot_whose_message_was_lost() {
    let slot = after(hours(0), 60);
    let wait = SlotWait {
        slots: Slots::default().with("acct_1", Load::search(0)),
        is_out_of_reach: false,
    };
    let (at, due) = waits().left_for_slot(slot, wait, hours(0)).due().expect("a time");
    assert_eq!(((at - slot).get_seconds(), due), (180, Due::Search));
}
