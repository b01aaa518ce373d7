//! Rulesets made ready for many alerts: put in order once, their amounts and the texts of their
//! patterns read once.

use super::compare::{Form, Operator, Pattern};
use super::prepared_facts::PreparedFacts;
use super::{Condition, Facts, Ruleset, Truth, Verdict};
use crate::account::enrolment::MatchType;
use crate::basics::money::{Currency, Rates, currency};

/// The enabled ones of some rulesets, in the order in which they are asked.
#[derive(Debug)]
pub struct PreparedRulesets<'a>(Vec<PreparedRuleset<'a>>);

#[derive(Debug)]
struct PreparedRuleset<'a> {
    ruleset: &'a Ruleset,
    conditions: Vec<PreparedCondition<'a>>,
}

/// A condition, its own side in the form in which it is compared.
#[derive(Debug)]
enum PreparedCondition<'a> {
    Dollars(Operator, u64),
    Currency(Vec<Currency>),
    Descriptor(Vec<(MatchType, String)>),
    Issuer(Vec<(MatchType, String)>),
    Other(&'a Condition),
}

impl<'a> PreparedRulesets<'a> {
    #[must_use]
    pub fn of(rulesets: &'a [Ruleset]) -> Self {
        let enabled = rulesets.iter().filter(|ruleset| ruleset.is_enabled);
        let mut prepared: Vec<PreparedRuleset<'_>> = enabled.map(PreparedRuleset::of).collect();
        prepared.sort_by(|one, other| one.ruleset.rank().cmp(&other.ruleset.rank()));
        Self(prepared)
    }

    /// What [`decide`](super::decide) says of the rulesets among these that are asked.
    #[must_use]
    pub fn decide(
        &self,
        facts: &Facts,
        rates: Option<&Rates>,
        is_asked: impl Fn(&Ruleset) -> bool,
    ) -> Verdict {
        let facts = PreparedFacts::of(facts, rates);
        let mut asked = self.0.iter().filter(|own| is_asked(own.ruleset));
        let first = asked.find(|own| own.result(&facts) != Truth::NotMet);
        first.map_or(Verdict::NoneMet, |own| own.ruleset.verdict(&facts))
    }
}

impl<'a> PreparedRuleset<'a> {
    fn of(ruleset: &'a Ruleset) -> Self {
        let mut conditions: Vec<&Condition> =
            ruleset.rules.iter().map(|rule| &rule.condition).collect();
        // they rarely fit, which mostly settles it
        conditions.sort_by_key(|condition| !condition.compares_names());
        Self { ruleset, conditions: conditions.into_iter().map(PreparedCondition::of).collect() }
    }

    fn result(&self, facts: &PreparedFacts<'_>) -> Truth {
        self.ruleset
            .join_operator
            .of(self.conditions.iter().map(|condition| condition.result(facts)))
    }
}

impl<'a> PreparedCondition<'a> {
    fn of(condition: &'a Condition) -> Self {
        let names = |patterns: &[Pattern]| {
            patterns.iter().map(|own| (own.match_type, Form::Name.of(&own.value))).collect()
        };
        match condition {
            Condition::Amount(own) if Currency::USD.is_coded(&own.currency_code) => {
                Self::Dollars(own.operator, own.amount_in_cents)
            }
            Condition::Currency(own) => Self::Currency(
                own.currency_codes.iter().filter_map(|code| currency(code).ok()).collect(),
            ),
            Condition::Descriptor(own) => Self::Descriptor(names(&own.descriptors)),
            Condition::Issuer(own) => Self::Issuer(names(&own.issuers)),
            other => Self::Other(other),
        }
    }

    fn result(&self, facts: &PreparedFacts<'_>) -> Truth {
        let fits = |names: &[(MatchType, String)], text: &str| {
            names.iter().any(|(match_type, name)| match_type.matches(name, text))
        };
        match self {
            Self::Dollars(operator, cents) => {
                Truth::of(facts.dollars(), |dollars| operator.holds(dollars.minor.cmp(cents)))
            }
            Self::Currency(currencies) => {
                Truth::from(currencies.contains(&facts.facts.disputed.currency))
            }
            Self::Descriptor(names) => Truth::of(facts.descriptor(), |text| fits(names, text)),
            Self::Issuer(names) => Truth::of(facts.issuer(), |text| fits(names, text)),
            Self::Other(condition) => condition.result(facts),
        }
    }
}
