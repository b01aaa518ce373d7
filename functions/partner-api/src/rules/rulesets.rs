//! Rulesets: automatic decisions on alerts. A ruleset is created with all its rules, or not at all.

pub(crate) mod apply;
pub(crate) mod change;
mod outcome;
pub(crate) mod rules;
pub(crate) mod trial;

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::Enrolment;
use domain::basics::id::{EnrolmentId, OrganisationId, RulesetId};
use domain::rules::ruleset::{AlertAction, JoinOperator, Rule, RuleCondition, Ruleset};
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use runtime::random::new_seed;
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;

use crate::accounts::enrolments;
use crate::http::body::{RequestBody, refuse_faults};
use crate::http::caller::ApiCaller;
use crate::http::list_query::{ListQuery, ListResponse, SortColumn, sort_by_time};
use crate::http::response::{ApiResult, ResourceResponse};
use crate::http::state::SharedContext;
pub(crate) use change::{add_rule, change, change_rule, delete, delete_rule};
use outcome::RulesetOutcome;
use rules::{CreateRule, missing_merchants, parse_rules};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRuleset)]
pub(crate) struct CreateRuleset {
    organisation_id: OrganisationId,
    /// The enrolments whose alerts the ruleset decides.
    #[schema(min_items = 1)]
    enrolment_ids: Vec<EnrolmentId>,
    /// The action on an alert that matches.
    outcome: RulesetOutcome,
    /// Whether all rules must match, or any.
    #[serde(default = "and")]
    join_operator: JoinOperator,
    #[serde(default = "yes")]
    is_enabled: bool,
    /// Evaluated by ascending priority; rulesets without a priority last, oldest first.
    priority: Option<u32>,
    /// Whether the customers of refunded alerts are added to the negative list.
    #[serde(default)]
    adds_to_negative_list: bool,
    #[serde(default)]
    #[schema(value_type = Vec<RuleCondition>)]
    rules: Vec<CreateRule>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ruleset)]
pub(crate) struct RulesetFields {
    id: RulesetId,
    organisation_id: OrganisationId,
    /// The enrolments whose alerts the ruleset decides.
    enrolment_ids: Vec<EnrolmentId>,
    /// The action on an alert that matches.
    #[schema(value_type = RulesetOutcome)]
    outcome: AlertAction,
    /// Whether all rules must match, or any.
    join_operator: JoinOperator,
    is_enabled: bool,
    /// Evaluated by ascending priority; rulesets without a priority last, oldest first.
    priority: Option<u32>,
    adds_to_negative_list: bool,
    /// False for a ruleset without rules, which decides nothing.
    is_ever_met: bool,
    /// The reason that the ruleset never matches, as a sentence.
    warning: Option<&'static str>,
    rules: Vec<Rule>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

// Aliases, because the API document cannot name generic types.
type RulesetResponse = ResourceResponse<RulesetFields>;
type RulesetList = ListResponse<RulesetResponse>;

/// Creates a ruleset with all its rules, or nothing.
#[utoipa::path(
    post, path = "/v1/rulesets", request_body = CreateRuleset,
    responses(
        (status = 200, body = RulesetResponse), (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "ENROLMENTS_DIFFERENT_TYPES")
    ),
    security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn create(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    request: Request,
) -> ApiResult<ResourceResponse<RulesetFields>> {
    caller.require_ability("rulesets:write")?;
    let ruleset =
        build_ruleset(&api.store, &caller, RequestBody::read_request(request).await?).await?;
    api.store.put_record(&ruleset).await?;
    Ok(Json(to_response(ruleset)))
}

/// Returns a ruleset.
#[utoipa::path(
    get, path = "/v1/rulesets/{id}", responses((status = 200, body = RulesetResponse)),
    security(("bearer" = ["rulesets:read"]))
)]
pub(crate) async fn show(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    Path(id): Path<String>,
) -> ApiResult<ResourceResponse<RulesetFields>> {
    caller.require_ability("rulesets:read")?;
    Ok(Json(to_response(caller.load_record(&api.store, &id, "ruleset").await?)))
}

