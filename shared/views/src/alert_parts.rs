//! The parts of the view of an alert: sale, decision, actions, and the answer to the network.

use domain::account::MemberRole;
use domain::account::person::Requester;
use domain::alert::{
    Alert, AlertState, AnswerResult, CourseOfAction, Decision, DecisionMaker, HistoryActor,
    ReviewReason, StepKind,
};
use domain::basics::card::CardBrand;
use domain::basics::id::{IntegrationId, MerchantId, OrderId};
use domain::matching::{MatchCandidate, MatchEvidence};
use domain::network::claim::{AlertNetwork, Claim};
use domain::network::outcome::AlertOutcome;
use domain::rules::ruleset::{AlertAction, RuleExplanation, TruthValue};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::format_moment;

mod cancelled;

pub(super) use cancelled::CancellationView;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertCard)]
pub(super) struct CardView {
    bin: Option<String>,
    last4: Option<String>,
    brand: Option<CardBrand>,
}

/// A sale that the alert is or may be about, with the evidence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Match)]
pub(super) struct MatchView {
    integration_transaction_id: String,
    integration_id: IntegrationId,
    merchant_id: Option<MerchantId>,
    order_id: Option<OrderId>,
    /// The merchant's reference of the order.
    order_reference: Option<String>,
    score: u32,
    evidence: Vec<MatchEvidence>,
    /// Null if an order leaves the amount to a processor that could not be called.
    amount_in_cents: Option<u64>,
    currency: &'static str,
    authorised_at: String,
    arn: Option<String>,
}

/// The person, key, ruleset or system that acted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub(super) struct ActorView {
    #[serde(rename = "type")]
    kind: &'static str,
    id: Option<String>,
    /// The role of the member at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<MemberRole>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Decision)]
pub(super) struct DecisionView {
    by: ActorView,
    at: Timestamp,
    action: Option<AlertAction>,
    invalid_reason: Option<&'static str>,
    refund_amount_in_cents: Option<u64>,
    refunded_externally: bool,
    cancelled_externally: bool,
    ruleset_id: Option<String>,
    ruleset_version: Option<u64>,
    result: Option<TruthValue>,
    rules: Vec<RuleCheckView>,
}

/// The result of a rule, with the values compared.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckedRule)]
struct RuleCheckView {
    rule_id: String,
    result: TruthValue,
    actual: String,
    expected: String,
}

/// The outcome reported to the network, in the network's terms, and the network's answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NetworkOutcome)]
pub(super) struct NetworkOutcomeView {
    outcome: &'static str,
    refund_status: &'static str,
    comment: Option<String>,
    answer: Option<&'static str>,
    answer_reason: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertStep)]
pub(super) struct AlertStepView {
    version: u64,
    at: Timestamp,
    did: StepKind,
    by: ActorView,
}

/// Returns the action that was or is being done, the time of the choice, and the actor.
pub(super) fn chosen_action(
    alert: &Alert,
) -> (Option<AlertAction>, Option<Timestamp>, Option<ActorView>) {
    let chosen = match alert.state() {
        AlertState::Received { asked } | AlertState::Matched { asked, .. } => {
            asked.as_ref().map(|ask| (ask.action, ask.at, ActorView::from_person(&ask.by)))
        }
        AlertState::ActionRequired { .. } => None,
        _ => alert.decision().filter(|_| !is_expired(alert)).and_then(|decision| {
            Some((decision.chosen_action()?, decision.at, ActorView::from_decider(&decision.by)))
        }),
    };
    chosen.map_or((None, None, None), |(action, at, by)| (Some(action), Some(at), Some(by)))
}

/// Returns the reason that a person is needed, and the details.
pub(super) fn open_need_parts(alert: &Alert) -> (Option<String>, Option<Value>) {
    alert.review_reason().map_or((None, None), need_parts)
}

/// Splits a review reason into the reason's name and the details.
pub(super) fn need_parts(why: &ReviewReason) -> (Option<String>, Option<Value>) {
    let Ok(Value::Object(mut fields)) = serde_json::to_value(why) else { return (None, None) };
    let reason = fields.remove("why").and_then(|word| word.as_str().map(str::to_owned));
    (reason, (!fields.is_empty()).then_some(Value::Object(fields)))
}

/// Checks whether the deadline passed before the decision was executed.
fn is_expired(alert: &Alert) -> bool {
    alert.settlement().is_some_and(|done| done.outcome.is_expired())
}

impl CardView {
    pub fn from_card(card: &domain::basics::card::TruncatedCard) -> Self {
        Self { bin: card.bin.clone(), last4: card.last4.clone(), brand: card.brand }
    }
}

