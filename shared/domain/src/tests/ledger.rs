use proptest::prelude::*;

use super::given::*;
use crate::basics::id::{AlertId, OrganisationId};
use crate::basics::time::add_seconds;
use crate::refund::{AttemptResult, LeaseRefusal, PaymentHold, RefundCause, RefundLedger};
use crate::sale::{PaymentStanding, ProcessorRefund, RefundState, Sale, SaleId};

fn alert(n: u128) -> AlertId {
    AlertId::from_seed(n)
}

#[test]
fn one_claim_at_a_time() {
    let ledger = RefundLedger::new(sale().id);
    let first =
        ledger.take_lease(&alert(1), true, now(), add_seconds(now(), 90)).expect("nobody has it");
    let second =
        first.clone().take_lease(&alert(2), true, add_seconds(now(), 89), add_seconds(now(), 180));
    assert_eq!(second, Err(LeaseRefusal::Busy { until: add_seconds(now(), 90) }));
    let third = first
        .take_lease(&alert(2), true, add_seconds(now(), 90), add_seconds(now(), 180))
        .expect("the claim is over");
    assert_eq!((third.attempt, third.entries.len()), (2, 2));
}

#[test]
fn each_attempt_has_a_key_of_its_own_that_fits_all_processors() {
    let first =
        RefundLedger::new(sale().id).take_lease(&alert(1), true, now(), now()).expect("free");
    let second = first
        .clone()
        .record_result(AttemptResult::NotAsked)
        .take_lease(&alert(1), true, now(), now())
        .expect("free");
    assert_ne!(first.idempotency_key(), second.idempotency_key());
    assert!(first.idempotency_key().len() <= 64);
    assert_eq!(
        first.idempotency_key(),
        first.clone().record_result(AttemptResult::Unknown).idempotency_key(),
        "the same attempt, the same key"
    );
}

#[test]
fn a_sealed_ledger_takes_no_claim_for_its_alert_and_any_for_others() {
    let claimed = RefundLedger::new(sale().id)
        .take_lease(&alert(1), true, now(), add_seconds(now(), 90))
        .expect("free");
    let sealed = claimed.seal_for_alert(&alert(1));
    assert_eq!(
        sealed.clone().take_lease(&alert(1), false, now(), now()),
        Err(LeaseRefusal::Sealed)
    );
    assert!(sealed.take_lease(&alert(2), false, now(), now()).is_ok());
}

#[test]
fn the_processors_later_word_is_kept_once() {
    let confirmed = AttemptResult::Confirmed { refund: "re_1".into() };
    let ledger = RefundLedger::new(sale().id)
        .take_lease(&alert(1), true, now(), now())
        .expect("free")
        .record_result(confirmed.clone());
    assert_eq!(ledger.other_confirmed_alert(&alert(2)), Some(&alert(1)));
    assert_eq!(ledger.clone().update_refund_result("re_1", &confirmed), None);
    let failed = ledger
        .clone()
        .update_refund_result("re_1", &AttemptResult::Failed { reason: "declined".into() })
        .expect("news");
    assert_eq!(failed.other_confirmed_alert(&alert(2)), None);
    assert_eq!(ledger.update_refund_result("re_2", &AttemptResult::Unknown), None);
}

#[test]
fn what_was_begun_may_have_moved_money_until_it_is_proved_that_it_failed() {
    let after_one = |result: AttemptResult| {
        let first =
            RefundLedger::new(sale().id).take_lease(&alert(1), true, now(), now()).expect("free");
        let first =
            if result == AttemptResult::Unknown { first } else { first.record_result(result) };
        first.take_lease(&alert(1), true, now(), add_seconds(now(), 90)).expect("free")
    };
    let refund = || "re_1".to_owned();
    for (result, may) in [
        (AttemptResult::Unknown, true),
        (AttemptResult::Pending { refund: refund() }, true),
        (AttemptResult::Confirmed { refund: refund() }, true),
        (AttemptResult::Failed { reason: "declined".into() }, false),
        (AttemptResult::NotAsked, false),
    ] {
        let ledger = after_one(result.clone());
        assert_eq!(ledger.may_have_moved_money(&alert(1), ledger.attempt), may, "{result:?}");
        assert!(!ledger.may_have_moved_money(&alert(2), u32::MAX), "another's");
    }
    assert!(
        !after_one(AttemptResult::Unknown).may_have_moved_money(&alert(1), 1),
        "nothing was before the first"
    );
}