/// Lists rulesets.
#[utoipa::path(
    get, path = "/v1/rulesets",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        ("enrolment_id" = Option<String>, Query, description = "Only of this enrolment."),
    ),
    responses((status = 200, body = RulesetList)), security(("bearer" = ["rulesets:read"])),
    extensions(
        ("x-sorts" = json!("-created_at updated_at")),
        ("x-spans" = json!("created_at updated_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<SharedContext>,
    caller: ApiCaller,
    asked: ListQuery,
) -> ApiResult<ListResponse<ResourceResponse<RulesetFields>>> {
    caller.require_ability("rulesets:read")?;
    let mut all: Vec<Ruleset> =
        caller.visible_records(&api.store, asked.filter_text("organisation_id")).await?;
    all.retain(|one| {
        asked
            .filter_text("enrolment_id")
            .is_none_or(|id| one.enrolment_ids.iter().any(|own| own.as_str() == id))
    });
    let sorts: [SortColumn<Ruleset>; 2] = [
        ("created_at", |one| sort_by_time(one.created_at)),
        ("updated_at", |one| sort_by_time(one.updated_at)),
    ];
    Ok(Json(asked.arrange_rows(all, |one| one.id.as_str(), &sorts, to_response)?))
}

/// Builds a ruleset from the request.
async fn build_ruleset(
    store: &Store,
    caller: &ApiCaller,
    given: RequestBody<CreateRuleset>,
) -> Result<Ruleset, ProblemDetails> {
    let organisation = caller.require_organisation(store, &given.body.organisation_id).await?;
    let enrolments = enrolments::load_enrolments(store, caller, &given.body.enrolment_ids).await?;
    refuse_mixture(&organisation.id, &enrolments)?;
    let CreateRuleset {
        enrolment_ids,
        outcome,
        join_operator,
        is_enabled,
        priority,
        adds_to_negative_list,
        rules,
        ..
    } = given.body;
    let ruleset = Ruleset {
        id: RulesetId::from_seed(new_seed()?),
        organisation: organisation.id,
        enrolment_ids,
        outcome: outcome.into(),
        join_operator,
        is_enabled,
        priority,
        adds_to_negative_list,
        rules: parse_rules(rules)?,
        version: 1,
        created_at: given.now,
        updated_at: given.now,
    };
    let strange = missing_merchants(store, &ruleset.organisation, &ruleset.rules).await?;
    refuse_faults(ruleset.find_errors().into_iter().chain(strange).collect())?;
    Ok(ruleset)
}

fn refuse_mixture(
    organisation: &OrganisationId,
    enrolments: &[Enrolment],
) -> Result<(), ProblemDetails> {
    if let Some(at) = enrolments.iter().position(|one| one.organisation != *organisation) {
        let field = format!("enrolment_ids[{at}]");
        return Err(ProblemDetails::invalid_field(
            field,
            "OF_ANOTHER_ORGANISATION",
            "The enrolments must be of the ruleset's organisation.",
        ));
    }
    let kinds = enrolments.iter().map(|one| std::mem::discriminant(&one.watches));
    if kinds.clone().zip(kinds.skip(1)).any(|(one, next)| one != next) {
        let message = "The enrolments must be of one type.";
        return Err(ProblemDetails::for_field(
            Code::EnrolmentsDifferentTypes,
            "enrolment_ids",
            message,
        ));
    }
    Ok(())
}

const fn and() -> JoinOperator {
    JoinOperator::And
}

const fn yes() -> bool {
    true
}

fn to_response(from: Ruleset) -> ResourceResponse<RulesetFields> {
    let is_ever_met = !from.rules.is_empty();
    let fields = RulesetFields {
        id: from.id.clone(),
        organisation_id: from.organisation,
        enrolment_ids: from.enrolment_ids,
        outcome: from.outcome,
        join_operator: from.join_operator,
        is_enabled: from.is_enabled,
        priority: from.priority,
        adds_to_negative_list: from.adds_to_negative_list,
        is_ever_met,
        warning: (!is_ever_met).then_some("A ruleset without rules is met by no alert."),
        rules: from.rules,
        created_at: from.created_at,
        updated_at: from.updated_at,
    };
    ResourceResponse::at_path("/v1/rulesets", from.id.as_str(), from.version, fields)
}
