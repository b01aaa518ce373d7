mod named_payments;
mod prechecks;
mod properties;
mod reaches;
mod twins;
mod wallets;

use jiff::Timestamp;

use super::*;
use crate::basics::card::{CardBrand, TruncatedCard};
use crate::basics::id::{IntegrationId, OrderId, OrganisationId};
use crate::basics::money::{Currency, Money};
use crate::basics::time::{ReportedTime, add_seconds};
use crate::network::claim::{AlertKind, AlertNetwork};
use crate::sale::{PaymentStanding, ProcessorPayment, ProcessorRefund, RefundState, SaleId};

const ARN: &str = "74027012345678901234567";

fn usd(minor: u64) -> Money {
    Money::new(minor, Currency::USD)
}

fn day(text: &str) -> ReportedTime {
    ReportedTime::parse(text).unwrap_or(ReportedTime::from_instant(Timestamp::MAX))
}

fn organisation() -> OrganisationId {
    OrganisationId::derived(&["acme"])
}

fn a_card() -> TruncatedCard {
    TruncatedCard {
        bin: Some("424242".into()),
        last4: Some("4242".into()),
        brand: Some(CardBrand::Visa),
    }
}

fn a_claim() -> Claim {
    Claim {
        network: AlertNetwork::Ethoca,
        vendor_alert_id: "A4IM9K2MIYL9F2BPF9TWUIXTU".into(),
        kind: AlertKind::Dispute,
        alerted_at: add_seconds(Timestamp::UNIX_EPOCH, 1_771_581_600), // 20 February 2026
        amount: usd(4900),
        chargeback_amount: None,
        descriptor: "ACMEFIT*SUB".into(),
        transacted: Some(day("2026-02-17")),
        card: a_card(),
        arn: None,
        auth_code: None,
        transaction_id: None,
        issuer: None,
        reason_code: None,
        mcc: None,
        is_3ds: None,
        initiated_by: None,
        transaction_type: None,
        source: None,
        left_out: Vec::new(),
    }
}

fn a_sale(reference: &str) -> Sale {
    let integration = IntegrationId::derived(&["custom"]);
    Sale {
        id: SaleId::of_order(&organisation(), &integration, reference),
        transaction_id: reference.into(),
        payment: None,
        order: Some(OrderId::derived(&[reference])),
        order_reference: Some(reference.to_owned()),
        integration,
        merchant: None,
        amount: usd(4900),
        authorised_amount: None,
        authorised: day("2026-02-17T09:59:05Z"),
        settled: None,
        card: a_card(),
        arn: None,
        auth_code: None,
        network_transaction_id: None,
        descriptor: Some("ACMEFIT".into()),
        standing: PaymentStanding::default(),
        wallet: None,
        presented: None,
    }
}

fn at_stripe(reference: &str) -> Sale {
    let integration = IntegrationId::derived(&["stripe"]);
    let payment = ProcessorPayment::new_minimal(
        integration.clone(),
        None,
        reference.into(),
        Some(format!("ch_{reference}")),
    );
    Sale {
        id: payment.sale_id(&organisation()),
        transaction_id: reference.into(),
        payment: Some(payment),
        order: None,
        order_reference: None,
        integration,
        ..a_sale(reference)
    }
}

/// The outcome in one word for the tables below.
fn word(found: &MatchResult) -> String {
    match found {
        MatchResult::One(candidate) => candidate.sale.transaction_id.clone(),
        MatchResult::Unsure { why, candidates } => format!("{why:?} {}", candidates.len()),
        MatchResult::Nothing => "nothing".into(),
    }
}

fn found(claim: &Claim, sales: &[Sale]) -> String {
    word(&find_best_match(claim, sales))
}

