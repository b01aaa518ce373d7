//! The parts of an alert as it is shown: its sale, what was decided, what was done, what was told.

use domain::account::Role;
use domain::account::person::Person;
use domain::alert::{Actor, Alert, Answer, Course, Decider, Decision, Did, Need, State};
use domain::basics::card::Brand;
use domain::basics::id::{IntegrationId, MerchantId, OrderId};
use domain::matching::{Candidate, Evidence};
use domain::network::claim::{Claim, Network};
use domain::network::outcome::Outcome;
use domain::rules::ruleset::{Action, RuleResult, Truth};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::written;

mod cancelled;

pub(super) use cancelled::Cancelled;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertCard)]
pub(super) struct Card {
    bin: Option<String>,
    last4: Option<String>,
    brand: Option<Brand>,
}

/// A sale that the alert is or may be about, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Match {
    integration_transaction_id: String,
    integration_id: IntegrationId,
    merchant_id: Option<MerchantId>,
    order_id: Option<OrderId>,
    /// What its merchant calls that order.
    order_reference: Option<String>,
    score: u32,
    evidence: Vec<Evidence>,
    /// Null where an order leaves it to a processor that could not be asked.
    amount_in_cents: Option<u64>,
    currency: &'static str,
    authorised_at: String,
    arn: Option<String>,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub(super) struct By {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
    /// What a member might do then.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
pub(super) struct Decided {
    by: By,
    at: Timestamp,
    action: Option<Action>,
    invalid_reason: Option<&'static str>,
    refund_amount_in_cents: Option<u64>,
    refunded_externally: bool,
    cancelled_externally: bool,
    ruleset_id: Option<String>,
    ruleset_version: Option<u64>,
    result: Option<Truth>,
    rules: Vec<Checked>,
}

/// One rule's result, with the values compared.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckedRule)]
struct Checked {
    rule_id: String,
    result: Truth,
    actual: String,
    expected: String,
}

/// What the network is told, in its words, and what it said to that.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NetworkOutcome)]
pub(super) struct Told {
    outcome: &'static str,
    refund_status: &'static str,
    comment: Option<String>,
    answer: Option<&'static str>,
    answer_reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertStep)]
pub(super) struct Step {
    version: u64,
    at: Timestamp,
    did: Did,
    by: By,
}

/// The action that was or is being done, when it was chosen, by whom.
pub(super) fn action_of(alert: &Alert) -> (Option<Action>, Option<Timestamp>, Option<By>) {
    let chosen = match alert.state() {
        State::Received { asked } | State::Matched { asked, .. } => {
            asked.as_ref().map(|ask| (ask.action, ask.at, By::person(&ask.by)))
        }
        State::ActionRequired { .. } => None,
        _ => alert.decision().filter(|_| !expired(alert)).and_then(|decision| {
            Some((decision.action()?, decision.at, By::decider(&decision.by)))
        }),
    };
    chosen.map_or((None, None, None), |(action, at, by)| (Some(action), Some(at), Some(by)))
}

/// Why a person is needed: a word, and what goes with it.
pub(super) fn need(alert: &Alert) -> (Option<String>, Option<Value>) {
    alert.need().map_or((None, None), needed)
}

/// The same of a need by itself.
pub(super) fn needed(why: &Need) -> (Option<String>, Option<Value>) {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(why) else { return (None, None) };
    let reason = fields.remove("why").and_then(|word| word.as_str().map(str::to_owned));
    (reason, (!fields.is_empty()).then_some(Value::Object(fields)))
}

/// At the deadline nothing was done of what had been decided.
fn expired(alert: &Alert) -> bool {
    alert.settled().is_some_and(|done| done.outcome.is_expired())
}

impl Card {
    pub fn of(card: &domain::basics::card::Card) -> Self {
        Self { bin: card.bin.clone(), last4: card.last4.clone(), brand: card.brand }
    }
}

