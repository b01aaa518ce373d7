//! PATCH and DELETE of a ruleset, and of its rules one by one. What was decided before stays
//! decided.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::enrolment::Fault;
use domain::basics::id::{RuleId, RulesetId};
use domain::rules::ruleset::{Condition, Rule, Ruleset};
use flows::problem::Problem;
use jiff::Timestamp;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

use super::rules::{NewRule, missing_merchants, read_rules};
use super::{Fields, New, refuse_mixture, shown};
use crate::accounts::enrolments;
use crate::http::body::{Given, refuse};
use crate::http::caller::Caller;
use crate::http::patch::{Change, ChangeOf, Changes};
use crate::http::response::{Answer, Refused, Shown};
use crate::http::state::Shared;

/// A rule under its ruleset.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleOfRuleset)]
pub(crate) struct RuleFields {
    id: RuleId,
    #[serde(flatten)]
    condition: Condition,
    ruleset_id: RulesetId,
}

impl Changes for NewRule {
    const CHANGEABLE: &'static [&'static str] = &["type", "parameters"];
}

impl Changes for New {
    // Given `rules` take the place of all there are.
    const CHANGEABLE: &'static [&'static str] = &[
        "enrolment_ids",
        "outcome",
        "join_operator",
        "is_enabled",
        "priority",
        "adds_to_negative_list",
        "rules",
    ];
}

// The document names types without parameters.
type One = Shown<Fields>;
type Changed = ChangeOf<New>;
type OneRule = Shown<RuleFields>;
type ChangedRule = ChangeOf<NewRule>;

/// Changes a ruleset.
///
/// Given `rules` take the place of all it has. What was decided before stays decided.
#[utoipa::path(
    patch, path = "/v1/rulesets/{id}", operation_id = "rulesets_change", request_body = Changed,
    responses(
        (status = 200, body = One), (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "ENROLMENTS_DIFFERENT_TYPES")
    ),
    security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn change(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("rulesets:write")?;
    let old: Ruleset = caller.record(&api.store, &id, "ruleset").await?;
    let change = Change::read(request).await?;
    let new: New = change.onto(&shown(old.clone()), New::CHANGEABLE)?;
    let enrolments = enrolments::all_of(&api.store, &caller, &new.enrolment_ids).await?;
    refuse_mixture(&old.organisation, &enrolments)?;
    let rules =
        if change.given.contains_key("rules") { read_rules(new.rules)? } else { old.rules.clone() };
    let New {
        enrolment_ids,
        outcome,
        join_operator,
        is_enabled,
        priority,
        adds_to_negative_list,
        ..
    } = new;
    let outcome = outcome.into();
    let ruleset = Ruleset {
        enrolment_ids,
        outcome,
        join_operator,
        is_enabled,
        priority,
        adds_to_negative_list,
        rules,
        ..old
    };
    Ok(Json(shown(next(&api.store, ruleset, change.now).await?)))
}

