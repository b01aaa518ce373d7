use proptest::prelude::*;

use super::given::*;
use crate::basics::id::{AlertId, OrganisationId};
use crate::basics::time::after;
use crate::refund::{Attempted, Cause, Hold, Ledger, NotYours};
use crate::sale::{RefundSeen, RefundState, Sale, SaleId, Standing};

fn alert(n: u128) -> AlertId {
    AlertId::from_seed(n)
}

#[test]
fn one_claim_at_a_time() {
    let ledger = Ledger::new(sale().id);
    let first = ledger.claimed(&alert(1), true, now(), after(now(), 90)).expect("nobody has it");
    let second = first.clone().claimed(&alert(2), true, after(now(), 89), after(now(), 180));
    assert_eq!(second, Err(NotYours::Busy { until: after(now(), 90) }));
    let third = first
        .claimed(&alert(2), true, after(now(), 90), after(now(), 180))
        .expect("the claim is over");
    assert_eq!((third.attempt, third.entries.len()), (2, 2));
}

#[test]
fn each_attempt_has_a_key_of_its_own_that_fits_all_processors() {
    let first = Ledger::new(sale().id).claimed(&alert(1), true, now(), now()).expect("free");
    let second = first
        .clone()
        .recorded(Attempted::NotAsked)
        .claimed(&alert(1), true, now(), now())
        .expect("free");
    assert_ne!(first.key(), second.key());
    assert!(first.key().len() <= 64);
    assert_eq!(
        first.key(),
        first.clone().recorded(Attempted::Unknown).key(),
        "the same attempt, the same key"
    );
}

#[test]
fn a_sealed_ledger_takes_no_claim_for_its_alert_and_any_for_others() {
    let claimed =
        Ledger::new(sale().id).claimed(&alert(1), true, now(), after(now(), 90)).expect("free");
    let sealed = claimed.sealed(&alert(1));
    assert_eq!(sealed.clone().claimed(&alert(1), false, now(), now()), Err(NotYours::Sealed));
    assert!(sealed.claimed(&alert(2), false, now(), now()).is_ok());
}

#[test]
fn the_processors_later_word_is_kept_once() {
    let confirmed = Attempted::Confirmed { refund: "re_1".into() };
    let ledger = Ledger::new(sale().id)
        .claimed(&alert(1), true, now(), now())
        .expect("free")
        .recorded(confirmed.clone());
    assert_eq!(ledger.refunded_for(&alert(2)), Some(&alert(1)));
    assert_eq!(ledger.clone().told("re_1", &confirmed), None);
    let failed = ledger
        .clone()
        .told("re_1", &Attempted::Failed { reason: "declined".into() })
        .expect("news");
    assert_eq!(failed.refunded_for(&alert(2)), None);
    assert_eq!(ledger.told("re_2", &Attempted::Unknown), None);
}

#[test]
fn what_was_begun_may_have_moved_money_until_it_is_proved_that_it_failed() {
    let after_one = |result: Attempted| {
        let first = Ledger::new(sale().id).claimed(&alert(1), true, now(), now()).expect("free");
        let first = if result == Attempted::Unknown { first } else { first.recorded(result) };
        first.claimed(&alert(1), true, now(), after(now(), 90)).expect("free")
    };
    let refund = || "re_1".to_owned();
    for (result, may) in [
        (Attempted::Unknown, true),
        (Attempted::Pending { refund: refund() }, true),
        (Attempted::Confirmed { refund: refund() }, true),
        (Attempted::Failed { reason: "declined".into() }, false),
        (Attempted::NotAsked, false),
    ] {
        let ledger = after_one(result.clone());
        assert_eq!(ledger.may_have_moved(&alert(1), ledger.attempt), may, "{result:?}");
        assert!(!ledger.may_have_moved(&alert(2), u32::MAX), "another's");
    }
    assert!(
        !after_one(Attempted::Unknown).may_have_moved(&alert(1), 1),
        "nothing was before the first"
    );
}

