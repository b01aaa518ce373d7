//! Deciding without words comes to the same as writing out every comparison and deciding by what is
//! written.

use proptest::prelude::*;
use serde_json::json;

use super::dimensions::{table, whole};
use super::*;
use crate::rules::ruleset::compare::TextForm;

/// The verdict of a reader who has each ruleset explained, in their order, and stops at the first
/// that does not say no.
fn decide_by_words(
    rulesets: &[Ruleset],
    facts: &AlertFacts,
    rates: Option<&ExchangeRates>,
) -> RulesetVerdict {
    let mut enabled: Vec<&Ruleset> = rulesets.iter().filter(|ruleset| ruleset.is_enabled).collect();
    enabled.sort_by_key(|ruleset| {
        (ruleset.priority.is_none(), ruleset.priority, ruleset.created_at, &ruleset.id)
    });
    let explained =
        enabled.into_iter().map(|ruleset| (ruleset.outcome, ruleset.check_facts(facts, rates)));
    match explained.into_iter().find(|(_, explanation)| explanation.result != TruthValue::NotMet) {
        Some((action, explanation)) if explanation.result == TruthValue::Met => {
            RulesetVerdict::Met { action, explanation }
        }
        Some((_, explanation)) => RulesetVerdict::Unsure { explanation },
        None => RulesetVerdict::NoneMet,
    }
}

/// A rule of any type, met or not met by [`whole`].
fn any_condition() -> impl Strategy<Value = RuleCondition> {
    let of_table = (0..table().len(), any::<bool>()).prop_map(|(at, is_met)| {
        let (kind, met, not_met, _) = table()[at].clone();
        serde_json::from_value(
            json!({"type": kind, "parameters": if is_met { met } else { not_met }}),
        )
        .expect("a condition")
    });
    let flag = (0_usize..3, any::<bool>()).prop_map(|(at, value)| {
        let flag = FlagCondition { value };
        [
            RuleCondition::Is3ds(flag.clone()),
            RuleCondition::IsSubscription(flag.clone()),
            RuleCondition::RefundedBefore(flag),
        ][at]
            .clone()
    });
    let currency = prop_oneof![Just("usd"), Just(" EUR "), Just("none")];
    let currency = currency.prop_map(|code| {
        RuleCondition::Currency(CurrencyCondition { currency_codes: vec![code.into()] })
    });
    let amount = (4899_u64..4902, prop_oneof![Just("USD"), Just("JPY"), Just("none")]).prop_map(
        |(amount_in_cents, code)| {
            RuleCondition::Amount(AmountCondition {
                operator: ComparisonOperator::GreaterThanOrEqual,
                currency_code: code.into(),
                amount_in_cents,
            })
        },
    );
    let descriptor = prop_oneof![Just("acme"), Just("other")]
        .prop_map(|text| descriptor(DescriptorMatchType::StartsWith, text));
    prop_oneof![4 => of_table, 1 => flag, 1 => currency, 1 => amount, 1 => descriptor]
}

fn any_rulesets() -> impl Strategy<Value = Vec<Ruleset>> {
    let join = prop_oneof![Just(JoinOperator::And), Just(JoinOperator::Or)];
    let one = (
        join,
        prop::collection::vec(any_condition(), 0..4),
        prop::option::of(0_u32..3),
        prop::bool::weighted(0.8),
    );
    prop::collection::vec(one, 0..6).prop_map(|all| {
        let named = all.into_iter().enumerate();
        let ruleset = named.map(|(at, (join, rules, priority, is_enabled))| Ruleset {
            is_enabled,
            priority,
            ..a_ruleset(&at.to_string(), join, rules)
        });
        ruleset.collect()
    })
}

/// What is known of an alert: all, nothing, or some of it.
fn any_facts() -> impl Strategy<Value = AlertFacts> {
    let known = prop::collection::vec(any::<bool>(), 12);
    let currency =
        prop_oneof![3 => Just(Currency::USD), 1 => Just(Currency::JPY), 1 => Just(Currency::EUR)];
    (known, 4898_u64..4903, currency).prop_map(|(known, minor, currency)| {
        let AlertFacts {
            descriptor,
            card,
            issuer,
            reason_code,
            kind,
            age_days,
            merchant,
            customer_email,
            items,
            ..
        } = whole();
        AlertFacts {
            descriptor: descriptor.filter(|_| known[0]),
            card: if known[1] { card } else { TruncatedCard::default() },
            issuer: issuer.filter(|_| known[2]),
            reason_code: reason_code.filter(|_| known[3]),
            kind: kind.filter(|_| known[4]),
            age_days: age_days.filter(|_| known[5]),
            order_references: if known[6] { whole().order_references } else { Vec::new() },
            transaction_references: if known[7] {
                whole().transaction_references
            } else {
                Vec::new()
            },
            merchant: merchant.filter(|_| known[8]),
            customer_email: customer_email.filter(|_| known[9]),
            items: items.filter(|_| known[10]),
            is_3ds: Some(true).filter(|_| known[11]),
            ..AlertFacts::from_disputed_amount(Money::new(minor, currency))
        }
    })
}

proptest! {
    #[test]
    fn deciding_without_words_comes_to_the_same(
        rulesets in any_rulesets(),
        facts in any_facts(),
        has_rates in any::<bool>(),
    ) {
        let rates = rates();
        let rates = has_rates.then_some(&rates);
        let by_words = decide_by_words(&rulesets, &facts, rates);
        prop_assert_eq!(&decide_by_rulesets(&rulesets, &facts, rates), &by_words);
        prop_assert_eq!(
            &PreparedRulesets::from_rulesets(&rulesets).decide_for_facts(&facts, rates, |_| true),
            &by_words
        );
    }

    #[test]
    fn a_pattern_fits_as_if_both_sides_were_written_in_one_form(
        value in "[ a-cA-CéÉß*Σσ]{0,4}",
        text in "[ a-cA-CéÉß*Σσ]{0,8}",
        match_type in prop_oneof![
            Just(DescriptorMatchType::Contains),
            Just(DescriptorMatchType::StartsWith),
            Just(DescriptorMatchType::Equals)
        ],
        form in prop_oneof![Just(TextForm::Name), Just(TextForm::Reference)],
    ) {
        let (written, text) = (form.normalise_text(&value), form.normalise_text(&text));
        prop_assert_eq!(
            TextPattern { value, match_type }.matches_text(&text, form),
            match_type.is_match(&written, &text)
        );
    }

    #[test]
    fn an_address_is_found_in_each_spelling(
        email in "[ A-Ca-cÄäΣςσ@.]{0,8}",
        listed in "[ A-Ca-cÄäΣςσ@.]{0,8}",
    ) {
        let normalised = crate::basics::email::normalise_email(&email);
        prop_assert_eq!(
            crate::basics::email::is_spelling_of(&listed, &normalised),
            crate::basics::email::normalise_email(&listed) == normalised
        );
    }
}
