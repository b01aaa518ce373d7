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

fn refund(minor: u64, state: RefundState) -> ProcessorRefund {
    ProcessorRefund {
        id: "re_1".into(),
        amount: usd(minor),
        state,
        at: Timestamp::UNIX_EPOCH,
        alert: None,
        arn: None,
    }
}

fn refunded(sale: &Sale, minor: u64, state: RefundState) -> Sale {
    Sale {
        standing: PaymentStanding {
            refunds: vec![refund(minor, state)],
            ..PaymentStanding::default()
        },
        ..sale.clone()
    }
}

/// What a claim comes to among sales as their processor has them.
fn settled(claim: &Claim, sales: &[Sale]) -> String {
    let found = find_best_match(claim, sales);
    word(
        &find_twins(claim, &found, sales)
            .map_or(found, |twins| settle_twins(claim, twins, SearchReach::default())),
    )
}

#[test]
fn where_the_bank_says_twice_the_later_of_two_captures_is_meant() {
    for code in ["12.6.1", "82", "1261"] {
        assert_eq!(settled(&twice(code), &pair()), "pi_2222", "{code}");
    }
    assert_eq!(settled(&twice("10.4"), &pair()), "Tie 2");
    assert_eq!(settled(&a_claim(), &pair()), "Tie 2");
    let [first, second] = pair();
    let MatchResult::One(one) = settle_twins(
        &twice("12.6.1"),
        [second, first].map(|sale| MatchCandidate::from_named_sale(&a_claim(), sale)).into(),
        SearchReach::default(),
    ) else {
        panic!("the later one")
    };
    assert!(one.evidence.contains(&MatchEvidence::LaterTwin));
}

#[test]
fn of_a_common_amount_two_cards_may_end_alike() {
    let twins = || pair().map(|sale| MatchCandidate::from_named_sale(&a_claim(), sale));
    let within = |same_amount| {
        word(&settle_twins(
            &twice("12.6.1"),
            twins().into(),
            SearchReach { is_cut: false, same_amount },
        ))
    };
    assert_eq!((within(600), within(601)), ("pi_2222".into(), "Twins 2".into()));
    let [first, second] = pair();
    let named = Claim { auth_code: Some("123456".into()), ..twice("12.6.1") };
    let coded = [first, Sale { auth_code: Some("123456".into()), ..second }]
        .map(|sale| MatchCandidate::from_named_sale(&named, sale));
    assert_eq!(
        word(&settle_twins(
            &named,
            coded.into(),
            SearchReach { is_cut: false, same_amount: u32::MAX }
        )),
        "pi_2222"
    );
}

#[test]
fn a_twin_a_week_away_counts_as_one_too() {
    let [first, second] =
        [at("pi_1111", "2026-02-11T09:00:00Z"), at("pi_2222", "2026-02-17T09:01:00Z")];
    assert_eq!(settled(&twice("12.6.1"), &[first.clone(), second.clone()]), "pi_2222");
    let gone = refunded(&first, 4900, RefundState::Succeeded);
    assert_eq!(settled(&twice("12.6.1"), &[gone, second]), "pi_1111", "it went back already");
}

#[test]
fn of_twins_of_which_one_went_back_the_other_is_never_refunded_by_itself() {
    let [first, second] = pair();
    let succeeded = || RefundState::Succeeded;
    assert_eq!(
        settled(&twice("12.6.1"), &[refunded(&first, 4900, succeeded()), second.clone()]),
        "pi_1111"
    );
    assert_eq!(
        settled(&twice("12.6.1"), &[first.clone(), refunded(&second, 4900, succeeded())]),
        "pi_2222"
    );
    assert_eq!(
        settled(&twice("12.6.1"), &[refunded(&first, 100, succeeded()), second.clone()]),
        "Twins 2"
    );
    assert_eq!(
        settled(&twice("12.6.1"), &[refunded(&first, 4900, RefundState::Pending), second.clone()]),
        "Twins 2"
    );
    let named = Claim { transaction_id: Some("pi_2222".into()), ..twice("12.6.1") };
    assert_eq!(settled(&named, &[refunded(&first, 4900, succeeded()), second.clone()]), "Twins 2");
    assert_eq!(settled(&named, &[first, second]), "pi_2222");
}

#[test]
fn three_equal_ones_a_hold_and_the_same_second_are_for_a_person() {
    let [first, second] = pair();
    assert_eq!(
        settled(&twice("12.6.1"), &[first.clone(), second.clone(), at("pi_3333", "2026-02-18")]),
        "Twins 3"
    );
    let held = Sale {
        standing: PaymentStanding { unsettled: true, ..PaymentStanding::default() },
        ..second.clone()
    };
    assert_eq!(settled(&twice("12.6.1"), &[first.clone(), held]), "Twins 2");
    assert_eq!(
        settled(
            &twice("12.6.1"),
            &[first.clone(), Sale { authorised: first.authorised, ..second }]
        ),
        "Twins 2"
    );
}

#[test]
fn a_second_charge_that_nobody_has_is_for_a_person_unless_the_code_means_other_errors_too() {
    let [first, _] = pair();
    let mastercard = TruncatedCard { brand: None, bin: None, last4: Some("4242".into()) };
    assert_eq!(settled(&twice("12.6.1"), std::slice::from_ref(&first)), "Twins 1");
    assert_eq!(
        settled(&Claim { card: mastercard, ..twice("4834") }, std::slice::from_ref(&first)),
        "pi_1111"
    );
    let named = Claim { transaction_id: Some("pi_1111".into()), ..twice("12.6.1") };
    assert_eq!(settled(&named, &[first]), "pi_1111");
}

#[test]
fn twins_are_searched_by_the_match_not_by_what_the_claim_lacks() {
    let [first, _] = pair();
    let bare = Claim {
        card: TruncatedCard::default(),
        transacted: None,
        transaction_id: Some("pi_1111".into()),
        ..twice("12.6.1")
    };
    let around = build_twin_search(&bare, &find_best_match(&bare, std::slice::from_ref(&first)))
        .map(|around| (search_days(&around), around.card.last4));
    assert_eq!(around, Some(((date(10), date(24)), Some("4242".into()))));
    assert_eq!(build_twin_search(&a_claim(), &find_best_match(&a_claim(), &[first])), None);
}

fn date(day_of_february: i8) -> jiff::civil::Date {
    jiff::civil::date(2026, 2, day_of_february)
}