#[test]
fn card_amount_and_day_find_the_sale_on_either_of_its_days_and_amounts() {
    let claim = a_claim();
    let none = || Claim { transacted: None, ..a_claim() };
    assert_eq!(found(&claim, &[a_sale("txn-1")]), "txn-1");
    assert_eq!(
        found(&claim, &[Sale { authorised: day("2026-02-15T23:59:00-05:00"), ..a_sale("txn-1") }]),
        "txn-1"
    );
    assert_eq!(
        found(
            &claim,
            &[Sale {
                authorised: day("2026-02-10"),
                settled: Some(day("2026-02-18")),
                ..a_sale("txn-1")
            }]
        ),
        "txn-1"
    );
    assert_eq!(
        found(
            &claim,
            &[Sale { amount: usd(4500), authorised_amount: Some(usd(4900)), ..a_sale("txn-1") }]
        ),
        "txn-1"
    );
    assert_eq!(
        found(
            &Claim { amount: usd(0), chargeback_amount: Some(usd(4900)), ..claim },
            &[a_sale("txn-1")]
        ),
        "txn-1"
    );
    assert_eq!(found(&none(), &[a_sale("txn-1")]), "WeakEvidence 1");
}

#[test]
fn another_bin_brand_or_currency_is_for_a_person() {
    let claim = a_claim();
    let other_bin = TruncatedCard { bin: Some("411111".into()), ..a_card() };
    let other_brand = TruncatedCard { bin: None, brand: Some(CardBrand::Amex), ..a_card() };
    let longer_bin = TruncatedCard { bin: Some("42424242".into()), ..a_card() };
    assert_eq!(found(&claim, &[Sale { card: other_bin, ..a_sale("txn-1") }]), "WeakEvidence 1");
    assert_eq!(found(&claim, &[Sale { card: other_brand, ..a_sale("txn-1") }]), "WeakEvidence 1");
    assert_eq!(found(&claim, &[Sale { card: longer_bin, ..a_sale("txn-1") }]), "txn-1");
    assert_eq!(
        found(&claim, &[Sale { amount: Money::new(4900, Currency::EUR), ..a_sale("txn-1") }]),
        "WeakEvidence 1"
    );
}

#[test]
fn a_part_of_a_sale_needs_the_banks_word_or_what_names_the_payment() {
    let (whole, less) = (a_sale("txn-1"), Claim { amount: usd(2000), ..a_claim() });
    assert_eq!(found(&less, std::slice::from_ref(&whole)), "WeakEvidence 1");
    let part = Claim { chargeback_amount: Some(usd(2000)), ..a_claim() };
    assert_eq!(found(&part, std::slice::from_ref(&whole)), "txn-1");
    let authorised =
        Sale { amount: usd(4500), authorised_amount: Some(usd(4900)), ..whole.clone() };
    assert_eq!(found(&part, &[authorised]), "txn-1");
    assert_eq!(
        found(&less, &[whole.clone(), Sale { amount: usd(2000), ..a_sale("txn-2") }]),
        "txn-2"
    );
    let coded = Claim { auth_code: Some("T1234Z".into()), ..less };
    assert_eq!(found(&coded, &[Sale { auth_code: Some("T1234Z".into()), ..whole }]), "txn-1");
}

#[test]
fn a_disputed_amount_that_is_another_sales_is_no_exact_amount() {
    let claim = Claim { amount: usd(9900), chargeback_amount: Some(usd(4900)), ..a_claim() };
    assert_eq!(found(&claim, &[a_sale("txn-1")]), "WeakEvidence 1");
    assert_eq!(
        found(&claim, &[a_sale("txn-1"), Sale { amount: usd(9900), ..a_sale("txn-2") }]),
        "txn-2"
    );
    let euros = Claim { amount: Money::new(4500, Currency::EUR), ..claim };
    assert_eq!(found(&euros, &[a_sale("txn-1")]), "WeakEvidence 1");
}

#[test]
fn a_posting_date_four_days_later_puts_the_right_sale_before_a_part_of_another() {
    let (right, other) = (
        Sale { authorised: day("2026-02-13"), ..a_sale("txn-1") },
        Sale { amount: usd(9900), ..a_sale("txn-2") },
    );
    let MatchResult::Unsure { why, candidates } = find_best_match(&a_claim(), &[other, right])
    else {
        panic!("a person decides")
    };
    let names: Vec<&str> = candidates.iter().map(|one| one.sale.transaction_id.as_str()).collect();
    assert_eq!((why, names), (MatchDoubt::WeakEvidence, vec!["txn-1", "txn-2"]));
}

