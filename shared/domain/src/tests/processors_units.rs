//! Amounts that a processor counts in its own way: steps of refunds, and what the cardholder was
//! asked for in another currency.

use crate::basics::money::Currency;
use proptest::prelude::*;

use super::given::*;
use crate::alert::ReviewReason;
use crate::alert::transition::EvaluationResult;
use crate::basics::id::{HandRefundId, KeyId, OrganisationId};
use crate::basics::money::Money;
use crate::matching::{MatchEvidence, MatchResult};
use crate::network::claim::Claim;
use crate::refund::manual::{
    ManualRefund, ManualRefundContext, ManualRefundRequest, ManualRefundStep,
};
use crate::refund::{RefundContext, RefundLedger, RefundStep};
use crate::rules::ruleset::AlertAction;
use crate::sale::{RefundState, Sale};

fn kwd(minor: u64) -> Money {
    Money::new(minor, Currency::KWD)
}

fn eur(minor: u64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// A sale in dinars whose refunds go in tens, of which a part went back before.
fn in_dinars(amount: u64, given: u64) -> Sale {
    let mut sale = sale();
    sale.amount = kwd(amount);
    sale.payment = sale
        .payment
        .map(|payment| crate::sale::ProcessorPayment { refund_step: Some(10), ..payment });
    if given > 0 {
        let seen = refund_seen(given, RefundState::Succeeded, None, hours(-1));
        sale.standing.refunds.push(crate::sale::ProcessorRefund { amount: kwd(given), ..seen });
    }
    sale
}

fn next(claim: Claim, sale: &Sale) -> RefundStep {
    let mut one = candidate();
    one.sale = sale.clone();
    one.evidence = vec![MatchEvidence::CardLast4, MatchEvidence::AmountExact];
    let found = received_of(claim)
        .apply_match(MatchResult::One(Box::new(one)), None, hours(0))
        .expect("received");
    let alert = found
        .apply_evaluation(EvaluationResult::Act(by_rule(AlertAction::Refund)), hours(0))
        .expect("matched");
    let ledger = RefundLedger::new(sale.id.clone());
    RefundContext {
        alert: &alert,
        sale,
        ledger: &ledger,
        rival: None,
        rates: None,
        last_call: hours(45),
        now: now(),
    }
    .next_step()
}

fn by_hand(amount: Money, sale: &Sale) -> ManualRefundStep {
    let wish = ManualRefundRequest {
        by: KeyId::from_seed(6).into(),
        at: now(),
        amount: Some(amount),
        reason: None,
        note: None,
    };
    let asked = ManualRefund::from_request(
        HandRefundId::from_seed(1),
        OrganisationId::from_seed(2),
        sale.clone(),
        wish,
    );
    ManualRefundContext { asked: &asked, sale }.next_step()
}

#[test]
fn a_refund_goes_up_to_the_next_step_where_that_much_is_left() {
    let disputed =
        |amount, part| Claim { amount: kwd(amount), chargeback_amount: Some(kwd(part)), ..claim() };
    assert_eq!(next(disputed(15_500, 1234), &in_dinars(15_500, 0)), RefundStep::Refund(kwd(1240)));
    assert_eq!(next(disputed(15_500, 1230), &in_dinars(15_500, 0)), RefundStep::Refund(kwd(1230)));
    assert_eq!(by_hand(kwd(1234), &in_dinars(15_500, 0)), ManualRefundStep::Refund(kwd(1240)));
    assert_eq!(
        by_hand(kwd(1234), &in_dinars(1235, 0)),
        ManualRefundStep::Refund(kwd(1230)),
        "no more is left"
    );
    assert_eq!(
        by_hand(kwd(4), &in_dinars(1235, 1230)),
        ManualRefundStep::Refused(crate::refund::manual::RefundRefusal::NothingRemains)
    );
}

proptest! {
    #[test]
    fn a_refund_in_steps_is_whole_steps_and_never_more_than_is_left(
        amount in 1_u64..100_000,
        given in 0_u64..100_000,
        share in 1_u64..1000,
    ) {
        let sale = in_dinars(amount, given % amount);
        let left = sale.remaining_amount().minor;
        let wanted = (left * share / 1000).max(1);
        let asked = sale.round_to_refund_step(kwd(wanted));
        prop_assert!(
            asked.minor.is_multiple_of(10)
                && asked.minor <= left
                && asked.minor.abs_diff(wanted) < 10
        );
    }

    #[test]
    fn without_steps_nothing_is_rounded(wanted in 1_u64..4900) {
        prop_assert_eq!(sale().round_to_refund_step(usd(wanted)), usd(wanted));
    }
}

#[test]
fn all_that_the_cardholder_was_asked_for_is_the_whole_sale_and_a_part_is_a_persons() {
    let presented = Sale { presented: Some(eur(4321)), ..sale() };
    let of = |amount, part: Option<u64>| Claim {
        amount: eur(amount),
        chargeback_amount: part.map(eur),
        ..claim()
    };
    assert_eq!(next(of(4321, None), &presented), RefundStep::Refund(usd(4900)));
    assert_eq!(next(of(4321, Some(4321)), &presented), RefundStep::Refund(usd(4900)));
    assert_eq!(
        next(of(4321, Some(2000)), &presented),
        RefundStep::Person(ReviewReason::AmountUnclear)
    );
    assert_eq!(
        next(of(4320, None), &presented),
        RefundStep::Person(ReviewReason::AmountUnclear),
        "a cent off is another amount"
    );
    assert_eq!(
        next(of(4321, None), &sale()),
        RefundStep::Person(ReviewReason::AmountUnclear),
        "nobody was asked for euros"
    );
}

#[test]
fn a_part_that_went_back_leaves_the_rest_of_what_was_asked_for() {
    let mut presented = Sale { presented: Some(eur(4321)), ..sale() };
    presented.standing.refunds.push(refund_seen(2000, RefundState::Succeeded, None, hours(-1)));
    assert_eq!(
        next(Claim { amount: eur(4321), ..claim() }, &presented),
        RefundStep::Refund(usd(2900))
    );
}
