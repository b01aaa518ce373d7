//! `ORDER_REFERENCE`, `TRANSACTION_REFERENCE` and `TRANSACTION_AGE`: conditions on the payment's
//! references and age.

use serde::{Deserialize, Serialize};

use super::TruthValue;
use super::compare::{
    ComparedSides, ComparisonOperator, TextForm, TextPattern, find_pattern_errors, list_patterns,
};
use crate::account::enrolment::FieldError;

/// A reference of the order or the transaction: any of the listed references, without regard to
/// case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReferenceParameters))]
pub struct ReferenceCondition {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub references: Vec<TextPattern>,
}

/// The days between the payment and the alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TransactionAgeParameters))]
pub struct TransactionAgeCondition {
    pub operator: ComparisonOperator,
    pub days: u32,
}

impl ReferenceCondition {
    /// Compares references in normal form.
    pub(super) fn evaluate_against(&self, own: &[String]) -> TruthValue {
        let fits = |text: &String| {
            self.references.iter().any(|wanted| wanted.matches_text(text, TextForm::Reference))
        };
        TruthValue::from_optional_fact(Some(own).filter(|own| !own.is_empty()), |own| {
            own.iter().any(fits)
        })
    }

    pub(super) fn describe_sides(&self, own: &[String]) -> ComparedSides {
        ComparedSides::from_optional_fact(
            Some(own).filter(|own| !own.is_empty()),
            "no reference",
            list_patterns(&self.references),
            |own| own.join(", "),
        )
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        find_pattern_errors(
            &format!("{place}.references"),
            &self.references,
            "reference",
            TextForm::Reference,
        )
    }
}

impl TransactionAgeCondition {
    pub(super) fn evaluate_against(&self, days: Option<u32>) -> TruthValue {
        TruthValue::from_optional_fact(days, |own| {
            self.operator.accepts_ordering(own.cmp(&self.days))
        })
    }

    pub(super) fn describe_sides(&self, days: Option<u32>) -> ComparedSides {
        let expected = format!("{} {} days", self.operator.as_str(), self.days);
        ComparedSides::from_optional_fact(days, "no time of payment", expected, |own| {
            format!("{own} days")
        })
    }
}
