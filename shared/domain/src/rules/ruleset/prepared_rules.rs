//! Rulesets prepared for many alerts: sorted once, with the amounts and patterns parsed once.

use super::compare::{ComparisonOperator, TextForm, TextPattern};
use super::prepared_facts::PreparedFacts;
use super::{AlertFacts, RuleCondition, Ruleset, RulesetVerdict, TruthValue};
use crate::account::enrolment::DescriptorMatchType;
use crate::basics::money::{Currency, ExchangeRates, parse_currency};

/// The enabled rulesets in the sequence of evaluation.
#[derive(Debug)]
pub struct PreparedRulesets<'a>(Vec<PreparedRuleset<'a>>);

#[derive(Debug)]
struct PreparedRuleset<'a> {
    ruleset: &'a Ruleset,
    conditions: Vec<PreparedCondition<'a>>,
}

/// A condition with the required value in normal form.
#[derive(Debug)]
enum PreparedCondition<'a> {
    Dollars(ComparisonOperator, u64),
    Currency(Vec<Currency>),
    Descriptor(Vec<(DescriptorMatchType, String)>),
    Issuer(Vec<(DescriptorMatchType, String)>),
    Other(&'a RuleCondition),
}

impl<'a> PreparedRulesets<'a> {
    /// Prepares the enabled rulesets.
    #[must_use]
    pub fn from_rulesets(rulesets: &'a [Ruleset]) -> Self {
        let enabled = rulesets.iter().filter(|ruleset| ruleset.is_enabled);
        let mut prepared: Vec<PreparedRuleset<'_>> =
            enabled.map(PreparedRuleset::from_ruleset).collect();
        prepared.sort_by(|one, other| {
            one.ruleset.evaluation_order().cmp(&other.ruleset.evaluation_order())
        });
        Self(prepared)
    }

    /// Decides as [`decide_by_rulesets`](super::decide_by_rulesets) by the rulesets that `is_asked`
    /// selects.
    #[must_use]
    pub fn decide_for_facts(
        &self,
        facts: &AlertFacts,
        rates: Option<&ExchangeRates>,
        is_asked: impl Fn(&Ruleset) -> bool,
    ) -> RulesetVerdict {
        let facts = PreparedFacts::from_facts(facts, rates);
        let mut asked = self.0.iter().filter(|own| is_asked(own.ruleset));
        let first = asked.find(|own| own.evaluate_against(&facts) != TruthValue::NotMet);
        first.map_or(RulesetVerdict::NoneMet, |own| own.ruleset.to_verdict(&facts))
    }
}

impl<'a> PreparedRuleset<'a> {
    fn from_ruleset(ruleset: &'a Ruleset) -> Self {
        let mut conditions: Vec<&RuleCondition> =
            ruleset.rules.iter().map(|rule| &rule.condition).collect();
        // A name rarely fits, which mostly settles the result.
        conditions.sort_by_key(|condition| !condition.compares_names());
        Self {
            ruleset,
            conditions: conditions.into_iter().map(PreparedCondition::from_condition).collect(),
        }
    }

    fn evaluate_against(&self, facts: &PreparedFacts<'_>) -> TruthValue {
        self.ruleset
            .join_operator
            .join_truths(self.conditions.iter().map(|condition| condition.evaluate_against(facts)))
    }
}

impl<'a> PreparedCondition<'a> {
    fn from_condition(condition: &'a RuleCondition) -> Self {
        let names = |patterns: &[TextPattern]| {
            patterns
                .iter()
                .map(|own| (own.match_type, TextForm::Name.normalise_text(&own.value)))
                .collect()
        };
        match condition {
            RuleCondition::Amount(own) if Currency::USD.has_code(&own.currency_code) => {
                Self::Dollars(own.operator, own.amount_in_cents)
            }
            RuleCondition::Currency(own) => Self::Currency(
                own.currency_codes.iter().filter_map(|code| parse_currency(code).ok()).collect(),
            ),
            RuleCondition::Descriptor(own) => Self::Descriptor(names(&own.descriptors)),
            RuleCondition::Issuer(own) => Self::Issuer(names(&own.issuers)),
            other => Self::Other(other),
        }
    }

    fn evaluate_against(&self, facts: &PreparedFacts<'_>) -> TruthValue {
        let fits = |names: &[(DescriptorMatchType, String)], text: &str| {
            names.iter().any(|(match_type, name)| match_type.is_match(name, text))
        };
        match self {
            Self::Dollars(operator, cents) => {
                TruthValue::from_optional_fact(facts.disputed_dollars(), |dollars| {
                    operator.accepts_ordering(dollars.minor.cmp(cents))
                })
            }
            Self::Currency(currencies) => {
                TruthValue::from(currencies.contains(&facts.facts.disputed.currency))
            }
            Self::Descriptor(names) => {
                TruthValue::from_optional_fact(facts.descriptor(), |text| fits(names, text))
            }
            Self::Issuer(names) => {
                TruthValue::from_optional_fact(facts.issuer(), |text| fits(names, text))
            }
            Self::Other(condition) => condition.evaluate_against(facts),
        }
    }
}