/// Deletes a ruleset at once.
#[utoipa::path(
    delete, path = "/v1/rulesets/{id}", operation_id = "rulesets_delete", responses((status = 204)),
    security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn delete(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    caller.may("rulesets:write")?;
    api.store.remove(&caller.record::<Ruleset>(&api.store, &id, "ruleset").await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a rule to a ruleset.
#[utoipa::path(
    post, path = "/v1/rulesets/{id}/rules", operation_id = "rulesets_add_rule",
    request_body = Condition,
    responses((status = 200, body = OneRule), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn add_rule(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    request: Request,
) -> Answer<Shown<RuleFields>> {
    caller.may("rulesets:write")?;
    let mut ruleset: Ruleset = caller.record(&api.store, &id, "ruleset").await?;
    let Given { body, now } = Given::<NewRule>::read(request).await?;
    let (rule, at) =
        (one_rule(body).map_err(|problem| by_itself(problem, 0))?, ruleset.rules.len());
    ruleset.rules.push(rule.clone());
    let ruleset = next(&api.store, ruleset, now).await.map_err(|problem| by_itself(problem, at))?;
    Ok(Json(shown_rule(rule, &ruleset)))
}

/// Changes a rule of a ruleset.
#[utoipa::path(
    patch, path = "/v1/rulesets/{id}/rules/{rule_id}", operation_id = "rulesets_change_rule",
    request_body = ChangedRule,
    responses((status = 200, body = OneRule)), security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn change_rule(
    State(api): State<Shared>,
    caller: Caller,
    Path((id, rule_id)): Path<(String, String)>,
    request: Request,
) -> Answer<Shown<RuleFields>> {
    caller.may("rulesets:write")?;
    let mut ruleset: Ruleset = caller.record(&api.store, &id, "ruleset").await?;
    let at = place(&ruleset, &rule_id)?;
    let change = Change::read(request).await?;
    let new: NewRule =
        change.onto(&shown_rule(ruleset.rules[at].clone(), &ruleset), NewRule::CHANGEABLE)?;
    let new = one_rule(new).map_err(|problem| by_itself(problem, 0))?;
    let rule = Rule { id: ruleset.rules[at].id.clone(), ..new };
    ruleset.rules[at] = rule.clone();
    let ruleset =
        next(&api.store, ruleset, change.now).await.map_err(|problem| by_itself(problem, at))?;
    Ok(Json(shown_rule(rule, &ruleset)))
}

/// Deletes a rule of a ruleset.
#[utoipa::path(
    delete, path = "/v1/rulesets/{id}/rules/{rule_id}", operation_id = "rulesets_delete_rule",
    responses((status = 204)),
    security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn delete_rule(
    State(api): State<Shared>,
    caller: Caller,
    Path((id, rule_id)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, Refused> {
    caller.may("rulesets:write")?;
    let mut ruleset: Ruleset = caller.record(&api.store, &id, "ruleset").await?;
    ruleset.rules.remove(place(&ruleset, &rule_id)?);
    next(&api.store, ruleset, runtime::http::now(&request)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn place(ruleset: &Ruleset, rule: &str) -> Result<usize, Problem> {
    ruleset
        .rules
        .iter()
        .position(|one| one.id.as_str() == rule)
        .ok_or_else(|| Problem::not_found("rule"))
}

/// The rule by itself.
fn one_rule(new: NewRule) -> Result<Rule, Problem> {
    read_rules(vec![new])?.into_iter().next().ok_or_else(|| Problem::not_found("rule"))
}

/// What is wrong with the rule at a place, named as the body of a rule by itself has it.
fn by_itself(problem: Problem, at: usize) -> Problem {
    if problem.faults.is_empty() {
        return problem;
    }
    let place = format!("rules[{at}].");
    let named =
        |fault: Fault| Fault { field: fault.field.trim_start_matches(&place).to_owned(), ..fault };
    Problem::faults(problem.faults.into_iter().map(named).collect())
}

/// Keeps the next version of a ruleset, if nothing is wrong with it.
async fn next(store: &Store, ruleset: Ruleset, now: Timestamp) -> Result<Ruleset, Problem> {
    let strange = missing_merchants(store, &ruleset.organisation, &ruleset.rules).await?;
    refuse(ruleset.faults().into_iter().chain(strange).collect())?;
    let ruleset =
        Ruleset { version: ruleset.version.saturating_add(1), updated_at: now, ..ruleset };
    store.replace(&ruleset).await?;
    Ok(ruleset)
}

fn shown_rule(rule: Rule, of: &Ruleset) -> Shown<RuleFields> {
    let (path, Rule { id, condition }) = (format!("/v1/rulesets/{}/rules", of.id), rule);
    Shown::at(
        &path,
        &id.to_string(),
        of.version,
        RuleFields { id, condition, ruleset_id: of.id.clone() },
    )
}
