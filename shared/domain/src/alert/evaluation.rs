//! The evaluation of a matched alert: the organisation's settings first, then the rulesets.

use jiff::Timestamp;

use crate::account::AutomationLevel;
use crate::account::enrolment::{Enrolment, EnrolmentStatus};
use crate::alert::transition::EvaluationResult;
use crate::alert::{CourseOfAction, Decision, DecisionMaker, ReviewReason};
use crate::basics::money::ExchangeRates;
use crate::matching::setup::EnrolmentSetup;
use crate::rules::ruleset::{
    AlertAction, AlertFacts, Ruleset, RulesetExplanation, RulesetVerdict, decide_by_rulesets,
};
use crate::sale::Sale;

/// Decides on the action, or returns the reason for a review. If the sale may belong to several
/// enrolments, the rules of all these enrolments must agree.
#[must_use]
pub fn evaluate_alert(
    facts: &AlertFacts,
    sale: &Sale,
    setup: &EnrolmentSetup,
    automation: AutomationLevel,
    rulesets: &[Ruleset],
    rates: Option<&ExchangeRates>,
    now: Timestamp,
) -> EvaluationResult {
    let under = |enrolment: &Enrolment| {
        if enrolment.status == EnrolmentStatus::Unenrolled {
            return EvaluationResult::Person(ReviewReason::Unenrolled, None);
        }
        if !setup.has_enabled_sources(sale) {
            return EvaluationResult::Person(ReviewReason::IntegrationDisabled, None);
        }
        let own = rulesets.iter().filter(|one| one.enrolment_ids.contains(&enrolment.id));
        evaluate_rulesets(own, facts, sale, automation, rates, now)
    };
    let alike = |one: EvaluationResult, other: EvaluationResult| {
        if is_same_result(&one, &other) {
            one
        } else {
            EvaluationResult::Person(ReviewReason::RuleUnsure, None)
        }
    };
    let each = setup.enrolments_of_sale(sale).into_iter().map(under);
    each.reduce(alike).unwrap_or(EvaluationResult::Person(ReviewReason::NoRuleMet, None))
}

/// Checks whether the rules of two enrolments agree.
fn is_same_result(one: &EvaluationResult, other: &EvaluationResult) -> bool {
    match (one, other) {
        (EvaluationResult::Act(one), EvaluationResult::Act(other)) => one.course == other.course,
        (EvaluationResult::Person(one, _), EvaluationResult::Person(other, _)) => one == other,
        _ => false,
    }
}

/// Evaluates the rulesets of a single enrolment.
fn evaluate_rulesets<'a>(
    own: impl Iterator<Item = &'a Ruleset> + Clone,
    facts: &AlertFacts,
    sale: &Sale,
    automation: AutomationLevel,
    rates: Option<&ExchangeRates>,
    now: Timestamp,
) -> EvaluationResult {
    match (automation, decide_by_rulesets(own.clone(), facts, rates)) {
        (AutomationLevel::Paused, _) => EvaluationResult::Person(ReviewReason::NotAutomatic, None),
        (_, RulesetVerdict::NoneMet) => EvaluationResult::Person(ReviewReason::NoRuleMet, None),
        (_, RulesetVerdict::Unsure { explanation }) => EvaluationResult::Person(
            ReviewReason::RuleUnsure,
            unsure_decision(own, explanation, now),
        ),
        (AutomationLevel::Observe, RulesetVerdict::Met { action, explanation }) => {
            EvaluationResult::Person(
                ReviewReason::NotAutomatic,
                Some(rule_decision(action, explanation, now)),
            )
        }
        (AutomationLevel::On, RulesetVerdict::Met { action, explanation }) => {
            let decision = rule_decision(action, explanation, now);
            let without_processor = sale.payment.is_none() && decision.needs_processor();
            if without_processor {
                EvaluationResult::Person(ReviewReason::NoProcessor, Some(decision))
            } else {
                EvaluationResult::Act(decision)
            }
        }
    }
}

/// Returns the decision that the undecided ruleset would have made.
fn unsure_decision<'a>(
    mut rulesets: impl Iterator<Item = &'a Ruleset>,
    explanation: RulesetExplanation,
    now: Timestamp,
) -> Option<Decision> {
    let ruleset = rulesets.find(|one| one.id == explanation.ruleset)?;
    Some(rule_decision(ruleset.outcome, explanation, now))
}

fn rule_decision(action: AlertAction, explanation: RulesetExplanation, at: Timestamp) -> Decision {
    let course = CourseOfAction::Act { action, amount: None, declared: None, cancelled: None };
    Decision { by: DecisionMaker::Rule(explanation), course, at, need: None, rests_on: None }
}
