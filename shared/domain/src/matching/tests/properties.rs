use jiff::ToSpan;
use proptest::prelude::*;

use super::*;

/// Sales of few cards, amounts and days, so that they meet; some of them views of one payment.
fn any_sale() -> impl Strategy<Value = Sale> {
    let facts = (
        1_u64..4,
        0_i64..4,
        0_usize..3,
        prop::option::of(0_u8..3),
        prop::option::of(0_u8..3),
        prop::option::of(0_u8..3),
    );
    ((0_u8..6, 0_u8..3), facts).prop_map(
        |((name, view), (amount, days, card, arn, code, network))| {
            let order = Sale {
                transaction_id: format!("pi_00000{name}"),
                ..a_sale(&format!("txn-0000{name}"))
            };
            let sale = match view {
                0 => at_stripe(&format!("pi_00000{name}")),
                1 => order,
                _ => a_sale(&format!("txn-0000{name}")),
            };
            Sale {
                amount: usd(amount * 100),
                authorised: moved(&sale.authorised, days),
                card: [
                    a_card(),
                    TruncatedCard { last4: Some("0005".into()), ..TruncatedCard::default() },
                    TruncatedCard::default(),
                ][card]
                    .clone(),
                arn: arn.map(|digit| format!("7402701234567890123456{digit}")),
                auth_code: code.map(|digit| format!("T1234{digit}")),
                network_transaction_id: network.map(|digit| format!("46301234567890{digit}")),
                ..sale
            }
        },
    )
}

fn moved(moment: &ReportedTime, days: i64) -> ReportedTime {
    ReportedTime { day: moment.day.saturating_add(days.days()), at: None }
}

fn any_claim() -> impl Strategy<Value = Claim> {
    any_sale().prop_map(|sale| claim_of(&sale))
}

/// What a bank that knows all of it would say of a sale.
fn claim_of(sale: &Sale) -> Claim {
    Claim {
        amount: sale.amount,
        transacted: Some(sale.authorised),
        card: sale.card.clone(),
        arn: sale.arn.clone(),
        auth_code: sale.auth_code.clone(),
        transaction_id: sale.network_transaction_id.clone(),
        ..a_claim()
    }
}

fn some_sales() -> impl Strategy<Value = (Vec<Sale>, Vec<Sale>)> {
    prop::collection::vec(any_sale(), 0..8)
        .prop_flat_map(|sales| (Just(sales.clone()), Just(sales).prop_shuffle()))
}

fn stranger() -> Sale {
    let card = TruncatedCard {
        bin: Some("555555".into()),
        last4: Some("4444".into()),
        brand: Some(CardBrand::Mastercard),
    };
    Sale {
        card,
        amount: usd(777),
        authorised: day("2024-01-01"),
        descriptor: None,
        ..a_sale("txn-stranger")
    }
}

