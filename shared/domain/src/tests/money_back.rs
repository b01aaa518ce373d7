mod by_others;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::given::*;
use crate::alert::{Alert, AlertSettlement, CourseOfAction, ReviewReason};
use crate::basics::money::{Currency, ExchangeRates, Money};
use crate::matching::{InvalidAlertReason, MatchEvidence, MatchResult};
use crate::network::claim::may_be_same_payment;
use crate::network::outcome::AlertOutcome;
use crate::refund::{
    AttemptResult, DisputedShare, RefundContext, RefundLedger, RefundStep, find_covering_refund,
};
use crate::rules::ruleset::AlertAction;
use crate::sale::{ProcessorDispute, RefundState, Sale};

fn next(alert: &Alert, sale: &Sale) -> RefundStep {
    next_with(alert, sale, None, &RefundLedger::new(sale.id.clone()))
}

fn next_with(
    alert: &Alert,
    sale: &Sale,
    rates: Option<&ExchangeRates>,
    ledger: &RefundLedger,
) -> RefundStep {
    RefundContext { alert, sale, ledger, rival: None, rates, last_call: hours(45), now: now() }
        .next_step()
}

fn with_refund(minor: u64, state: RefundState, for_alert: Option<&Alert>, hour: i64) -> Sale {
    let mut sale = sale();
    sale.standing.refunds.push(refund_seen(minor, state, for_alert, hours(hour)));
    sale
}

#[test]
fn the_whole_is_given_back_once() {
    let alert = decided(AlertAction::Refund);
    assert_eq!(next(&alert, &sale()), RefundStep::Refund(usd(4900)));
    let made = with_refund(4900, RefundState::Succeeded, Some(&alert), 1);
    assert_eq!(next(&alert, &made), RefundStep::Found(made.standing.refunds[0].clone()));
    let pending = with_refund(4900, RefundState::Pending, Some(&alert), 1);
    assert!(matches!(next(&alert, &pending), RefundStep::Found(_)));
}

#[test]
fn of_a_sale_that_was_refunded_in_part_the_rest_is_given_back() {
    assert_eq!(
        next(&decided(AlertAction::Refund), &with_refund(2000, RefundState::Succeeded, None, -1)),
        RefundStep::Refund(usd(2900))
    );
}

#[test]
fn a_sale_that_was_refunded_before_is_invalid() {
    let before = with_refund(4900, RefundState::Succeeded, None, -1);
    assert_eq!(
        next(&decided(AlertAction::Refund), &before),
        RefundStep::Invalid(InvalidAlertReason::AlreadyRefunded)
    );
}