#[test]
fn a_refund_that_is_listed_without_our_mark_is_known_by_its_id() {
    let ledger = RefundLedger::new(sale().id)
        .take_lease(&alert(1), true, now(), now())
        .expect("free")
        .record_given_amount(usd(100));
    let ledger = ledger.record_result(AttemptResult::Pending { refund: "r-1".into() });
    let listed = |mark: Option<&str>| {
        let seen = ProcessorRefund {
            id: "r-1".into(),
            amount: usd(100),
            state: RefundState::Succeeded,
            at: now(),
            alert: mark.map(Into::into),
            arn: None,
        };
        ledger
            .merge_refunds_into(Sale {
                standing: PaymentStanding { refunds: vec![seen], ..PaymentStanding::default() },
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
    let begin = |ledger: RefundLedger, who, place: &str| {
        let free = ledger.claimed_until.unwrap_or_else(now);
        ledger
            .take_lease(&alert(who), true, free, add_seconds(free, 90))
            .expect("free")
            .with_endpoint(Some(place.into()))
    };
    let open = |ledger: &RefundLedger| {
        ledger.causes_begun_elsewhere().cloned().collect::<Vec<RefundCause>>()
    };
    let moved = begin(begin(RefundLedger::new(sale().id), 1, "old"), 1, "new");
    assert_eq!(open(&moved), [RefundCause::from(&alert(1))]);
    let told_at_new = begin(
        moved.clone().record_result(AttemptResult::Confirmed { refund: "r-1".into() }),
        2,
        "new",
    );
    assert_eq!(
        open(&told_at_new),
        [RefundCause::from(&alert(1))],
        "what the new one knows tells nothing of the old"
    );
    let back = begin(moved.record_result(AttemptResult::NotAsked), 1, "old");
    assert_eq!(open(&back), []);
    let of_another = begin(back.clone().record_result(AttemptResult::NotAsked), 2, "old")
        .record_result(AttemptResult::Confirmed { refund: "r-2".into() });
    assert_eq!(
        open(&begin(of_another, 1, "new")),
        [RefundCause::from(&alert(1))],
        "what came of another's tells nothing of its own"
    );
    let looked =
        begin(back.record_result(AttemptResult::Failed { reason: "declined".into() }), 1, "new");
    assert_eq!(open(&looked), []);
}

#[test]
fn a_payment_in_two_ledgers_is_held_by_one_and_who_takes_over_looks_again() {
    let another = SaleId::at_processor(&OrganisationId::from_seed(9), "acct_1", "pi_1");
    let first = PaymentHold::acquire_or_renew(None, &sale().id, now(), add_seconds(now(), 90))
        .expect("free");
    assert!(!first.was_held_by_another(None));
    assert_eq!(
        PaymentHold::acquire_or_renew(
            Some(&first),
            &another,
            add_seconds(now(), 89),
            add_seconds(now(), 180)
        ),
        Err(LeaseRefusal::Busy { until: first.until })
    );
    let again = PaymentHold::acquire_or_renew(
        Some(&first),
        &sale().id,
        add_seconds(now(), 1),
        add_seconds(now(), 91),
    )
    .expect("its own");
    assert!(!again.was_held_by_another(Some(&first)) && again.version == 2);
    let taken = PaymentHold::acquire_or_renew(
        Some(&again),
        &another,
        add_seconds(now(), 91),
        add_seconds(now(), 181),
    )
    .expect("it is over");
    assert!(taken.was_held_by_another(Some(&again)) && taken.version == 3);
}

proptest! {
    /// Whatever workers do when, no two of them hold the claim at one time.
    #[test]
    fn claims_never_overlap(
        moves in proptest::collection::vec((0_u128..3, 0_i64..200, any::<bool>()), 1..40),
    ) {
        let (mut ledger, mut time, mut free_at) = (RefundLedger::new(sale().id), now(), now());
        for (who, wait, finishes) in moves {
            time = add_seconds(time, wait);
            let until = add_seconds(time, 90);
            if let Ok(won) = ledger.clone().take_lease(&alert(who), true, time, until) {
                prop_assert!(time >= free_at);
                free_at = until;
                ledger = won;
                if finishes {
                    ledger = ledger.record_result(AttemptResult::NotAsked);
                    free_at = time;
                }
            } else {
                prop_assert!(time < free_at);
            }
        }
    }
}