proptest! {
    #[test]
    fn uniting_depends_on_no_order_and_is_done_once((sales, shuffled) in some_sales()) {
        let united = unite_views(&sales);
        prop_assert_eq!(&united, &unite_views(&shuffled));
        prop_assert_eq!(&united, &unite_views(&united));
    }

    #[test]
    fn matching_depends_on_no_order(claim in any_claim(), (sales, shuffled) in some_sales()) {
        prop_assert_eq!(find_best_match(&claim, &sales), find_best_match(&claim, &shuffled));
    }

    #[test]
    fn only_given_sales_are_candidates_the_likeliest_first(
        claim in any_claim(),
        (sales, _) in some_sales(),
    ) {
        let given =
            |candidate: &MatchCandidate| sales.iter().any(|sale| sale.id == candidate.sale.id);
        match find_best_match(&claim, &sales) {
            MatchResult::One(candidate) => prop_assert!(
                given(&candidate) && candidate.score >= BAR && !candidate.is_contradicted()
            ),
            MatchResult::Unsure { candidates, .. } => {
                prop_assert!(
                    candidates.iter().all(given) && (1..=KEPT).contains(&candidates.len())
                );
                prop_assert!(candidates.is_sorted_by(|a, b| a.score >= b.score));
            }
            MatchResult::Nothing => {}
        }
    }

    #[test]
    fn a_stranger_changes_nothing(claim in any_claim(), (mut sales, _) in some_sales()) {
        let before = find_best_match(&claim, &sales);
        sales.push(stranger());
        prop_assert_eq!(before, find_best_match(&claim, &sales));
    }

    #[test]
    fn one_more_sale_never_turns_a_match_to_another_that_was_there(
        claim in any_claim(),
        (sales, _) in some_sales(),
        late in 0_u8..3,
    ) {
        let more = Sale { amount: claim.amount, ..a_sale(&format!("txn-late{late}")) };
        let with: Vec<Sale> = sales.iter().cloned().chain([more.clone()]).collect();
        let (before, after) = (find_best_match(&claim, &sales), find_best_match(&claim, &with));
        if let (MatchResult::One(before), MatchResult::One(after)) = (before, after) {
            prop_assert!(after.sale.id == before.sale.id || after.sale.id == more.id);
        }
    }

    #[test]
    fn a_claim_with_the_banks_usual_noise_finds_its_sale(
        days in -1_i64..=3,
        settled in any::<bool>(),
        strangers in 0_usize..3,
    ) {
        let sale = Sale { authorised_amount: Some(usd(5200)), ..at_stripe("pi_000009") };
        let amount = if settled { sale.amount } else { usd(5200) };
        let claim = Claim {
            amount,
            transacted: Some(moved(&sale.authorised, days)),
            arn: None,
            ..claim_of(&sale)
        };
        let sales: Vec<Sale> =
            std::iter::repeat_with(stranger).take(strangers).chain([sale]).collect();
        prop_assert_eq!(found(&claim, &sales), "pi_000009");
    }

    #[test]
    fn twins_are_never_told_apart(sale in any_sale(), days in 0_i64..=1) {
        let twin = Sale {
            id: SaleId::of_order(&organisation(), &sale.integration, "twin"),
            transaction_id: "twin".into(),
            payment: None,
            authorised: moved(&sale.authorised, days),
            ..sale.clone()
        };
        let found = find_best_match(&claim_of(&sale), &[sale, twin]);
        prop_assert!(!matches!(found, MatchResult::One(_)));
    }

    #[test]
    fn a_cut_search_never_makes_a_match_that_a_whole_one_does_not(
        (sales, _) in some_sales(),
        claim in any_claim(),
        same_amount in 0_u32..2000,
    ) {
        let cut = find_best_match_within(&claim, &sales, SearchReach { is_cut: true, same_amount });
        if let MatchResult::One(one) = &cut {
            prop_assert!(one.names_one_payment());
            prop_assert_eq!(&cut, &find_best_match(&claim, &sales));
        }
        prop_assert!(cut != MatchResult::Nothing);
    }

    #[test]
    fn a_common_amount_takes_matches_away_and_makes_none(
        claim in any_claim(),
        (sales, _) in some_sales(),
        same_amount in 0_u32..2000,
    ) {
        let reach = SearchReach { is_cut: false, same_amount };
        let found = find_best_match_within(&claim, &sales, reach);
        let is_common =
            matches!(&found, MatchResult::Unsure { why: MatchDoubt::CommonAmount, .. });
        prop_assert!(is_common || found == find_best_match(&claim, &sales));
    }

    #[test]
    fn of_twins_none_wins_unless_the_bank_says_that_there_are_two(
        sale in any_sale(),
        days in 0_i64..=3,
        code in "[0-9]{2}\\.[0-9]",
    ) {
        let twin = Sale { authorised: moved(&sale.authorised, days), ..renamed(&sale, "twin") };
        let claim = Claim { reason_code: Some(code), ..claim_of(&sale) };
        let found = find_best_match(&claim, &[sale.clone(), twin.clone()]);
        prop_assert!(find_twins(&claim, &found, &[sale, twin]).is_none());
    }

    #[test]
    fn of_twins_of_which_money_went_back_the_other_never_wins(
        sale in any_sale(),
        days in 0_i64..=6,
        given in 1_u64..=400,
        named in any::<bool>(),
        turned in any::<bool>(),
    ) {
        let given = ProcessorRefund {
            id: "re_1".into(),
            amount: usd(given),
            state: RefundState::Succeeded,
            at: Timestamp::UNIX_EPOCH,
            alert: None,
            arn: None,
        };
        let refunded = Sale {
            standing: PaymentStanding { refunds: vec![given], ..PaymentStanding::default() },
            ..sale.clone()
        };
        let other = Sale { authorised: moved(&sale.authorised, days), ..renamed(&sale, "twin") };
        let told = if named { claim_of(&other) } else { a_claim() };
        let claim = Claim { reason_code: Some("12.6.1".into()), amount: sale.amount, ..told };
        let weighed = |one| MatchCandidate::from_named_sale(&claim, one);
        let mut twins = vec![weighed(refunded), weighed(other)];
        if turned {
            twins.reverse();
        }
        if let MatchResult::One(one) = settle_twins(&claim, twins, SearchReach::default()) {
            prop_assert!(
                one.sale.standing.refunded_minor_units() >= sale.amount.minor
                    && one.evidence.contains(&MatchEvidence::RefundedTwin)
            );
        }
    }
}

fn renamed(sale: &Sale, reference: &str) -> Sale {
    let id = SaleId::of_order(&organisation(), &sale.integration, reference);
    Sale { id, transaction_id: reference.into(), payment: None, ..sale.clone() }
}
