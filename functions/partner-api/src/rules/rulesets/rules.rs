//! Parsing of a ruleset's rules; each invalid parameter is named.

use domain::account::Merchant;
use domain::account::enrolment::FieldError;
use domain::basics::id::{OrganisationId, RuleId};
use domain::rules::ruleset::{Rule, RuleCondition, RuleDimension};
use flows::problem::ProblemDetails;
use runtime::random::new_seed;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::Store;
use utoipa::ToSchema;

use crate::http::body::parse_value_at;

/// A rule: `type` and `parameters`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRule)]
pub(crate) struct CreateRule {
    #[serde(rename = "type")]
    pub kind: RuleDimension,
    pub parameters: Value,
}

/// Parses the rules and gives each an id, or returns the faults of all invalid rules.
pub(super) fn parse_rules(rules: Vec<CreateRule>) -> Result<Vec<Rule>, ProblemDetails> {
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for (at, rule) in rules.into_iter().enumerate() {
        match parse_condition(&format!("rules[{at}].parameters"), rule) {
            Ok(condition) => read.push(Rule { id: RuleId::from_seed(new_seed()?), condition }),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(ProblemDetails::from_faults(faults)) }
}

/// Parses the condition of a rule; `place` is the path of its parameters.
pub(super) fn parse_condition(place: &str, rule: CreateRule) -> Result<RuleCondition, FieldError> {
    let CreateRule { kind, parameters } = rule;
    match kind {
        RuleDimension::Amount => {
            parse_parameters(place, parameters, RuleCondition::Amount).map(in_upper_case)
        }
        RuleDimension::Currency => {
            parse_parameters(place, parameters, RuleCondition::Currency).map(in_upper_case)
        }
        RuleDimension::Descriptor => parse_parameters(place, parameters, RuleCondition::Descriptor),
        RuleDimension::Issuer => parse_parameters(place, parameters, RuleCondition::Issuer),
        RuleDimension::CardBrand => parse_parameters(place, parameters, RuleCondition::CardBrand),
        RuleDimension::IssuerBin => parse_parameters(place, parameters, RuleCondition::IssuerBin),
        RuleDimension::ReasonCode => parse_parameters(place, parameters, RuleCondition::ReasonCode),
        RuleDimension::ReasonCategory => {
            parse_parameters(place, parameters, RuleCondition::ReasonCategory)
        }
        RuleDimension::AlertType => parse_parameters(place, parameters, RuleCondition::AlertType),
        RuleDimension::TransactionAge => {
            parse_parameters(place, parameters, RuleCondition::TransactionAge)
        }
        RuleDimension::OrderReference => {
            parse_parameters(place, parameters, RuleCondition::OrderReference)
        }
        RuleDimension::TransactionReference => {
            parse_parameters(place, parameters, RuleCondition::TransactionReference)
        }
        RuleDimension::Merchant => parse_parameters(place, parameters, RuleCondition::Merchant),
        RuleDimension::Customer => parse_parameters(place, parameters, RuleCondition::Customer),
        RuleDimension::Product => parse_parameters(place, parameters, RuleCondition::Product),
        RuleDimension::Is3ds => parse_parameters(place, parameters, RuleCondition::Is3ds),
        RuleDimension::IsSubscription => {
            parse_parameters(place, parameters, RuleCondition::IsSubscription)
        }
        RuleDimension::RefundedBefore => {
            parse_parameters(place, parameters, RuleCondition::RefundedBefore)
        }
    }
}

fn parse_parameters<T: DeserializeOwned>(
    place: &str,
    from: Value,
    into: fn(T) -> RuleCondition,
) -> Result<RuleCondition, FieldError> {
    parse_value_at(place, from).map(into)
}

/// Lists the merchants in rules that the organisation does not have.
pub(super) async fn missing_merchants(
    store: &Store,
    organisation: &OrganisationId,
    rules: &[Rule],
) -> Result<Vec<FieldError>, ProblemDetails> {
    let named = rules.iter().enumerate().filter_map(|(at, rule)| match &rule.condition {
        RuleCondition::Merchant(own) => Some((at, &own.merchant_ids)),
        _ => None,
    });
    let named: Vec<_> = named.collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let own: Vec<Merchant> = store.read_records(organisation).await?;
    let mut faults = Vec::new();
    for (rule, ids) in named {
        let strange = ids
            .iter()
            .enumerate()
            .filter(|(_, id)| !own.iter().any(|merchant| merchant.id == **id));
        let field = |at: usize| format!("rules[{rule}].parameters.merchant_ids[{at}]");
        faults.extend(
            strange.map(|(at, _)| {
                FieldError::new(field(at), "NOT_FOUND", "There is no such merchant.")
            }),
        );
    }
    Ok(faults)
}

fn in_upper_case(mut condition: RuleCondition) -> RuleCondition {
    let upper = |code: &mut String| *code = code.trim().to_uppercase();
    match &mut condition {
        RuleCondition::Amount(own) => upper(&mut own.currency_code),
        RuleCondition::Currency(own) => own.currency_codes.iter_mut().for_each(upper),
        _ => {}
    }
    condition
}