#[test]
fn a_masked_card_is_shown_and_never_taken() {
    let masked = Sale {
        card: TruncatedCard { brand: Some(CardBrand::Visa), ..TruncatedCard::default() },
        ..at_stripe("pi_1")
    };
    let token = Sale {
        card: TruncatedCard { last4: Some("9999".into()), ..masked.card.clone() },
        ..masked.clone()
    };
    assert_eq!(found(&a_claim(), std::slice::from_ref(&masked)), "WeakEvidence 1");
    assert_eq!(found(&a_claim(), std::slice::from_ref(&token)), "WeakEvidence 1");
    assert_eq!(found(&a_claim(), &[Sale { descriptor: None, ..token }]), "nothing");
    assert_eq!(found(&a_claim(), &[Sale { amount: usd(4901), ..masked }]), "nothing");
}

#[test]
fn two_sales_that_fit_are_a_tie_and_a_nearer_day_or_a_bin_breaks_none() {
    let (one, two) = (a_sale("txn-1"), a_sale("txn-2"));
    assert_eq!(found(&a_claim(), &[one.clone(), two.clone()]), "Tie 2");
    assert_eq!(
        found(&a_claim(), &[one.clone(), Sale { authorised: day("2026-02-18"), ..two.clone() }]),
        "Tie 2"
    );
    let vague = Sale {
        card: TruncatedCard { last4: Some("4242".into()), ..TruncatedCard::default() },
        descriptor: None,
        authorised: day("2026-02-18"),
        ..two
    };
    assert_eq!(found(&a_claim(), &[one, vague]), "Tie 2");
}

#[test]
fn strong_evidence_against_the_best_is_a_contradiction_and_against_another_clears_the_way() {
    let claim = Claim { arn: Some(ARN.into()), auth_code: Some("T1234Z".into()), ..a_claim() };
    let other = Sale { arn: Some("74027012345678901234999".into()), ..a_sale("txn-2") };
    assert_eq!(found(&claim, std::slice::from_ref(&other)), "Contradiction 1");
    assert_eq!(found(&claim, &[other, a_sale("txn-1")]), "txn-1");
    let torn = Sale { arn: Some(ARN.into()), auth_code: Some("999999".into()), ..a_sale("txn-1") };
    assert_eq!(found(&claim, &[torn]), "Contradiction 1");
}

#[test]
fn an_order_and_the_processors_payment_are_one_sale() {
    let order = Sale {
        transaction_id: "pi_1".into(),
        arn: Some(ARN.into()),
        amount: usd(5000),
        ..a_sale("txn-1")
    };
    let told = ProcessorRefund {
        id: "re_1".into(),
        amount: usd(1),
        state: RefundState::Succeeded,
        at: Timestamp::UNIX_EPOCH,
        alert: None,
        arn: None,
    };
    let refunded = Sale {
        standing: PaymentStanding { refunds: vec![told], ..PaymentStanding::default() },
        ..order.clone()
    };
    let united = unite_views(&[refunded, at_stripe("pi_1")]);
    let (named, reference, arn) =
        (order.order.clone(), order.order_reference.clone(), order.arn.clone());
    assert_eq!(
        united,
        [Sale { order: named, order_reference: reference, arn, ..at_stripe("pi_1") }]
    );
    assert_eq!(found(&a_claim(), &[order, at_stripe("pi_1")]), "pi_1");
}

#[test]
fn at_most_ten_candidates_are_kept() {
    let sales: Vec<Sale> = (0..30).map(|at| a_sale(&format!("txn-{at}"))).collect();
    assert_eq!(found(&a_claim(), &sales), "Tie 10");
    assert_eq!(found(&a_claim(), &[]), "nothing");
}