impl Match {
    pub fn of(candidate: &Candidate) -> Self {
        let sale = &candidate.sale;
        Self {
            integration_transaction_id: sale.transaction_id.clone(),
            integration_id: sale.integration.clone(),
            merchant_id: sale.merchant.clone(),
            order_id: sale.order.clone(),
            order_reference: sale.order_reference.clone(),
            score: candidate.score,
            evidence: candidate.evidence.clone(),
            amount_in_cents: sale.amount_is_told().then_some(sale.amount.minor),
            currency: sale.amount.currency.code(),
            authorised_at: written(sale.authorised),
            arn: sale.arn.clone(),
        }
    }
}

impl By {
    const fn nobody(kind: &'static str) -> Self {
        Self { kind, id: None, role: None }
    }

    pub fn person(by: &Person) -> Self {
        match by {
            Person::Key(id) => Self { kind: "KEY", id: Some(id.to_string()), role: None },
            Person::Member(member) => {
                Self { kind: "MEMBER", id: Some(member.id.to_string()), role: Some(member.role) }
            }
        }
    }

    fn decider(by: &Decider) -> Self {
        match by {
            Decider::Rule(explanation) => {
                Self { kind: "RULESET", id: Some(explanation.ruleset.to_string()), role: None }
            }
            Decider::Person(person) => Self::person(person),
            Decider::PreCheck => Self::nobody("PRE_CHECK"),
            Decider::Processor { .. } => Self::nobody("PROCESSOR"),
        }
    }

    pub fn actor(by: &Actor) -> Self {
        match by {
            Actor::Person(person) => Self::person(person),
            Actor::System => Self::nobody("SYSTEM"),
            Actor::Vendor => Self::nobody("VENDOR"),
            Actor::Processor => Self::nobody("PROCESSOR"),
            Actor::Operator => Self::nobody("OPERATOR"),
        }
    }
}

impl Decided {
    pub fn of(decision: &Decision) -> Self {
        let (amount, declared, cancelled, invalid) = match &decision.course {
            Course::Act { amount, declared, cancelled, .. } => {
                (*amount, declared.is_some(), cancelled.is_some(), None)
            }
            Course::Tell(invalid) => (None, false, false, Some(invalid.as_str())),
        };
        let explained = match &decision.by {
            Decider::Rule(explanation) => Some(explanation),
            Decider::Person(_) | Decider::PreCheck | Decider::Processor { .. } => None,
        };
        Self {
            by: By::decider(&decision.by),
            at: decision.at,
            action: decision.action(),
            invalid_reason: invalid,
            refund_amount_in_cents: amount.map(|amount| amount.minor),
            refunded_externally: declared,
            cancelled_externally: cancelled,
            ruleset_id: explained.map(|one| one.ruleset.to_string()),
            ruleset_version: explained.map(|one| one.ruleset_version),
            result: explained.map(|one| one.result),
            rules: explained
                .map(|one| one.rules.iter().map(Checked::of).collect())
                .unwrap_or_default(),
        }
    }
}

impl Checked {
    fn of(result: &RuleResult) -> Self {
        let RuleResult { rule, result, actual, expected } = result;
        Self {
            rule_id: rule.to_string(),
            result: *result,
            actual: actual.clone(),
            expected: expected.clone(),
        }
    }
}

impl Told {
    pub fn of(alert: &Alert) -> Option<Self> {
        Some(Self::by(&alert.claim, &alert.settled()?.outcome, alert.answer()))
    }

    pub fn by(claim: &Claim, outcome: &Outcome, answer: Option<&Answer>) -> Self {
        let words = match claim.network {
            Network::Ethoca => outcome.in_ethoca_words(claim.kind),
        };
        let (answer, answer_reason) = match answer {
            Some(Answer::Accepted) => (Some("ACCEPTED"), None),
            Some(Answer::Refused(reason)) => (Some("REFUSED"), Some(reason.clone())),
            Some(Answer::TooLate) => (Some("TOO_LATE"), None),
            None => (None, None),
        };
        Self {
            outcome: words.outcome,
            refund_status: words.refund_status,
            comment: words.comment,
            answer,
            answer_reason,
        }
    }
}

impl Step {
    pub fn of(step: &domain::alert::Step) -> Self {
        Self { version: step.version, at: step.at, did: step.did, by: By::actor(&step.by) }
    }
}
