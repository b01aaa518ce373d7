//! What is made of a matched alert: the organisation's settings first, then its rulesets.

use jiff::Timestamp;

use crate::account::Automation;
use crate::account::enrolment::{Enrolment, EnrolmentStatus};
use crate::alert::transition::Evaluation;
use crate::alert::{Course, Decider, Decision, Need};
use crate::basics::money::Rates;
use crate::matching::setup::Setup;
use crate::rules::ruleset::{Action, Explanation, Facts, Ruleset, Verdict, decide};
use crate::sale::Sale;

/// Decides, or says why a person must. Where the sale may be of several enrolments, their rules
/// must come to the same.
#[must_use]
pub fn evaluate(
    facts: &Facts,
    sale: &Sale,
    setup: &Setup,
    automation: Automation,
    rulesets: &[Ruleset],
    rates: Option<&Rates>,
    now: Timestamp,
) -> Evaluation {
    let under = |enrolment: &Enrolment| {
        if enrolment.status == EnrolmentStatus::Unenrolled {
            return Evaluation::Person(Need::Unenrolled, None);
        }
        if !setup.is_enabled(sale) {
            return Evaluation::Person(Need::IntegrationDisabled, None);
        }
        let own = rulesets.iter().filter(|one| one.enrolment_ids.contains(&enrolment.id));
        by_rulesets(own, facts, sale, automation, rates, now)
    };
    let alike = |one: Evaluation, other: Evaluation| {
        if agree(&one, &other) { one } else { Evaluation::Person(Need::RuleUnsure, None) }
    };
    let each = setup.enrolments_of(sale).into_iter().map(under);
    each.reduce(alike).unwrap_or(Evaluation::Person(Need::NoRuleMet, None))
}

/// Whether two enrolments' rules come to the same.
fn agree(one: &Evaluation, other: &Evaluation) -> bool {
    match (one, other) {
        (Evaluation::Act(one), Evaluation::Act(other)) => one.course == other.course,
        (Evaluation::Person(one, _), Evaluation::Person(other, _)) => one == other,
        _ => false,
    }
}

/// What one enrolment's rulesets make of it.
fn by_rulesets<'a>(
    own: impl Iterator<Item = &'a Ruleset> + Clone,
    facts: &Facts,
    sale: &Sale,
    automation: Automation,
    rates: Option<&Rates>,
    now: Timestamp,
) -> Evaluation {
    match (automation, decide(own.clone(), facts, rates)) {
        (Automation::Paused, _) => Evaluation::Person(Need::NotAutomatic, None),
        (_, Verdict::NoneMet) => Evaluation::Person(Need::NoRuleMet, None),
        (_, Verdict::Unsure { explanation }) => {
            Evaluation::Person(Need::RuleUnsure, undecided(own, explanation, now))
        }
        (Automation::Observe, Verdict::Met { action, explanation }) => {
            Evaluation::Person(Need::NotAutomatic, Some(by_rule(action, explanation, now)))
        }
        (Automation::On, Verdict::Met { action, explanation }) => {
            let decision = by_rule(action, explanation, now);
            let without_processor = sale.payment.is_none() && decision.moves_anything();
            if without_processor {
                Evaluation::Person(Need::NoProcessor, Some(decision))
            } else {
                Evaluation::Act(decision)
            }
        }
    }
}

/// What the ruleset that could not be decided would have done.
fn undecided<'a>(
    mut rulesets: impl Iterator<Item = &'a Ruleset>,
    explanation: Explanation,
    now: Timestamp,
) -> Option<Decision> {
    let ruleset = rulesets.find(|one| one.id == explanation.ruleset)?;
    Some(by_rule(ruleset.outcome, explanation, now))
}

fn by_rule(action: Action, explanation: Explanation, at: Timestamp) -> Decision {
    let course = Course::Act { action, amount: None, declared: None, cancelled: None };
    Decision { by: Decider::Rule(explanation), course, at, need: None, rests_on: None }
}
