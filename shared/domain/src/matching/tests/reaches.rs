use super::*;

fn within(claim: &Claim, sales: &[Sale], is_cut: bool, same_amount: u32) -> String {
    word(&find_best_match_within(claim, sales, SearchReach { is_cut, same_amount }))
}

#[test]
fn a_search_that_was_cut_makes_only_a_match_that_names_the_payment() {
    let sale =
        Sale { arn: Some(ARN.into()), auth_code: Some("T1234Z".into()), ..at_stripe("pi_1111") };
    let cut = |claim: &Claim| within(claim, std::slice::from_ref(&sale), true, 0);
    assert_eq!(cut(&a_claim()), "SearchCut 1");
    assert_eq!(cut(&Claim { arn: Some(ARN.into()), ..a_claim() }), "pi_1111");
    assert_eq!(cut(&Claim { transaction_id: Some("pi_1111".into()), ..a_claim() }), "pi_1111");
    assert_eq!(cut(&Claim { auth_code: Some("T1234Z".into()), ..a_claim() }), "pi_1111");
    assert_eq!(
        cut(&Claim {
            arn: Some(ARN.into()),
            amount: usd(1),
            card: TruncatedCard::default(),
            ..a_claim()
        }),
        "SearchCut 1"
    );
    assert_eq!(within(&a_claim(), &[], true, 0), "SearchCut 0");
    assert_eq!(within(&a_claim(), &[sale.clone(), a_sale("txn-2")], true, 0), "SearchCut 2");
}

#[test]
fn card_amount_and_day_match_only_where_few_sales_have_the_amount() {
    let bare = Sale { card: TruncatedCard { bin: None, ..a_card() }, ..a_sale("txn-1") };
    let at = |sale: &Sale, same_amount| {
        within(&a_claim(), std::slice::from_ref(sale), false, same_amount)
    };
    assert_eq!(
        (at(&bare, MOST_WITHOUT_BIN), at(&bare, MOST_WITHOUT_BIN + 1)),
        ("txn-1".into(), "CommonAmount 1".into())
    );
    let whole = a_sale("txn-1");
    assert_eq!(
        (at(&whole, MOST_WITH_BIN), at(&whole, MOST_WITH_BIN + 1)),
        ("txn-1".into(), "CommonAmount 1".into())
    );
    let coded = Claim { auth_code: Some("T1234Z".into()), ..a_claim() };
    let sale = Sale { auth_code: Some("T1234Z".into()), ..bare };
    assert_eq!(within(&coded, &[sale], false, u32::MAX), "txn-1");
}

#[test]
fn the_days_that_are_searched_hold_postings_and_calendars_and_twins() {
    let text = |claim: &Claim| {
        let (first, last) = search_days(claim);
        format!("{first} {last}")
    };
    assert_eq!(text(&a_claim()), "2026-02-13 2026-02-18");
    assert_eq!(text(&Claim { transacted: None, ..a_claim() }), "2025-12-22 2026-02-21");
    assert_eq!(
        text(&Claim { reason_code: Some("12.6.1".into()), ..a_claim() }),
        "2026-02-10 2026-02-24"
    );
}

#[test]
fn another_card_is_plausible_only_by_its_amount_or_what_names_it() {
    let bare = |last4: Option<&str>, minor| {
        let card = TruncatedCard { last4: last4.map(str::to_owned), ..TruncatedCard::default() };
        Sale { card, amount: usd(minor), ..a_sale("txn-1") }
    };
    let masked = Claim { card: TruncatedCard::default(), ..a_claim() };
    assert!(
        is_plausible_sale(&a_claim(), &bare(Some("4242"), 1))
            && is_of_card(&a_claim(), &bare(Some("4242"), 1))
    );
    assert!(
        is_plausible_sale(&a_claim(), &bare(Some("0005"), 4900))
            && !is_plausible_sale(&a_claim(), &bare(Some("0005"), 1))
    );
    assert!(
        is_plausible_sale(&masked, &bare(Some("0005"), 4900))
            && !is_plausible_sale(&masked, &bare(None, 1))
    );
    let coded = Claim { auth_code: Some("064712".into()), ..a_claim() };
    assert!(is_plausible_sale(
        &coded,
        &Sale { auth_code: Some("064712".into()), ..bare(Some("0005"), 1) }
    ));
}