fn waiting_for_person(action: AlertAction) -> Alert {
    let alert = matched(received())
        .apply_evaluation(
            crate::alert::transition::EvaluationResult::Person(ReviewReason::NoRuleMet, None),
            hours(0),
        )
        .expect("matched");
    match alert.request_action(ask(action), now()) {
        crate::alert::action_request::ActionRequestResult::Taken(alert) => *alert,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_refund_that_failed_needs_a_person_until_one_asks_again() {
    let alert = decided(AlertAction::Refund);
    let failed = with_refund(4900, RefundState::Failed("declined".into()), Some(&alert), 1);
    assert_eq!(
        next(&alert, &failed),
        RefundStep::Person(ReviewReason::RefundFailed { reason: "declined".into() })
    );
    let asked_later = waiting_for_person(AlertAction::Refund);
    let before = with_refund(4900, RefundState::Failed("declined".into()), Some(&alert), 0);
    assert_eq!(next(&asked_later, &before), RefundStep::Refund(usd(4900)));
}

#[test]
fn no_refund_into_an_open_dispute() {
    let mut disputed = sale();
    let dispute = |refundable| ProcessorDispute {
        id: "dp_1".into(),
        opened: hours(1),
        refundable,
        prevented: false,
    };
    disputed.standing.dispute = Some(dispute(false));
    assert_eq!(
        next(&decided(AlertAction::Refund), &disputed),
        RefundStep::Person(ReviewReason::DisputeOpen)
    );
    disputed.standing.dispute = Some(dispute(true));
    assert_eq!(next(&decided(AlertAction::Refund), &disputed), RefundStep::Refund(usd(4900)));
}

#[test]
fn what_is_not_settled_is_voided_and_what_is_late_is_not_begun() {
    let mut unsettled = sale();
    unsettled.standing.unsettled = true;
    assert_eq!(next(&decided(AlertAction::Refund), &unsettled), RefundStep::Void);
    let (alert, sale) = (decided(AlertAction::Refund), sale());
    let late = RefundContext {
        alert: &alert,
        sale: &sale,
        ledger: &RefundLedger::new(sale.id.clone()),
        rival: None,
        rates: None,
        last_call: now(),
        now: now(),
    };
    assert_eq!(late.next_step(), RefundStep::TooLate);
    assert_eq!(next(&decided(AlertAction::Cancel), &sale), RefundStep::OnlyCancel);
}

fn in_euros(evidence: Vec<MatchEvidence>, minor: u64) -> Alert {
    let mut claim = claim();
    claim.amount = Money::new(minor, Currency::EUR);
    let mut one = candidate();
    one.evidence = evidence;
    let found = received_of(claim)
        .apply_match(MatchResult::One(Box::new(one)), None, hours(0))
        .expect("received");
    found
        .apply_evaluation(
            crate::alert::transition::EvaluationResult::Act(by_rule(AlertAction::Refund)),
            hours(0),
        )
        .expect("matched")
}

#[test]
fn another_currency_needs_strong_evidence_and_a_near_amount() {
    let rates = ExchangeRates {
        as_of: jiff::civil::date(2026, 2, 17),
        usd_millionths: BTreeMap::from([("EUR".into(), 1_000_000)]),
    };
    let ledger = RefundLedger::new(sale().id);
    let ask = |evidence: Vec<MatchEvidence>, minor, rates| {
        next_with(&in_euros(evidence, minor), &sale(), rates, &ledger)
    };
    assert_eq!(ask(vec![MatchEvidence::Arn], 4800, Some(&rates)), RefundStep::Refund(usd(4900)));
    assert_eq!(
        ask(vec![MatchEvidence::Arn], 4700, Some(&rates)),
        RefundStep::Person(ReviewReason::AmountUnclear),
        "4 % off"
    );
    assert_eq!(
        ask(vec![MatchEvidence::Arn], 4800, None),
        RefundStep::Person(ReviewReason::AmountUnclear),
        "no rate"
    );
    assert_eq!(
        ask(vec![MatchEvidence::CardLast4], 4800, Some(&rates)),
        RefundStep::Person(ReviewReason::AmountUnclear),
        "no strong evidence"
    );
}

fn part_of(refunded: u64) -> RefundStep {
    let (refunded_in_cents, remaining_in_cents) = (refunded, 4900 - refunded);
    RefundStep::Person(ReviewReason::PartRefunded {
        refund: "re_1".into(),
        refunded_in_cents,
        remaining_in_cents,
    })
}

fn disputing(minor: u64) -> Alert {
    let mut claim = claim();
    claim.chargeback_amount = Some(usd(minor));
    decided_of(received_of(claim), by_rule(AlertAction::Refund))
}

#[test]
fn what_is_disputed_is_told_apart() {
    let of = |disputed: Option<u64>, amount: u64, captured: u64, authorised: Option<u64>| {
        let mut claim = claim();
        (claim.amount, claim.chargeback_amount) = (usd(amount), disputed.map(usd));
        DisputedShare::from_claim_and_sale(
            &claim,
            &Sale { amount: usd(captured), authorised_amount: authorised.map(usd), ..sale() },
        )
    };
    assert_eq!(
        (of(None, 4900, 4900, None), of(Some(2000), 4900, 4900, None)),
        (DisputedShare::Whole, DisputedShare::Part(usd(2000)))
    );
    assert_eq!(
        of(None, 4900, 4000, Some(4900)),
        DisputedShare::Whole,
        "what was authorised means all that was captured"
    );
    assert_eq!(
        (of(Some(4500), 4900, 4000, Some(4900)), of(None, 5000, 4900, None)),
        (DisputedShare::Unclear, DisputedShare::Unclear)
    );
    assert_eq!(
        of(None, 4000, 4900, Some(4000)),
        DisputedShare::Part(usd(4000)),
        "more was captured than authorised"
    );
    let part_captured = Sale { amount: usd(4000), authorised_amount: Some(usd(4900)), ..sale() };
    assert_eq!(next(&decided(AlertAction::Refund), &part_captured), RefundStep::Refund(usd(4000)));
}

/// Processors tell of whole seconds; the pipeline needs less from the decision to the call.
#[test]
fn a_refund_that_failed_in_the_second_of_the_decision_is_not_made_again() {
    let mut decision = by_rule(AlertAction::Refund);
    decision.at = at("2026-02-17T10:00:00.758Z");
    let alert = decided_of(received(), decision);
    let failed = with_refund(4900, RefundState::Failed("declined".into()), Some(&alert), 0);
    assert_eq!(
        next(&alert, &failed),
        RefundStep::Person(ReviewReason::RefundFailed { reason: "declined".into() })
    );
}

proptest! {
    /// Whatever was given back before, and whatever a person asks for, the refunds of a sale never
    /// pass what was captured.
    #[test]
    fn never_more_than_was_captured(
        earlier in 0_u64..6000,
        wanted in 1_u64..6000,
        disputed in 1_u64..6000,
    ) {
        let mut claim = claim();
        claim.chargeback_amount = Some(usd(disputed));
        let mut decision = by_rule(AlertAction::Refund);
        decision.course = CourseOfAction::Act {
            action: AlertAction::Refund,
            amount: Some(usd(wanted)),
            declared: None,
            cancelled: None,
        };
        let sale = with_refund(earlier, RefundState::Succeeded, None, 1);
        if let RefundStep::Refund(amount) = next(&decided_of(received_of(claim), decision), &sale) {
            prop_assert!(amount.minor + earlier <= 4900 && amount.minor > 0);
        }
    }
}

#[test]
fn a_part_of_a_sale_whose_amount_only_the_processor_knows_is_told_as_a_part() {
    let outcome = |sold: Money, back: u64| {
        let mut found = candidate();
        found.sale.amount = sold;
        let refund = refund_seen(back, RefundState::Succeeded, None, hours(1)).to_refund_record();
        AlertSettlement::from_decision(
            &claim(),
            Some(Box::new(found)),
            Box::new(by_rule(AlertAction::Refund)),
            Some(refund),
            None,
        )
        .outcome
    };
    assert_eq!(
        (outcome(usd(4900), 2000), outcome(usd(4900), 4900)),
        (AlertOutcome::RefundedPartial, AlertOutcome::RefundedFull)
    );
    assert_eq!(
        (outcome(usd(0), 2000), outcome(usd(0), 4900)),
        (AlertOutcome::RefundedPartial, AlertOutcome::RefundedFull)
    );
}
