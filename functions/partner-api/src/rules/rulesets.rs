//! Rulesets: what is done with alerts without asking. Created with all their rules, or not at all.

pub(crate) mod apply;
pub(crate) mod change;
mod outcome;
pub(crate) mod rules;
pub(crate) mod trial;

use axum::Json;
use axum::extract::{Path, Request, State};
use domain::account::enrolment::Enrolment;
use domain::basics::id::{EnrolmentId, OrganisationId, RulesetId};
use domain::rules::ruleset::{Action, Condition, Join, Rule, Ruleset};
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use runtime::random::new_seed;
use serde::{Deserialize, Serialize};
use store::Store;
use utoipa::ToSchema;

use crate::accounts::enrolments;
use crate::http::body::{Given, refuse};
use crate::http::caller::Caller;
use crate::http::list_query::{Asked, List, Sort, by_time};
use crate::http::response::{Answer, Shown};
use crate::http::state::Shared;
pub(crate) use change::{add_rule, change, change_rule, delete, delete_rule};
use outcome::RulesetOutcome;
use rules::{NewRule, missing_merchants, read_rules};

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRuleset)]
pub(crate) struct New {
    organisation_id: OrganisationId,
    /// Whose alerts it decides.
    #[schema(min_items = 1)]
    enrolment_ids: Vec<EnrolmentId>,
    /// What is done with an alert that meets it.
    outcome: RulesetOutcome,
    /// Whether all rules must be met, or one.
    #[serde(default = "and")]
    join_operator: Join,
    #[serde(default = "yes")]
    is_enabled: bool,
    /// Rulesets are asked from the smallest on, those without one last, the oldest first.
    priority: Option<u32>,
    /// Whether the customers of alerts that it refunds are put on the negative list.
    #[serde(default)]
    adds_to_negative_list: bool,
    #[serde(default)]
    #[schema(value_type = Vec<Condition>)]
    rules: Vec<NewRule>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ruleset)]
pub(crate) struct Fields {
    id: RulesetId,
    organisation_id: OrganisationId,
    /// Whose alerts it decides.
    enrolment_ids: Vec<EnrolmentId>,
    /// What is done with an alert that meets it.
    #[schema(value_type = RulesetOutcome)]
    outcome: Action,
    /// Whether all rules must be met, or one.
    join_operator: Join,
    is_enabled: bool,
    /// Rulesets are asked from the smallest on, those without one last, the oldest first.
    priority: Option<u32>,
    adds_to_negative_list: bool,
    /// False of a ruleset without rules, which decides nothing.
    is_ever_met: bool,
    /// Why it is never met, in a sentence.
    warning: Option<&'static str>,
    rules: Vec<Rule>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

// The document names types without parameters.
type One = Shown<Fields>;
type Many = List<One>;

/// Makes a ruleset with all its rules, or nothing.
#[utoipa::path(
    post, path = "/v1/rulesets", request_body = New,
    responses(
        (status = 200, body = One), (status = 404, description = "NOT_FOUND"),
        (status = 422, description = "ENROLMENTS_DIFFERENT_TYPES")
    ),
    security(("bearer" = ["rulesets:write"]))
)]
pub(crate) async fn create(
    State(api): State<Shared>,
    caller: Caller,
    request: Request,
) -> Answer<Shown<Fields>> {
    caller.may("rulesets:write")?;
    let ruleset = read_new(&api.store, &caller, Given::read(request).await?).await?;
    api.store.keep(&ruleset).await?;
    Ok(Json(shown(ruleset)))
}

/// Shows a ruleset.
#[utoipa::path(
    get, path = "/v1/rulesets/{id}", responses((status = 200, body = One)),
    security(("bearer" = ["rulesets:read"]))
)]
pub(crate) async fn show(
    State(api): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer<Shown<Fields>> {
    caller.may("rulesets:read")?;
    Ok(Json(shown(caller.record(&api.store, &id, "ruleset").await?)))
}

/// Lists rulesets.
#[utoipa::path(
    get, path = "/v1/rulesets",
    params(
        ("organisation_id" = Option<String>, Query, description = "Only of this organisation."),
        ("enrolment_id" = Option<String>, Query, description = "Only of this enrolment."),
    ),
    responses((status = 200, body = Many)), security(("bearer" = ["rulesets:read"])),
    extensions(
        ("x-sorts" = json!("-created_at updated_at")),
        ("x-spans" = json!("created_at updated_at"))
    )
)]
pub(crate) async fn list(
    State(api): State<Shared>,
    caller: Caller,
    asked: Asked,
) -> Answer<List<Shown<Fields>>> {
    caller.may("rulesets:read")?;
    let mut all: Vec<Ruleset> = caller.records(&api.store, asked.text("organisation_id")).await?;
    all.retain(|one| {
        asked
            .text("enrolment_id")
            .is_none_or(|id| one.enrolment_ids.iter().any(|own| own.as_str() == id))
    });
    let sorts: [Sort<Ruleset>; 2] = [
        ("created_at", |one| by_time(one.created_at)),
        ("updated_at", |one| by_time(one.updated_at)),
    ];
    Ok(Json(asked.arrange(all, |one| one.id.as_str(), &sorts, shown)?))
}

/// A ruleset as it would be kept.
async fn read_new(store: &Store, caller: &Caller, given: Given<New>) -> Result<Ruleset, Problem> {
    let organisation = caller.named_organisation(store, &given.body.organisation_id).await?;
    let enrolments = enrolments::all_of(store, caller, &given.body.enrolment_ids).await?;
    refuse_mixture(&organisation.id, &enrolments)?;
    let New {
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
        rules: read_rules(rules)?,
        version: 1,
        created_at: given.now,
        updated_at: given.now,
    };
    let strange = missing_merchants(store, &ruleset.organisation, &ruleset.rules).await?;
    refuse(ruleset.faults().into_iter().chain(strange).collect())?;
    Ok(ruleset)
}

fn refuse_mixture(organisation: &OrganisationId, enrolments: &[Enrolment]) -> Result<(), Problem> {
    if let Some(at) = enrolments.iter().position(|one| one.organisation != *organisation) {
        let field = format!("enrolment_ids[{at}]");
        return Err(Problem::field(
            field,
            "OF_ANOTHER_ORGANISATION",
            "The enrolments must be of the ruleset's organisation.",
        ));
    }
    let kinds = enrolments.iter().map(|one| std::mem::discriminant(&one.watches));
    if kinds.clone().zip(kinds.skip(1)).any(|(one, next)| one != next) {
        let message = "The enrolments must be of one type.";
        return Err(Problem::of_field(Code::EnrolmentsDifferentTypes, "enrolment_ids", message));
    }
    Ok(())
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
        adds_to_negative_list: from.adds_to_negative_list,
        is_ever_met,
        warning: (!is_ever_met).then_some("A ruleset without rules is met by no alert."),
        rules: from.rules,
        created_at: from.created_at,
        updated_at: from.updated_at,
    };
    Shown::at("/v1/rulesets", from.id.as_str(), from.version, fields)
}
