//! A trial: what rulesets would have decided of past alerts, against what others say of them.
//! Nothing is done.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alert::{Alert, Decider};
use crate::basics::id::{AlertId, EnrolmentId};
use crate::basics::money::{Money, Rates};
use crate::rules::ruleset::{Action, Explanation, Facts, PreparedRulesets, Ruleset, Verdict};
use crate::sale::order::Order;

/// The most changed decisions that are told one by one.
pub const MOST_CHANGES: usize = 100;

/// A past alert that another system had, as its merchant imports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// What its merchant calls it.
    pub reference: String,
    pub received_at: Timestamp,
    pub facts: Facts,
}

/// A past alert, as a trial looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    pub name: Name,
    /// The enrolment it came for; an imported one is tried with the rulesets of all.
    pub enrolment: Option<EnrolmentId>,
    pub disputed: Money,
    /// Absent where the rules are not asked, with the reason.
    pub facts: Result<Facts, Says>,
}

/// Which past alert it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    Alert(AlertId),
    Imported(String),
}

/// What is decided of an alert without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = WouldDecide))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Says {
    Refund,
    Cancel,
    RefundAndCancel,
    AcceptDispute,
    /// No ruleset is met: a person decides.
    NoRuleMet,
    /// A rule lacks a fact: a person decides.
    RuleUnsure,
    /// No sale was found, so that no rule is asked.
    NotMatched,
    /// The alert was wrong when it came, so that no rule is asked.
    PreChecked,
}

/// What a trial finds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    pub tried: usize,
    pub decisions: BTreeMap<Says, Tally>,
    pub changed: usize,
    /// The first of those that changed.
    pub changes: Vec<Change>,
}

/// How many alerts, and how much is disputed by them in each currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub count: usize,
    /// Minor units by currency code.
    pub amounts: BTreeMap<&'static str, u64>,
}

/// An alert of which something else would be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub name: Name,
    pub disputed: Money,
    pub was: Says,
    pub would_be: Says,
    /// Why it would be.
    pub explanation: Option<Explanation>,
}

impl Trial {
    /// Asks the rulesets before a change and those after it about each alert.
    #[must_use]
    pub fn of(past: &[Past], before: &[Ruleset], after: &[Ruleset], rates: Option<&Rates>) -> Self {
        let (before, after) = (PreparedRulesets::of(before), PreparedRulesets::of(after));
        let mut trial = Self::default();
        for one in past {
            let ((was, _), (would_be, explanation)) =
                (one.says(&before, rates), one.says(&after, rates));
            trial.tried += 1;
            trial.decisions.entry(would_be).or_default().add(one.disputed);
            trial.changed += usize::from(was != would_be);
            if was != would_be && trial.changes.len() < MOST_CHANGES {
                trial.changes.push(Change {
                    name: one.name.clone(),
                    disputed: one.disputed,
                    was,
                    would_be,
                    explanation,
                });
            }
        }
        trial
    }
}

impl Past {
    /// A stored alert, with its order where that is at hand.
    #[must_use]
    pub fn of(alert: &Alert, order: Option<&Order>) -> Self {
        let wrong =
            alert.decision().is_some_and(|decision| matches!(decision.by, Decider::PreCheck));
        let facts = match alert.sale() {
            _ if wrong => Err(Says::PreChecked),
            Some(candidate) => Ok(Facts::of(&alert.claim, &candidate.sale, order)),
            None => Err(Says::NotMatched),
        };
        let (name, enrolment) = (Name::Alert(alert.id.clone()), Some(alert.enrolment.clone()));
        Self { name, enrolment, disputed: alert.claim.disputed(), facts }
    }

    fn says(
        &self,
        rulesets: &PreparedRulesets<'_>,
        rates: Option<&Rates>,
    ) -> (Says, Option<Explanation>) {
        let facts = match &self.facts {
            Ok(facts) => facts,
            Err(says) => return (*says, None),
        };
        let fits = |one: &Ruleset| {
            self.enrolment.as_ref().is_none_or(|own| one.enrolment_ids.contains(own))
        };
        match rulesets.decide(facts, rates, fits) {
            Verdict::Met { action, explanation } => (Says::from(action), Some(explanation)),
            Verdict::Unsure { explanation } => (Says::RuleUnsure, Some(explanation)),
            Verdict::NoneMet => (Says::NoRuleMet, None),
        }
    }
}

impl From<Imported> for Past {
    fn from(row: Imported) -> Self {
        let (name, disputed) = (Name::Imported(row.reference), row.facts.disputed);
        Self { name, enrolment: None, disputed, facts: Ok(row.facts) }
    }
}

impl From<Action> for Says {
    fn from(action: Action) -> Self {
        match action {
            Action::Refund => Self::Refund,
            Action::Cancel => Self::Cancel,
            Action::RefundAndCancel => Self::RefundAndCancel,
            Action::AcceptDispute => Self::AcceptDispute,
            // no ruleset has them
            Action::NotFound | Action::NotOurDescriptor => Self::NotMatched,
        }
    }
}

impl Tally {
    fn add(&mut self, disputed: Money) {
        self.count += 1;
        let sum = self.amounts.entry(disputed.currency.code()).or_default();
        *sum = sum.saturating_add(disputed.minor);
    }
}