#[test]
fn a_refund_that_is_listed_without_our_mark_is_known_by_its_id() {
    let ledger =
        Ledger::new(sale().id).claimed(&alert(1), true, now(), now()).expect("free").gave(usd(100));
    let ledger = ledger.recorded(Attempted::Pending { refund: "r-1".into() });
    let listed = |mark: Option<&str>| {
        let seen = RefundSeen {
            id: "r-1".into(),
            amount: usd(100),
            state: RefundState::Succeeded,
            at: now(),
            alert: mark.map(Into::into),
            arn: None,
        };
        ledger
            .laid_onto(Sale {
                standing: Standing { refunds: vec![seen], ..Standing::default() },
                ..sale()
            })
            .standing
            .refunds
    };
    let (unmarked, another) = (listed(None), listed(Some("somebody else's")));
    assert_eq!(
        (unmarked.len(), &unmarked[0].state, unmarked[0].alert.as_deref()),
        (1, &RefundState::Succeeded, Some(alert(1).as_str()))
    );
    assert_eq!((another.len(), another[0].alert.as_deref()), (1, Some("somebody else's")));
}

#[test]
fn what_was_begun_elsewhere_is_open_until_somebody_looked_there() {
    let begin = |ledger: Ledger, who, place: &str| {
        let free = ledger.claimed_until.unwrap_or_else(now);
        ledger
            .claimed(&alert(who), true, free, after(free, 90))
            .expect("free")
            .at_place(Some(place.into()))
    };
    let open = |ledger: &Ledger| ledger.begun_elsewhere().cloned().collect::<Vec<Cause>>();
    let moved = begin(begin(Ledger::new(sale().id), 1, "old"), 1, "new");
    assert_eq!(open(&moved), [Cause::from(&alert(1))]);
    let told_at_new =
        begin(moved.clone().recorded(Attempted::Confirmed { refund: "r-1".into() }), 2, "new");
    assert_eq!(
        open(&told_at_new),
        [Cause::from(&alert(1))],
        "what the new one knows tells nothing of the old"
    );
    let back = begin(moved.recorded(Attempted::NotAsked), 1, "old");
    assert_eq!(open(&back), []);
    let of_another = begin(back.clone().recorded(Attempted::NotAsked), 2, "old")
        .recorded(Attempted::Confirmed { refund: "r-2".into() });
    assert_eq!(
        open(&begin(of_another, 1, "new")),
        [Cause::from(&alert(1))],
        "what came of another's tells nothing of its own"
    );
    let looked = begin(back.recorded(Attempted::Failed { reason: "declined".into() }), 1, "new");
    assert_eq!(open(&looked), []);
}

#[test]
fn a_payment_in_two_ledgers_is_held_by_one_and_who_takes_over_looks_again() {
    let another = SaleId::at_processor(&OrganisationId::from_seed(9), "acct_1", "pi_1");
    let first = Hold::taken(None, &sale().id, now(), after(now(), 90)).expect("free");
    assert!(!first.was_anothers(None));
    assert_eq!(
        Hold::taken(Some(&first), &another, after(now(), 89), after(now(), 180)),
        Err(NotYours::Busy { until: first.until })
    );
    let again =
        Hold::taken(Some(&first), &sale().id, after(now(), 1), after(now(), 91)).expect("its own");
    assert!(!again.was_anothers(Some(&first)) && again.version == 2);
    let taken = Hold::taken(Some(&again), &another, after(now(), 91), after(now(), 181))
        .expect("it is over");
    assert!(taken.was_anothers(Some(&again)) && taken.version == 3);
}

proptest! {
    /// Whatever workers do when, no two of them hold the claim at one time.
    #[test]
    fn claims_never_overlap(
        moves in proptest::collection::vec((0_u128..3, 0_i64..200, any::<bool>()), 1..40),
    ) {
        let (mut ledger, mut time, mut free_at) = (Ledger::new(sale().id), now(), now());
        for (who, wait, finishes) in moves {
            time = after(time, wait);
            if let Ok(won) = ledger.clone().claimed(&alert(who), true, time, after(time, 90)) {
                prop_assert!(time >= free_at);
                free_at = after(time, 90);
                ledger = won;
                if finishes {
                    ledger = ledger.recorded(Attempted::NotAsked);
                    free_at = time;
                }
            } else {
                prop_assert!(time < free_at);
            }
        }
    }
}
