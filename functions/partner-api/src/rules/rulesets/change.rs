//! PATCH and DELETE of a ruleset, and of its individual rules. Earlier decisions stay unchanged.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use domain::account::enrolment::FieldError;
use domain::basics::id::{RuleId, RulesetId};
use domain::rules::ruleset::{Rule, RuleCondition, Ruleset};
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

use super::rules::{CreateRule, missing_merchants, parse_rules};
use super::{CreateRuleset, RulesetFields, refuse_mixture, to_response};
use crate::accounts::enrolments;
use crate::http::body::{RequestBody, refuse_faults};
use crate::http::caller::ApiCaller;
use crate::http::patch::{PatchBody, PatchRequest, PatchableBody};
use crate::http::response::{ApiRefusal, ApiResult, ResourceResponse};
use crate::http::state::SharedContext;

/// A rule, with the id of its ruleset.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleOfRuleset)]
pub(crate) struct RuleFields {
    id: RuleId,
    #[serde(flatten)]
    condition: RuleCondition,
    ruleset_id: RulesetId,
}

impl PatchableBody for CreateRule {
    const CHANGEABLE: &'static [&'static str] = &["type", "parameters"];
}

impl PatchableBody for CreateRuleset {
    // The given `rules` replace all existing rules.
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

// Aliases, because the API document cannot name generic types.
type PatchedRuleset = ResourceResponse<RulesetFields>;
type ChangeRuleset = PatchBody<CreateRuleset>;
type RuleResponse = ResourceResponse<RuleFields>;
type ChangeRule = PatchBody<CreateRule>;

/// Changes a ruleset.
///
/// Given `rules` replace all existing rules. Earlier decisions stay unchanged.
#[utoipa::path(
    patch, path = "/v1/rulesets/{id}", operation_id = "rulesets_change",
    request_body = ChangeRuleset,
    responses(
        (status = 200, body = PatchedRuleset), (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "ENROLMENTS_DIFFERENT_TYPES")
    ),
    security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn change(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<RulesetFields>> {
    caller.require_ability("rulesets:write")?;
    let old: Ruleset = caller.load_record(&api.store, &id, "ruleset").await?;
    let change = PatchRequest::read_request(request).await?;
    let new: CreateRuleset =
        change.apply_onto(&to_response(old.clone()), CreateRuleset::CHANGEABLE)?;
    let enrolments = enrolments::load_enrolments(&api.store, &caller, &new.enrolment_ids).await?;
    refuse_mixture(&old.organisation, &enrolments)?;
    let rules = if change.given.contains_key("rules") {
        parse_rules(new.rules)?
    } else {
        old.rules.clone()
    };
    let CreateRuleset {
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
    Ok(Json(to_response(keep_next_version(&api.store, ruleset, change.now).await?)))
}

/// Deletes a ruleset, with immediate effect.
#[utoipa::path(
    delete, path = "/v1/rulesets/{id}", operation_id = "rulesets_delete", responses((status = 204)),
    security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn delete(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiRefusal> {
    caller.require_ability("rulesets:write")?;
    api.store
        .remove_record(&caller.load_record::<Ruleset>(&api.store, &id, "ruleset").await?)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a rule to a ruleset.
#[utoipa::path(
    post, path = "/v1/rulesets/{id}/rules", operation_id = "rulesets_add_rule",
    request_body = RuleCondition,
    responses((status = 200, body = RuleResponse), (status = 409, description = "CONFLICT")),
    security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn add_rule(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
    request: Request,
) -> ApiResult<ResourceResponse<RuleFields>> {
    caller.require_ability("rulesets:write")?;
    let mut ruleset: Ruleset = caller.load_record(&api.store, &id, "ruleset").await?;
    let RequestBody { body, now } = RequestBody::<CreateRule>::read_request(request).await?;
    let (rule, at) =
        (parse_rule(body).map_err(|problem| relative_to_rule(problem, 0))?, ruleset.rules.len());
    ruleset.rules.push(rule.clone());
    let ruleset = keep_next_version(&api.store, ruleset, now)
        .await
        .map_err(|problem| relative_to_rule(problem, at))?;
    Ok(Json(to_rule_response(rule, &ruleset)))
}

/// Changes a rule of a ruleset.
#[utoipa::path(
    patch, path = "/v1/rulesets/{id}/rules/{rule_id}", operation_id = "rulesets_change_rule",
    request_body = ChangeRule,
    responses((status = 200, body = RuleResponse)), security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn change_rule(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path((id, rule_id)): Path<(String, String)>,
    request: Request,
) -> ApiResult<ResourceResponse<RuleFields>> {
    caller.require_ability("rulesets:write")?;
    let mut ruleset: Ruleset = caller.load_record(&api.store, &id, "ruleset").await?;
    let at = rule_index(&ruleset, &rule_id)?;
    let change = PatchRequest::read_request(request).await?;
    let new: CreateRule = change.apply_onto(
        &to_rule_response(ruleset.rules[at].clone(), &ruleset),
        CreateRule::CHANGEABLE,
    )?;
    let new = parse_rule(new).map_err(|problem| relative_to_rule(problem, 0))?;
    let rule = Rule { id: ruleset.rules[at].id.clone(), ..new };
    ruleset.rules[at] = rule.clone();
    let ruleset = keep_next_version(&api.store, ruleset, change.now)
        .await
        .map_err(|problem| relative_to_rule(problem, at))?;
    Ok(Json(to_rule_response(rule, &ruleset)))
}

/// Deletes a rule of a ruleset.
#[utoipa::path(
    delete, path = "/v1/rulesets/{id}/rules/{rule_id}", operation_id = "rulesets_delete_rule",
    responses((status = 204)),
    security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn delete_rule(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path((id, rule_id)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, ApiRefusal> {
    caller.require_ability("rulesets:write")?;
    let mut ruleset: Ruleset = caller.load_record(&api.store, &id, "ruleset").await?;
    ruleset.rules.remove(rule_index(&ruleset, &rule_id)?);
    keep_next_version(&api.store, ruleset, runtime::http::request_time(&request)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn rule_index(ruleset: &Ruleset, rule: &str) -> Result<usize, ProblemDetails> {
    ruleset
        .rules
        .iter()
        .position(|one| one.id.as_str() == rule)
        .ok_or_else(|| ProblemDetails::not_found("rule"))
}

/// Parses a single rule.
fn parse_rule(new: CreateRule) -> Result<Rule, ProblemDetails> {
    parse_rules(vec![new])?.into_iter().next().ok_or_else(|| ProblemDetails::not_found("rule"))
}

/// Renames the faults of a rule in a list as faults of a single rule's body.
fn relative_to_rule(problem: ProblemDetails, at: usize) -> ProblemDetails {
    if problem.faults.is_empty() {
        return problem;
    }
    let place = format!("rules[{at}].");
    let named = |fault: FieldError| FieldError {
        field: fault.field.trim_start_matches(&place).to_owned(),
        ..fault
    };
    ProblemDetails::from_faults(problem.faults.into_iter().map(named).collect())
}

/// Validates and stores the next version of a ruleset.
async fn keep_next_version(
    store: &Store,
    ruleset: Ruleset,
    now: Timestamp,
) -> Result<Ruleset, ProblemDetails> {
    let strange = missing_merchants(store, &ruleset.organisation, &ruleset.rules).await?;
    refuse_faults(ruleset.find_errors().into_iter().chain(strange).collect())?;
    let ruleset =
        Ruleset { version: ruleset.version.saturating_add(1), updated_at: now, ..ruleset };
    store.replace_record(&ruleset).await?;
    Ok(ruleset)
}

fn to_rule_response(rule: Rule, of: &Ruleset) -> ResourceResponse<RuleFields> {
    let (path, Rule { id, condition }) = (format!("/v1/rulesets/{}/rules", of.id), rule);
    ResourceResponse::at_path(
        &path,
        &id.to_string(),
        of.version,
        RuleFields { id, condition, ruleset_id: of.id.clone() },
    )
}
