//! Rulesets and alerts for `cargo bench-rules`, with the ruleset that must decide each.

use std::collections::BTreeMap;
use std::hint::black_box;

use domain::account::enrolment::DescriptorMatchType;
use domain::basics::id::{EnrolmentId, OrganisationId, RuleId, RulesetId};
use domain::basics::money::{Currency, ExchangeRates, Money};
use domain::rules::ruleset::{
    AlertAction, AlertFacts, AmountCondition, ComparisonOperator, CurrencyCondition,
    DescriptorCondition, JoinOperator, PreparedRulesets, Rule, RuleCondition, Ruleset,
    RulesetVerdict, TextPattern, decide_by_rulesets,
};
use jiff::Timestamp;

use crate::random::Random;

/// How many alerts a set has.
const ALERTS: usize = 1000;
/// No ruleset acts on more, in US cents.
pub const MOST_CENTS: u64 = 50_000;
/// Millionths of a US dollar for a euro.
const EURO: u64 = 1_080_000;

/// Rulesets of three rules each, and alerts.
#[derive(Debug)]
pub struct RuleSet {
    pub rulesets: Vec<Ruleset>,
    pub alerts: Vec<Alert>,
    pub rates: ExchangeRates,
}

/// The facts of an alert, and what follows from how they were made.
#[derive(Debug)]
pub struct Alert {
    pub facts: AlertFacts,
    pub us_cents: u64,
    /// The place of the only ruleset that is met.
    pub first: Option<usize>,
}

impl RuleSet {
    /// So many rulesets, each of one shop's descriptor: the amount and the currency fit nearly all
    /// of them, so that nearly every rule is compared.
    #[must_use]
    pub fn of(count: usize) -> Self {
        let mut random = Random::seeded(42);
        let alerts = (0..ALERTS).map(|_| Alert::random(&mut random, count)).collect();
        let usd_millionths = BTreeMap::from([("EUR".to_owned(), EURO)]);
        Self {
            rulesets: (0..count).map(ruleset).collect(),
            alerts,
            rates: ExchangeRates { as_of: jiff::civil::date(2026, 2, 1), usd_millionths },
        }
    }

    /// How many alerts are not decided by the ruleset that must decide them.
    #[must_use]
    pub fn wrong(&self) -> usize {
        let prepared = PreparedRulesets::from_rulesets(&self.rulesets);
        let is_wrong = |alert: &&Alert| {
            let wanted =
                alert.first.and_then(|at| self.rulesets.get(at)).map(|ruleset| &ruleset.id);
            let is_wrong = |verdict: &RulesetVerdict| match verdict {
                RulesetVerdict::Met { explanation, .. } => Some(&explanation.ruleset) != wanted,
                RulesetVerdict::Unsure { .. } => true,
                RulesetVerdict::NoneMet => wanted.is_some(),
            };
            let (facts, rates) = (&alert.facts, Some(&self.rates));
            is_wrong(&decide_by_rulesets(&self.rulesets, facts, rates))
                || is_wrong(&prepared.decide_for_facts(facts, rates, |_| true))
        };
        self.alerts.iter().filter(is_wrong).count()
    }

    /// Decides each alert once, each for itself, as alerts come in.
    pub fn decide_each(&self) {
        for alert in &self.alerts {
            black_box(decide_by_rulesets(
                &self.rulesets,
                black_box(&alert.facts),
                Some(&self.rates),
            ));
        }
    }

    /// Decides each alert once by the same prepared rulesets, as a dry run does.
    pub fn decide_all(&self, prepared: &PreparedRulesets<'_>) {
        for alert in &self.alerts {
            black_box(prepared.decide_for_facts(
                black_box(&alert.facts),
                Some(&self.rates),
                |_| true,
            ));
        }
    }
}

impl Alert {
    /// Of any of the shops, or of one in ten that no ruleset names.
    fn random(random: &mut Random, shops: usize) -> Self {
        let among = u64::try_from(shops + shops / 10 + 1).unwrap_or(1);
        let shop = usize::try_from(random.below(among)).unwrap_or(0);
        let (cents, in_euros) = (100 + random.below(52_000), random.is(300));
        let us_cents = if in_euros { (cents * EURO + 500_000) / 1_000_000 } else { cents };
        let disputed = Money::new(cents, if in_euros { Currency::EUR } else { Currency::USD });
        let facts = AlertFacts {
            descriptor: Some(format!("Shop*{shop:04} {}", random.digits(6))),
            ..AlertFacts::from_disputed_amount(disputed)
        };
        Self {
            facts,
            us_cents,
            first: Some(shop).filter(|shop| *shop < shops && us_cents <= MOST_CENTS),
        }
    }
}

/// What a ruleset asks of a descriptor.
#[must_use]
pub fn descriptor(at: usize) -> String {
    format!("SHOP {at:04}")
}

fn ruleset(at: usize) -> Ruleset {
    let amount = AmountCondition {
        operator: ComparisonOperator::LessThanOrEqual,
        currency_code: "USD".into(),
        amount_in_cents: MOST_CENTS,
    };
    let pattern =
        TextPattern { value: descriptor(at), match_type: DescriptorMatchType::StartsWith };
    let conditions = [
        RuleCondition::Amount(amount),
        RuleCondition::Currency(CurrencyCondition {
            currency_codes: vec!["USD".into(), "EUR".into()],
        }),
        RuleCondition::Descriptor(DescriptorCondition { descriptors: vec![pattern] }),
    ];
    let name = at.to_string();
    let rule = |(of, condition): (usize, RuleCondition)| Rule {
        id: RuleId::derived(&[&name, &of.to_string()]),
        condition,
    };
    Ruleset {
        id: RulesetId::derived(&[&name]),
        organisation: OrganisationId::derived(&["bench"]),
        enrolment_ids: vec![EnrolmentId::derived(&["bench"])],
        outcome: AlertAction::Refund,
        join_operator: JoinOperator::And,
        is_enabled: true,
        priority: None,
        adds_to_negative_list: false,
        rules: conditions.into_iter().enumerate().map(rule).collect(),
        version: 1,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}
