use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::*;
use crate::account::enrolment::DescriptorMatchType;
use crate::basics::card::TruncatedCard;
use crate::basics::money::{Currency, Money};

mod dimensions;
mod laws;
mod words;

fn amount(operator: ComparisonOperator, cents: u64) -> RuleCondition {
    RuleCondition::Amount(AmountCondition {
        operator,
        currency_code: "USD".into(),
        amount_in_cents: cents,
    })
}

fn descriptor(match_type: DescriptorMatchType, value: &str) -> RuleCondition {
    RuleCondition::Descriptor(DescriptorCondition {
        descriptors: vec![TextPattern { value: value.into(), match_type }],
    })
}

fn a_ruleset(name: &str, join_operator: JoinOperator, conditions: Vec<RuleCondition>) -> Ruleset {
    let rule = |(at, condition): (usize, RuleCondition)| Rule {
        id: RuleId::derived(&[name, &at.to_string()]),
        condition,
    };
    Ruleset {
        id: RulesetId::derived(&[name]),
        organisation: OrganisationId::derived(&["org"]),
        enrolment_ids: vec![EnrolmentId::derived(&["enrolment"])],
        outcome: AlertAction::Refund,
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

fn rates() -> ExchangeRates {
    let usd_millionths = BTreeMap::from([("JPY".into(), 6_500), ("KWD".into(), 3_250_000)]);
    ExchangeRates { as_of: jiff::civil::date(2026, 2, 1), usd_millionths }
}

fn facts(minor: u64, currency: Currency) -> AlertFacts {
    AlertFacts {
        descriptor: Some("AcmeFit*Sub".into()),
        ..AlertFacts::from_disputed_amount(Money::new(minor, currency))
    }
}

fn met(verdict: &RulesetVerdict) -> Option<&RulesetId> {
    match verdict {
        RulesetVerdict::Met { explanation, .. } => Some(&explanation.ruleset),
        _ => None,
    }
}

#[test]
fn the_six_operators_at_the_threshold_and_beside_it() {
    use ComparisonOperator::{
        Equal, GreaterThan, GreaterThanOrEqual, LessThan, LessThanOrEqual, NotEqual,
    };
    for (operator, below, at, above) in [
        (GreaterThan, false, false, true),
        (GreaterThanOrEqual, false, true, true),
        (LessThan, true, false, false),
        (LessThanOrEqual, true, true, false),
        (Equal, false, true, false),
        (NotEqual, true, false, true),
    ] {
        let holds = [4999, 5000, 5001].map(|minor| {
            amount(operator, 5000).check_facts(&facts(minor, Currency::USD), None).result
        });
        assert_eq!(holds, [below, at, above].map(TruthValue::from), "{operator:?}");
    }
}

#[test]
fn yen_and_dinars_are_compared_in_dollars_in_readable_words() {
    let rates = rates();
    let rule = amount(ComparisonOperator::GreaterThanOrEqual, 6500);
    let ConditionExplanation { result: truth, actual, expected } =
        rule.check_facts(&facts(10_000, Currency::JPY), Some(&rates));
    assert_eq!(truth, TruthValue::Met);
    assert_eq!(actual, "10000 JPY = 65.00 USD at the rate of 2026-02-01");
    assert_eq!(expected, "GREATER_THAN_OR_EQUAL 65.00 USD");
    assert_eq!(
        rule.check_facts(&facts(9_998, Currency::JPY), Some(&rates)).result,
        TruthValue::NotMet
    );
    assert_eq!(
        rule.check_facts(&facts(20_000, Currency::KWD), Some(&rates)).result,
        TruthValue::Met
    );
    assert_eq!(
        rule.check_facts(&facts(19_990, Currency::KWD), Some(&rates)).result,
        TruthValue::NotMet
    );
}

#[test]
fn a_missing_rate_or_descriptor_is_unknown_and_dollars_need_no_rate() {
    let rates = rates();
    let rule = amount(ComparisonOperator::LessThan, 5000);
    let (actual, expected) =
        ("49.00 EUR, no rate to USD".to_owned(), "LESS_THAN 50.00 USD".to_owned());
    let unknown = ConditionExplanation { result: TruthValue::Unknown, actual, expected };
    assert_eq!(rule.check_facts(&facts(4900, Currency::EUR), Some(&rates)), unknown);
    assert_eq!(rule.check_facts(&facts(4900, Currency::EUR), None), unknown);
    assert_eq!(rule.check_facts(&facts(4900, Currency::USD), None).actual, "49.00 USD");
    let nameless = AlertFacts { descriptor: Some(" * ".into()), ..facts(4900, Currency::USD) };
    assert_eq!(
        descriptor(DescriptorMatchType::Contains, "ACME").check_facts(&nameless, None).result,
        TruthValue::Unknown
    );
}

#[test]
fn descriptors_are_compared_without_case_and_spaces_and_any_one_is_enough() {
    let facts = facts(1, Currency::USD);
    assert_eq!(
        descriptor(DescriptorMatchType::StartsWith, "ACME FIT").check_facts(&facts, None).result,
        TruthValue::Met
    );
    assert_eq!(
        descriptor(DescriptorMatchType::Equals, "ACME FIT").check_facts(&facts, None).result,
        TruthValue::NotMet
    );
    let value = |match_type, value: &str| TextPattern { value: value.into(), match_type };
    let either = RuleCondition::Descriptor(DescriptorCondition {
        descriptors: vec![
            value(DescriptorMatchType::Equals, "OTHER"),
            value(DescriptorMatchType::Contains, "t sub"),
        ],
    });
    let expected = "EQUALS OTHER or CONTAINS t sub".to_owned();
    assert_eq!(
        either.check_facts(&facts, None),
        ConditionExplanation {
            result: TruthValue::Met,
            actual: "AcmeFit*Sub".to_owned(),
            expected
        }
    );
}

#[test]
fn rules_join_in_three_values_and_nothing_meets_no_rules() {
    let facts = facts(4900, Currency::EUR);
    let yes = || descriptor(DescriptorMatchType::StartsWith, "ACMEFIT");
    let no = || descriptor(DescriptorMatchType::Equals, "OTHER");
    let unknown = || amount(ComparisonOperator::LessThan, 5000);
    let check =
        |join, conditions| a_ruleset("r", join, conditions).check_facts(&facts, None).result;
    assert_eq!(check(JoinOperator::And, vec![yes(), unknown()]), TruthValue::Unknown);
    assert_eq!(check(JoinOperator::And, vec![no(), unknown()]), TruthValue::NotMet);
    assert_eq!(check(JoinOperator::And, vec![yes(), yes()]), TruthValue::Met);
    assert_eq!(check(JoinOperator::Or, vec![yes(), unknown()]), TruthValue::Met);
    assert_eq!(check(JoinOperator::Or, vec![no(), unknown()]), TruthValue::Unknown);
    assert_eq!(check(JoinOperator::Or, vec![no(), no()]), TruthValue::NotMet);
    assert_eq!(
        (check(JoinOperator::And, vec![]), check(JoinOperator::Or, vec![])),
        (TruthValue::NotMet, TruthValue::NotMet)
    );
}

#[test]
fn a_priority_goes_before_age_and_age_before_nothing() {
    let facts = facts(4900, Currency::USD);
    let rules = || vec![amount(ComparisonOperator::LessThan, 5000)];
    let old = a_ruleset("old", JoinOperator::And, rules());
    let created_at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
    let young = Ruleset { created_at, ..a_ruleset("young", JoinOperator::And, rules()) };
    let second = Ruleset { priority: Some(2), ..young.clone() };
    let first = Ruleset { priority: Some(1), ..a_ruleset("first", JoinOperator::And, rules()) };
    let off = Ruleset {
        is_enabled: false,
        priority: Some(0),
        ..a_ruleset("off", JoinOperator::And, rules())
    };
    assert_eq!(
        met(&decide_by_rulesets(&[young.clone(), old.clone()], &facts, None)),
        Some(&old.id)
    );
    assert_eq!(
        met(&decide_by_rulesets(&[old.clone(), second.clone()], &facts, None)),
        Some(&second.id)
    );
    assert_eq!(
        met(&decide_by_rulesets(&[old, second, off, first.clone()], &facts, None)),
        Some(&first.id)
    );
    assert_eq!(decide_by_rulesets(&[], &facts, None), RulesetVerdict::NoneMet);
}

#[test]
fn an_undecided_ruleset_stops_those_after_it_and_not_those_before() {
    let facts = facts(4900, Currency::EUR);
    let undecided = Ruleset {
        priority: Some(2),
        ..a_ruleset(
            "undecided",
            JoinOperator::And,
            vec![amount(ComparisonOperator::LessThan, 5000)],
        )
    };
    let sure = |priority| Ruleset {
        priority,
        ..a_ruleset(
            "sure",
            JoinOperator::And,
            vec![descriptor(DescriptorMatchType::StartsWith, "ACMEFIT")],
        )
    };
    assert!(matches!(
        decide_by_rulesets(&[sure(Some(3)), undecided.clone()], &facts, None),
        RulesetVerdict::Unsure { .. }
    ));
    assert!(met(&decide_by_rulesets(&[sure(Some(1)), undecided], &facts, None)).is_some());
}

#[test]
fn what_cannot_be_a_ruleset_is_named_by_field() {
    let yen = RuleCondition::Amount(AmountCondition {
        operator: ComparisonOperator::Equal,
        currency_code: "JPY".into(),
        amount_in_cents: 1,
    });
    let none = RuleCondition::Descriptor(DescriptorCondition { descriptors: Vec::new() });
    let conditions = vec![
        amount(ComparisonOperator::Equal, 1),
        yen,
        none,
        descriptor(DescriptorMatchType::Equals, " * "),
    ];
    let ruleset =
        Ruleset { enrolment_ids: Vec::new(), ..a_ruleset("r", JoinOperator::And, conditions) };
    let faults: Vec<String> = ruleset
        .find_errors()
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