impl MatchView {
    pub fn from_candidate(candidate: &MatchCandidate) -> Self {
        let sale = &candidate.sale;
        Self {
            integration_transaction_id: sale.transaction_id.clone(),
            integration_id: sale.integration.clone(),
            merchant_id: sale.merchant.clone(),
            order_id: sale.order.clone(),
            order_reference: sale.order_reference.clone(),
            score: candidate.score,
            evidence: candidate.evidence.clone(),
            amount_in_cents: sale.has_amount().then_some(sale.amount.minor),
            currency: sale.amount.currency.code(),
            authorised_at: format_moment(sale.authorised),
            arn: sale.arn.clone(),
        }
    }
}

impl ActorView {
    const fn without_id(kind: &'static str) -> Self {
        Self { kind, id: None, role: None }
    }

    pub fn from_person(by: &Requester) -> Self {
        match by {
            Requester::Key(id) => Self { kind: "KEY", id: Some(id.to_string()), role: None },
            Requester::Member(member) => {
                Self { kind: "MEMBER", id: Some(member.id.to_string()), role: Some(member.role) }
            }
        }
    }

    fn from_decider(by: &DecisionMaker) -> Self {
        match by {
            DecisionMaker::Rule(explanation) => {
                Self { kind: "RULESET", id: Some(explanation.ruleset.to_string()), role: None }
            }
            DecisionMaker::Person(person) => Self::from_person(person),
            DecisionMaker::PreCheck => Self::without_id("PRE_CHECK"),
            DecisionMaker::Processor { .. } => Self::without_id("PROCESSOR"),
        }
    }

    pub fn from_actor(by: &HistoryActor) -> Self {
        match by {
            HistoryActor::Person(person) => Self::from_person(person),
            HistoryActor::System => Self::without_id("SYSTEM"),
            HistoryActor::Vendor => Self::without_id("VENDOR"),
            HistoryActor::Processor => Self::without_id("PROCESSOR"),
            HistoryActor::Operator => Self::without_id("OPERATOR"),
        }
    }
}

impl DecisionView {
    pub fn from_decision(decision: &Decision) -> Self {
        let (amount, declared, cancelled, invalid) = match &decision.course {
            CourseOfAction::Act { amount, declared, cancelled, .. } => {
                (*amount, declared.is_some(), cancelled.is_some(), None)
            }
            CourseOfAction::Tell(invalid) => (None, false, false, Some(invalid.as_str())),
        };
        let explained = match &decision.by {
            DecisionMaker::Rule(explanation) => Some(explanation),
            DecisionMaker::Person(_)
            | DecisionMaker::PreCheck
            | DecisionMaker::Processor { .. } => None,
        };
        Self {
            by: ActorView::from_decider(&decision.by),
            at: decision.at,
            action: decision.chosen_action(),
            invalid_reason: invalid,
            refund_amount_in_cents: amount.map(|amount| amount.minor),
            refunded_externally: declared,
            cancelled_externally: cancelled,
            ruleset_id: explained.map(|one| one.ruleset.to_string()),
            ruleset_version: explained.map(|one| one.ruleset_version),
            result: explained.map(|one| one.result),
            rules: explained
                .map(|one| one.rules.iter().map(RuleCheckView::from_rule_result).collect())
                .unwrap_or_default(),
        }
    }
}

impl RuleCheckView {
    fn from_rule_result(result: &RuleExplanation) -> Self {
        let RuleExplanation { rule, result, actual, expected } = result;
        Self {
            rule_id: rule.to_string(),
            result: *result,
            actual: actual.clone(),
            expected: expected.clone(),
        }
    }
}

impl NetworkOutcomeView {
    pub fn for_alert(alert: &Alert) -> Option<Self> {
        Some(Self::from_outcome(&alert.claim, &alert.settlement()?.outcome, alert.answer_result()))
    }

    pub fn from_outcome(
        claim: &Claim,
        outcome: &AlertOutcome,
        answer: Option<&AnswerResult>,
    ) -> Self {
        let words = match claim.network {
            AlertNetwork::Ethoca => outcome.to_ethoca_codes(claim.kind),
        };
        let (answer, answer_reason) = match answer {
            Some(AnswerResult::Accepted) => (Some("ACCEPTED"), None),
            Some(AnswerResult::Refused(reason)) => (Some("REFUSED"), Some(reason.clone())),
            Some(AnswerResult::TooLate) => (Some("TOO_LATE"), None),
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

impl AlertStepView {
    pub fn from_step(step: &domain::alert::HistoryStep) -> Self {
        Self {
            version: step.version,
            at: step.at,
            did: step.did,
            by: ActorView::from_actor(&step.by),
        }
    }
}
