//! Claims that name a payment: by a network's or a processor's id, by an ARN, by an auth code.

use super::*;

#[test]
fn the_networks_or_the_processors_own_id_is_enough() {
    let bare = Sale {
        card: TruncatedCard::default(),
        amount: usd(1),
        authorised: day("2025-01-01"),
        ..at_stripe("pi_1")
    };
    let claim = |id: &str| Claim { transaction_id: Some(id.into()), ..a_claim() };
    assert_eq!(found(&claim("pi_1111"), &[Sale { ..at_stripe("pi_1111") }]), "pi_1111");
    assert_eq!(found(&claim("ch_pi_1"), std::slice::from_ref(&bare)), "pi_1");
    let known = Sale { network_transaction_id: Some("463012345678901".into()), ..bare };
    assert_eq!(found(&claim("463012345678901"), std::slice::from_ref(&known)), "pi_1");
    assert_eq!(found(&claim("463012345678902"), &[known]), "nothing");
}

#[test]
fn an_arn_needs_the_card_or_the_amount_with_it() {
    let claim = Claim { arn: Some(ARN.into()), transacted: None, ..a_claim() };
    let sale = Sale { arn: Some(ARN.into()), ..a_sale("txn-1") };
    let masked = TruncatedCard::default();
    assert_eq!(found(&claim, &[Sale { amount: usd(1), ..sale.clone() }]), "txn-1");
    assert_eq!(found(&claim, &[Sale { card: masked.clone(), ..sale.clone() }]), "txn-1");
    let of_last_year = Sale { card: masked.clone(), authorised: day("2025-02-17"), ..sale.clone() };
    assert_eq!(found(&claim, std::slice::from_ref(&of_last_year)), "WeakEvidence 1");
    assert_eq!(
        found(&Claim { transacted: Some(day("2026-02-17")), ..claim.clone() }, &[of_last_year]),
        "WeakEvidence 1"
    );
    assert_eq!(found(&claim, &[Sale { card: masked, amount: usd(1), ..sale }]), "WeakEvidence 1");
}

#[test]
fn a_recycled_arn_with_another_last_four_needs_the_day_or_the_auth_code() {
    let token = TruncatedCard { last4: Some("9999".into()), ..TruncatedCard::default() };
    let sale = Sale {
        arn: Some(ARN.into()),
        card: token,
        auth_code: Some("012345".into()),
        ..a_sale("txn-1")
    };
    let claim = Claim { arn: Some(ARN.into()), ..a_claim() };
    let late = Claim { transacted: Some(day("2026-03-17")), ..claim.clone() };
    assert_eq!(found(&claim, std::slice::from_ref(&sale)), "txn-1");
    assert_eq!(found(&late, std::slice::from_ref(&sale)), "WeakEvidence 1");
    assert_eq!(found(&Claim { auth_code: Some("12345".into()), ..late }, &[sale]), "txn-1");
}

#[test]
fn arns_of_23_and_24_digits_are_compared_as_text() {
    let with = |own: &str, told: &str| {
        let candidate = MatchCandidate::from_named_sale(
            &Claim { arn: Some(told.into()), ..a_claim() },
            Sale { arn: Some(own.into()), ..a_sale("txn-1") },
        );
        let wanted = [MatchEvidence::Arn, MatchEvidence::ContradictsArn];
        candidate.evidence.into_iter().find(|one| wanted.contains(one))
    };
    assert_eq!(with(ARN, ARN), Some(MatchEvidence::Arn));
    assert_eq!(with("074027012345678901234567", ARN), Some(MatchEvidence::Arn));
    assert_eq!(with(ARN, "740270123456789012345679"), Some(MatchEvidence::Arn));
    assert_eq!(with(ARN, "74027012345678901234568"), Some(MatchEvidence::ContradictsArn));
    assert_eq!(with("00000000000000000000000", ARN), None);
    assert_eq!(with("4027012345678901234567", ARN), None);
}

#[test]
fn an_auth_code_counts_with_the_card_near_the_day() {
    let claim = Claim { auth_code: Some("T1234Z".into()), amount: usd(1), ..a_claim() };
    let sale = |authorised: &str| Sale {
        auth_code: Some("t1234z".into()),
        authorised: day(authorised),
        ..a_sale("txn-1")
    };
    assert_eq!(found(&claim, &[sale("2026-02-18")]), "txn-1");
    assert_eq!(found(&claim, &[sale("2026-02-14")]), "txn-1");
    assert_eq!(found(&claim, &[sale("2026-02-19")]), "WeakEvidence 1");
    assert_eq!(found(&claim, &[sale("2026-02-13")]), "WeakEvidence 1");
    let exact = Claim { amount: usd(4900), ..claim };
    assert_eq!(found(&exact, &[sale("2026-02-07")]), "txn-1");
    assert_eq!(found(&exact, &[sale("2026-02-06")]), "WeakEvidence 1");
    assert_eq!(found(&Claim { transacted: None, ..exact }, &[sale("2026-02-06")]), "txn-1");
}
