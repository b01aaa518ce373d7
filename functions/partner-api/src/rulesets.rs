//! Rulesets: what is done with alerts without asking. Created with all their rules, or not at all.

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::enrolment::{Enrolment, Fault};
use domain::id::{EnrolmentId, OrganisationId, RuleId, RulesetId};
use domain::ruleset::{Action, Condition, DescriptorValue, Join, Operator, Rule, Ruleset};
use jiff::Timestamp;
use runtime::auth::new_seed;
use runtime::http::{Code, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::{Answer, Shown};
use crate::body::{Given, read_at, refuse};
use crate::caller::Caller;
use crate::page::{Asked, List, Sort, by_time};
use crate::{Shared, enrolments};

#[derive(Debug, Deserialize)]
pub(crate) struct New {
    organisation_id: OrganisationId,
    enrolment_ids: Vec<EnrolmentId>,
    outcome: Action,
    #[serde(default = "and")]
    join_operator: Join,
    #[serde(default = "yes")]
    is_enabled: bool,
    priority: Option<u32>,
    #[serde(default)]
    rules: Vec<NewRule>,
}

#[derive(Debug, Deserialize)]
struct NewRule {
    #[serde(rename = "type")]
    kind: Kind,
    parameters: Value,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    Amount,
    Descriptor,
}

#[derive(Debug, Deserialize)]
struct AmountParameters {
    operator: Operator,
    currency_code: String,
    amount_in_cents: u64,
}

#[derive(Debug, Deserialize)]
struct DescriptorParameters {
    descriptors: Vec<DescriptorValue>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Fields {
    id: RulesetId,
    organisation_id: OrganisationId,
    enrolment_ids: Vec<EnrolmentId>,
    outcome: Action,
    join_operator: Join,
    is_enabled: bool,
    priority: Option<u32>,
    is_ever_met: bool,
    warning: Option<&'static str>,
    rules: Vec<Rule>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// `POST /v1/rulesets/`
pub(crate) async fn create(State(api): State<Shared>, caller: Caller, request: Request) -> Answer<Shown<Fields>> {
    caller.may("rulesets:write")?;
    let given = Given::<New>::read(request).await?;
    let organisation = caller.named_organisation(&api.store, &given.body.organisation_id).await?;
    let enrolments = enrolments::all_of(&api.store, &caller, &given.body.enrolment_ids).await?;
    refuse_mixture(&organisation.id, &enrolments)?;
    let New { enrolment_ids, outcome, join_operator, is_enabled, priority, rules, .. } = given.body;
    let ruleset = Ruleset {
        id: RulesetId::from_seed(new_seed()?),
        organisation: organisation.id,
        enrolment_ids,
        outcome,
        join_operator,
        is_enabled,
        priority,
        rules: read_rules(rules)?,
        version: 1,
        created_at: given.now,
        updated_at: given.now,
    };
    refuse(ruleset.faults())?;
    api.store.keep(&ruleset).await?;
    Ok(Json(shown(ruleset)))
}

/// `GET /v1/rulesets/{id}`
pub(crate) async fn show(State(api): State<Shared>, caller: Caller, Path(id): Path<String>) -> Answer<Shown<Fields>> {
    caller.may("rulesets:read")?;
    Ok(Json(shown(caller.record(&api.store, &id, "ruleset").await?)))
}

/// `GET /v1/rulesets/`
pub(crate) async fn list(State(api): State<Shared>, caller: Caller, asked: Asked) -> Answer<List<Shown<Fields>>> {
    caller.may("rulesets:read")?;
    let mut all: Vec<Ruleset> = Vec::new();
    for organisation in caller.organisations(&api.store, asked.text("organisation_id")).await? {
        all.extend(api.store.records::<Ruleset>(&organisation.id).await?);
    }
    let sorts: [Sort<Ruleset>; 2] = [("created_at", |one| by_time(one.created_at)), ("updated_at", |one| by_time(one.updated_at))];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
}

fn refuse_mixture(organisation: &OrganisationId, enrolments: &[Enrolment]) -> Result<(), Problem> {
    if let Some(at) = enrolments.iter().position(|one| one.organisation != *organisation) {
        let field = format!("enrolment_ids[{at}]");
        return Err(Problem::field(field, "OF_ANOTHER_ORGANISATION", "The enrolments must be of the ruleset's organisation."));
    }
    let kinds = enrolments.iter().map(|one| std::mem::discriminant(&one.watches));
    if kinds.clone().zip(kinds.skip(1)).any(|(one, next)| one != next) {
        let message = "The enrolments must be of one type.";
        return Err(Problem::of_field(Code::EnrolmentsDifferentTypes, "enrolment_ids", message));
    }
    Ok(())
}

fn read_rules(rules: Vec<NewRule>) -> Result<Vec<Rule>, Problem> {
    let read = rules.into_iter().enumerate().map(|(at, rule)| {
        let condition = condition(&format!("rules[{at}].parameters"), rule).map_err(|fault| Problem::faults(vec![fault]))?;
        Ok(Rule { id: RuleId::from_seed(new_seed()?), condition })
    });
    read.collect()
}

fn condition(place: &str, rule: NewRule) -> Result<Condition, Fault> {
    Ok(match rule.kind {
        Kind::Amount => {
            let AmountParameters { operator, currency_code, amount_in_cents } = read_at(place, rule.parameters)?;
            Condition::Amount { operator, currency_code: currency_code.trim().to_uppercase(), amount_in_cents }
        }
        Kind::Descriptor => {
            let DescriptorParameters { descriptors } = read_at(place, rule.parameters)?;
            Condition::Descriptor { descriptors }
        }
    })
}

const fn and() -> Join {
    Join::And
}

const fn yes() -> bool {
    true
}

fn shown(from: Ruleset) -> Shown<Fields> {
    let is_ever_met = !from.rules.is_empty();
    let fields = Fields {
        id: from.id.clone(),
        organisation_id: from.organisation,
        enrolment_ids: from.enrolment_ids,
        outcome: from.outcome,
        join_operator: from.join_operator,
        is_enabled: from.is_enabled,
        priority: from.priority,
        is_ever_met,
        warning: (!is_ever_met).then_some("A ruleset without rules is met by no alert."),
        rules: from.rules,
        created_at: from.created_at,
        updated_at: from.updated_at,
    };
    Shown::at("/v1/rulesets", from.id.as_str(), from.version, fields)
}
