use super::*;

fn twice(code: &str) -> Claim {
    Claim { reason_code: Some(code.into()), ..a_claim() }
}

fn at(reference: &str, time: &str) -> Sale {
    Sale { authorised: day(time), ..at_stripe(reference) }
}

fn pair() -> [Sale; 2] {
    [at("pi_1111", "2026-02-17T09:00:00Z"), at("pi_2222", "2026-02-17T09:01:00Z")]
}

fn refund(minor: u64, state: RefundState) -> RefundSeen {
    RefundSeen { id: "re_1".into(), amount: usd(minor), state, at: Timestamp::UNIX_EPOCH, alert: None, arn: None }
}

fn refunded(sale: &Sale, minor: u64, state: RefundState) -> Sale {
    Sale { standing: Standing { refunds: vec![refund(minor, state)], ..Standing::default() }, ..sale.clone() }
}

/// What a claim comes to among sales as their processor has them.
fn settled(claim: &Claim, sales: &[Sale]) -> String {
    let found = best(claim, sales);
    word(&twins_of(claim, &found, sales).map_or(found, |twins| settle_twins(claim, twins)))
}

#[test]
fn where_the_bank_says_twice_the_later_of_two_captures_is_meant() {
    for code in ["12.6.1", "82", "1261"] {
        assert_eq!(settled(&twice(code), &pair()), "pi_2222", "{code}");
    }
    assert_eq!(settled(&twice("10.4"), &pair()), "Tie 2");
    assert_eq!(settled(&a_claim(), &pair()), "Tie 2");
    let [first, second] = pair();
    let Found::One(one) = settle_twins(&twice("12.6.1"), [second, first].map(|sale| Candidate::named(&a_claim(), sale)).into()) else {
        panic!("the later one")
    };
    assert!(one.evidence.contains(&Evidence::LaterTwin));
}

#[test]
fn a_twin_a_week_away_counts_as_one_too() {
    let [first, second] = [at("pi_1111", "2026-02-11T09:00:00Z"), at("pi_2222", "2026-02-17T09:01:00Z")];
    assert_eq!(settled(&twice("12.6.1"), &[first.clone(), second.clone()]), "pi_2222");
    let gone = refunded(&first, 4900, RefundState::Succeeded);
    assert_eq!(settled(&twice("12.6.1"), &[gone, second]), "pi_1111", "it went back already");
}

#[test]
fn of_twins_of_which_one_went_back_the_other_is_never_refunded_by_itself() {
    let [first, second] = pair();
    let succeeded = || RefundState::Succeeded;
    assert_eq!(settled(&twice("12.6.1"), &[refunded(&first, 4900, succeeded()), second.clone()]), "pi_1111");
    assert_eq!(settled(&twice("12.6.1"), &[first.clone(), refunded(&second, 4900, succeeded())]), "pi_2222");
    assert_eq!(settled(&twice("12.6.1"), &[refunded(&first, 100, succeeded()), second.clone()]), "Twins 2");
    assert_eq!(settled(&twice("12.6.1"), &[refunded(&first, 4900, RefundState::Pending), second.clone()]), "Twins 2");
    let named = Claim { transaction_id: Some("pi_2222".into()), ..twice("12.6.1") };
    assert_eq!(settled(&named, &[refunded(&first, 4900, succeeded()), second.clone()]), "Twins 2");
    assert_eq!(settled(&named, &[first, second]), "pi_2222");
}

#[test]
fn three_equal_ones_a_hold_and_the_same_second_are_for_a_person() {
    let [first, second] = pair();
    assert_eq!(settled(&twice("12.6.1"), &[first.clone(), second.clone(), at("pi_3333", "2026-02-18")]), "Twins 3");
    let held = Sale { standing: Standing { unsettled: true, ..Standing::default() }, ..second.clone() };
    assert_eq!(settled(&twice("12.6.1"), &[first.clone(), held]), "Twins 2");
    assert_eq!(settled(&twice("12.6.1"), &[first.clone(), Sale { authorised: first.authorised, ..second }]), "Twins 2");
}

#[test]
fn a_second_charge_that_nobody_has_is_for_a_person_unless_the_code_means_other_errors_too() {
    let [first, _] = pair();
    let mastercard = Card { brand: None, bin: None, last4: Some("4242".into()) };
    assert_eq!(settled(&twice("12.6.1"), std::slice::from_ref(&first)), "Twins 1");
    assert_eq!(settled(&Claim { card: mastercard, ..twice("4834") }, std::slice::from_ref(&first)), "pi_1111");
    let named = Claim { transaction_id: Some("pi_1111".into()), ..twice("12.6.1") };
    assert_eq!(settled(&named, &[first]), "pi_1111");
}
