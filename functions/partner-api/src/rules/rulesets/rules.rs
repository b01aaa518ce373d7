//! The rules of a ruleset as they come in: every wrong parameter is named.

use domain::account::Merchant;
use domain::account::enrolment::Fault;
use domain::basics::id::{OrganisationId, RuleId};
use domain::rules::ruleset::{Condition, Dimension, Rule};
use flows::problem::Problem;
use runtime::random::new_seed;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::Store;
use utoipa::ToSchema;

use crate::http::body::read_at;

/// A rule: `type` and `parameters`.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewRule {
    #[serde(rename = "type")]
    pub kind: Dimension,
    pub parameters: Value,
}

/// The rules, each with an id of its own, or all that cannot be read.
pub(super) fn read_rules(rules: Vec<NewRule>) -> Result<Vec<Rule>, Problem> {
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for (at, rule) in rules.into_iter().enumerate() {
        match condition(&format!("rules[{at}].parameters"), rule) {
            Ok(condition) => read.push(Rule { id: RuleId::from_seed(new_seed()?), condition }),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(read) } else { Err(Problem::faults(faults)) }
}

/// One rule's condition; `place` is where its parameters stand.
pub(super) fn condition(place: &str, rule: NewRule) -> Result<Condition, Fault> {
    fn read<T: DeserializeOwned>(
        place: &str,
        from: Value,
        into: fn(T) -> Condition,
    ) -> Result<Condition, Fault> {
        read_at(place, from).map(into)
    }
    let NewRule { kind, parameters } = rule;
    match kind {
        Dimension::Amount => read(place, parameters, Condition::Amount).map(in_upper_case),
        Dimension::Currency => read(place, parameters, Condition::Currency).map(in_upper_case),
        Dimension::Descriptor => read(place, parameters, Condition::Descriptor),
        Dimension::Issuer => read(place, parameters, Condition::Issuer),
        Dimension::CardBrand => read(place, parameters, Condition::CardBrand),
        Dimension::IssuerBin => read(place, parameters, Condition::IssuerBin),
        Dimension::ReasonCode => read(place, parameters, Condition::ReasonCode),
        Dimension::ReasonCategory => read(place, parameters, Condition::ReasonCategory),
        Dimension::AlertType => read(place, parameters, Condition::AlertType),
        Dimension::TransactionAge => read(place, parameters, Condition::TransactionAge),
        Dimension::OrderReference => read(place, parameters, Condition::OrderReference),
        Dimension::TransactionReference => read(place, parameters, Condition::TransactionReference),
        Dimension::Merchant => read(place, parameters, Condition::Merchant),
        Dimension::Customer => read(place, parameters, Condition::Customer),
        Dimension::Product => read(place, parameters, Condition::Product),
        Dimension::Is3ds => read(place, parameters, Condition::Is3ds),
        Dimension::IsSubscription => read(place, parameters, Condition::IsSubscription),
        Dimension::RefundedBefore => read(place, parameters, Condition::RefundedBefore),
    }
}

/// What rules name that the organisation does not have.
pub(super) async fn missing_merchants(
    store: &Store,
    organisation: &OrganisationId,
    rules: &[Rule],
) -> Result<Vec<Fault>, Problem> {
    let named = rules.iter().enumerate().filter_map(|(at, rule)| match &rule.condition {
        Condition::Merchant(own) => Some((at, &own.merchant_ids)),
        _ => None,
    });
    let named: Vec<_> = named.collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let own: Vec<Merchant> = store.records(organisation).await?;
    let mut faults = Vec::new();
    for (rule, ids) in named {
        let strange = ids
            .iter()
            .enumerate()
            .filter(|(_, id)| !own.iter().any(|merchant| merchant.id == **id));
        let field = |at: usize| format!("rules[{rule}].parameters.merchant_ids[{at}]");
        faults.extend(
            strange.map(|(at, _)| Fault::new(field(at), "NOT_FOUND", "There is no such merchant.")),
        );
    }
    Ok(faults)
}

fn in_upper_case(mut condition: Condition) -> Condition {
    let upper = |code: &mut String| *code = code.trim().to_uppercase();
    match &mut condition {
        Condition::Amount(own) => upper(&mut own.currency_code),
        Condition::Currency(own) => own.currency_codes.iter_mut().for_each(upper),
        _ => {}
    }
    condition
}
