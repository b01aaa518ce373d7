use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::account::enrolment::MatchType;
use crate::basics::card::Card;
use crate::basics::money::{Currency, Money};

mod dimensions;
mod laws;
mod words;

fn amount(operator: Operator, cents: u64) -> Condition {
    Condition::Amount(Amount { operator, currency_code: "USD".into(), amount_in_cents: cents })
}

fn descriptor(match_type: MatchType, value: &str) -> Condition {
    Condition::Descriptor(Descriptors {
        descriptors: vec![Pattern { value: value.into(), match_type }],
    })
}

fn a_ruleset(name: &str, join_operator: Join, conditions: Vec<Condition>) -> Ruleset {
    let rule = |(at, condition): (usize, Condition)| Rule {
        id: RuleId::derived(&[name, &at.to_string()]),
        condition,
    };
    Ruleset {
        id: RulesetId::derived(&[name]),
        organisation: OrganisationId::derived(&["org"]),
        enrolment_ids: vec![EnrolmentId::derived(&["enrolment"])],
        outcome: Action::Refund,
        join_operator,
        is_enabled: true,
        priority: None,
        adds_to_negative_list: false,
        rules: conditions.into_iter().enumerate().map(rule).collect(),
        version: 1,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn rates() -> Rates {
    let usd_millionths = BTreeMap::from([("JPY".into(), 6_500), ("KWD".into(), 3_250_000)]);
    Rates { as_of: jiff::civil::date(2026, 2, 1), usd_millionths }
}

fn facts(minor: u64, currency: Currency) -> Facts {
    Facts { descriptor: Some("AcmeFit*Sub".into()), ..Facts::bare(Money::new(minor, currency)) }
}

fn met(verdict: &Verdict) -> Option<&RulesetId> {
    match verdict {
        Verdict::Met { explanation, .. } => Some(&explanation.ruleset),
        _ => None,
    }
}

#[test]
fn the_six_operators_at_the_threshold_and_beside_it() {
    use Operator::{Equal, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual, NotEqual};
    for (operator, below, at, above) in [
        (GreaterThan, false, false, true),
        (GreaterThanOrEqual, false, true, true),
        (LessThan, true, false, false),
        (LessThanOrEqual, true, true, false),
        (Equal, false, true, false),
        (NotEqual, true, false, true),
    ] {
        let holds = [4999, 5000, 5001]
            .map(|minor| amount(operator, 5000).check(&facts(minor, Currency::USD), None).result);
        assert_eq!(holds, [below, at, above].map(Truth::from), "{operator:?}");
    }
}

#[test]
fn yen_and_dinars_are_compared_in_dollars_in_readable_words() {
    let rates = rates();
    let rule = amount(Operator::GreaterThanOrEqual, 6500);
    let Compared { result: truth, actual, expected } =
        rule.check(&facts(10_000, Currency::JPY), Some(&rates));
    assert_eq!(truth, Truth::Met);
    assert_eq!(actual, "10000 JPY = 65.00 USD at the rate of 2026-02-01");
    assert_eq!(expected, "GREATER_THAN_OR_EQUAL 65.00 USD");
    assert_eq!(rule.check(&facts(9_998, Currency::JPY), Some(&rates)).result, Truth::NotMet);
    assert_eq!(rule.check(&facts(20_000, Currency::KWD), Some(&rates)).result, Truth::Met);
    assert_eq!(rule.check(&facts(19_990, Currency::KWD), Some(&rates)).result, Truth::NotMet);
}

#[test]
fn a_missing_rate_or_descriptor_is_unknown_and_dollars_need_no_rate() {
    let rates = rates();
    let rule = amount(Operator::LessThan, 5000);
    let (actual, expected) =
        ("49.00 EUR, no rate to USD".to_owned(), "LESS_THAN 50.00 USD".to_owned());
    let unknown = Compared { result: Truth::Unknown, actual, expected };
    assert_eq!(rule.check(&facts(4900, Currency::EUR), Some(&rates)), unknown);
    assert_eq!(rule.check(&facts(4900, Currency::EUR), None), unknown);
    assert_eq!(rule.check(&facts(4900, Currency::USD), None).actual, "49.00 USD");
    let nameless = Facts { descriptor: Some(" * ".into()), ..facts(4900, Currency::USD) };
    assert_eq!(
        descriptor(MatchType::Contains, "ACME").check(&nameless, None).result,
        Truth::Unknown
    );
}

#[test]
fn descriptors_are_compared_without_case_and_spaces_and_any_one_is_enough() {
    let facts = facts(1, Currency::USD);
    assert_eq!(
        descriptor(MatchType::StartsWith, "ACME FIT").check(&facts, None).result,
        Truth::Met
    );
    assert_eq!(descriptor(MatchType::Equals, "ACME FIT").check(&facts, None).result, Truth::NotMet);
    let value = |match_type, value: &str| Pattern { value: value.into(), match_type };
    let either = Condition::Descriptor(Descriptors {
        descriptors: vec![value(MatchType::Equals, "OTHER"), value(MatchType::Contains, "t sub")],
    });
    let expected = "EQUALS OTHER or CONTAINS t sub".to_owned();
    assert_eq!(
        either.check(&facts, None),
        Compared { result: Truth::Met, actual: "AcmeFit*Sub".to_owned(), expected }
    );
}

#[test]
fn rules_join_in_three_values_and_nothing_meets_no_rules() {
    let facts = facts(4900, Currency::EUR);
    let yes = || descriptor(MatchType::StartsWith, "ACMEFIT");
    let no = || descriptor(MatchType::Equals, "OTHER");
    let unknown = || amount(Operator::LessThan, 5000);
    let check = |join, conditions| a_ruleset("r", join, conditions).check(&facts, None).result;
    assert_eq!(check(Join::And, vec![yes(), unknown()]), Truth::Unknown);
    assert_eq!(check(Join::And, vec![no(), unknown()]), Truth::NotMet);
    assert_eq!(check(Join::And, vec![yes(), yes()]), Truth::Met);
    assert_eq!(check(Join::Or, vec![yes(), unknown()]), Truth::Met);
    assert_eq!(check(Join::Or, vec![no(), unknown()]), Truth::Unknown);
    assert_eq!(check(Join::Or, vec![no(), no()]), Truth::NotMet);
    assert_eq!((check(Join::And, vec![]), check(Join::Or, vec![])), (Truth::NotMet, Truth::NotMet));
}

#[test]
fn a_priority_goes_before_age_and_age_before_nothing() {
    let facts = facts(4900, Currency::USD);
    let rules = || vec![amount(Operator::LessThan, 5000)];
    let old = a_ruleset("old", Join::And, rules());
    let created_at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
    let young = Ruleset { created_at, ..a_ruleset("young", Join::And, rules()) };
    let second = Ruleset { priority: Some(2), ..young.clone() };
    let first = Ruleset { priority: Some(1), ..a_ruleset("first", Join::And, rules()) };
    let off =
        Ruleset { is_enabled: false, priority: Some(0), ..a_ruleset("off", Join::And, rules()) };
    assert_eq!(met(&decide(&[young.clone(), old.clone()], &facts, None)), Some(&old.id));
    assert_eq!(met(&decide(&[old.clone(), second.clone()], &facts, None)), Some(&second.id));
    assert_eq!(met(&decide(&[old, second, off, first.clone()], &facts, None)), Some(&first.id));
    assert_eq!(decide(&[], &facts, None), Verdict::NoneMet);
}

#[test]
fn an_undecided_ruleset_stops_those_after_it_and_not_those_before() {
    let facts = facts(4900, Currency::EUR);
    let undecided = Ruleset {
        priority: Some(2),
        ..a_ruleset("undecided", Join::And, vec![amount(Operator::LessThan, 5000)])
    };
    let sure = |priority| Ruleset {
        priority,
        ..a_ruleset("sure", Join::And, vec![descriptor(MatchType::StartsWith, "ACMEFIT")])
    };
    assert!(matches!(
        decide(&[sure(Some(3)), undecided.clone()], &facts, None),
        Verdict::Unsure { .. }
    ));
    assert!(met(&decide(&[sure(Some(1)), undecided], &facts, None)).is_some());
}

#[test]
fn what_cannot_be_a_ruleset_is_named_by_field() {
    let yen = Condition::Amount(Amount {
        operator: Operator::Equal,
        currency_code: "JPY".into(),
        amount_in_cents: 1,
    });
    let none = Condition::Descriptor(Descriptors { descriptors: Vec::new() });
    let conditions =
        vec![amount(Operator::Equal, 1), yen, none, descriptor(MatchType::Equals, " * ")];
    let ruleset = Ruleset { enrolment_ids: Vec::new(), ..a_ruleset("r", Join::And, conditions) };
    let faults: Vec<String> = ruleset
        .faults()
        .into_iter()
        .map(|fault| format!("{} {}", fault.field, fault.code))
        .collect();
    let expected = [
        "enrolment_ids EMPTY",
        "rules[1].type DUPLICATE_RULE_TYPE",
        "rules[1].parameters.currency_code CURRENCY_NOT_USD",
        "rules[2].parameters.descriptors EMPTY",
        "rules[3].type DUPLICATE_RULE_TYPE",
        "rules[3].parameters.descriptors[0].value BLANK",
    ];
    assert_eq!(faults, expected);
}

fn any_ruleset() -> impl Strategy<Value = Ruleset> {
    let condition = prop_oneof![
        (0_u64..3).prop_map(|cents| amount(Operator::GreaterThan, cents)),
        prop_oneof![Just("ACMEFIT"), Just("OTHER")]
            .prop_map(|text| descriptor(MatchType::StartsWith, text)),
    ];
    let join = prop_oneof![Just(Join::And), Just(Join::Or)];
    let rules = prop::collection::vec(condition, 0..3);
    (0_u32..1000, join, rules, prop::option::of(0_u32..3), any::<bool>()).prop_map(
        |(name, join, rules, priority, is_enabled)| Ruleset {
            is_enabled,
            priority,
            ..a_ruleset(&name.to_string(), join, rules)
        },
    )
}

proptest! {
    #[test]
    fn the_order_of_listing_decides_nothing(
        (rulesets, shuffled) in prop::collection::btree_map(0_u8..8, any_ruleset(), 0..6)
            .prop_flat_map(|named| {
                let all: Vec<Ruleset> = named
                    .into_iter()
                    .map(|(at, one)| Ruleset { id: RulesetId::derived(&[&at.to_string()]), ..one })
                    .collect();
                (Just(all.clone()), Just(all).prop_shuffle())
            }),
        dollars in any::<bool>(),
    ) {
        let facts = facts(1, if dollars { Currency::USD } else { Currency::EUR });
        let verdict = decide(&rulesets, &facts, None);
        prop_assert_eq!(&verdict, &decide(&shuffled, &facts, None));
        if let Verdict::Met { explanation, .. } = verdict {
            prop_assert!(rulesets.iter().any(|own| own.id == explanation.ruleset
                && own.is_enabled
                && own.check(&facts, None).result == Truth::Met));
        }
    }
}
