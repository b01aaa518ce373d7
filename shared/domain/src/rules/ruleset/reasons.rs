//! `REASON_CODE`, `REASON_CATEGORY` and `ALERT_TYPE`: conditions on the cardholder's complaint.

use serde::{Deserialize, Serialize};

use super::TruthValue;
use super::compare::{ComparedSides, check_value_count, find_wrong_values, list_values};
use super::prepared_facts::PreparedFacts;
use crate::account::enrolment::FieldError;
use crate::network::claim::AlertKind;
use crate::network::reason_code::{ReasonCategory, is_spelling_of};

/// The network's reason code: any of the listed codes, in any spelling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReasonCodeParameters))]
pub struct ReasonCodeCondition {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub reason_codes: Vec<String>,
}

/// The category of the reason code: any of the listed categories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReasonCategoryParameters))]
pub struct ReasonCategoryCondition {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub categories: Vec<ReasonCategory>,
}

/// The type of the alert: fraud or dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AlertTypeParameters))]
pub struct AlertTypeCondition {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub types: Vec<AlertKind>,
}

impl ReasonCodeCondition {
    pub(super) fn evaluate_against(&self, facts: &PreparedFacts<'_>) -> TruthValue {
        let brand = facts.facts.card.brand;
        TruthValue::from_optional_fact(facts.reason_code(), |own| {
            self.reason_codes.iter().any(|code| is_spelling_of(code, brand, own))
        })
    }

    pub(super) fn describe_sides(&self, facts: &PreparedFacts<'_>) -> ComparedSides {
        let code =
            facts.facts.reason_code.as_deref().map(str::trim).filter(|code| !code.is_empty());
        ComparedSides::from_optional_fact(
            code,
            "no reason code",
            list_values(&self.reason_codes),
            str::to_owned,
        )
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        let field = format!("{place}.reason_codes");
        let blank = find_wrong_values(
            &field,
            &self.reason_codes,
            |code| code.chars().any(char::is_alphanumeric),
            "BLANK",
            "Needs letters or digits.",
        );
        check_value_count(&field, self.reason_codes.len(), "reason code")
            .into_iter()
            .chain(blank)
            .collect()
    }
}

impl ReasonCategoryCondition {
    pub(super) fn evaluate_against(&self, category: Option<ReasonCategory>) -> TruthValue {
        TruthValue::from_optional_fact(category, |own| self.categories.contains(&own))
    }

    pub(super) fn describe_sides(&self, facts: &PreparedFacts<'_>) -> ComparedSides {
        let names: Vec<&str> = self.categories.iter().map(|category| category.as_str()).collect();
        let code = facts.facts.reason_code.as_deref();
        let from = code
            .map(str::trim)
            .filter(|code| !code.is_empty())
            .map_or_else(String::new, |code| format!(" ({code})"));
        let missing = format!("no category{from}");
        ComparedSides::from_optional_fact(
            facts.reason_category(),
            &missing,
            list_values(&names),
            |own| format!("{}{from}", own.as_str()),
        )
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        check_value_count(&format!("{place}.categories"), self.categories.len(), "category")
            .into_iter()
            .collect()
    }
}

impl AlertTypeCondition {
    pub(super) fn evaluate_against(&self, kind: Option<AlertKind>) -> TruthValue {
        TruthValue::from_optional_fact(kind, |own| self.types.contains(&own))
    }

    pub(super) fn describe_sides(&self, kind: Option<AlertKind>) -> ComparedSides {
        let names: Vec<&str> = self.types.iter().map(|kind| kind.as_str()).collect();
        ComparedSides::from_optional_fact(kind, "no type", list_values(&names), |own| {
            own.as_str().to_owned()
        })
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        check_value_count(&format!("{place}.types"), self.types.len(), "type").into_iter().collect()
    }
}
