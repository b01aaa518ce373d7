//! `IS_3DS`, `IS_SUBSCRIPTION` and `REFUNDED_BEFORE`: conditions on facts that are true, false or
//! unknown.

use serde::{Deserialize, Serialize};

use super::TruthValue;
use super::compare::ComparedSides;

/// The required value of the fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FlagParameters))]
pub struct FlagCondition {
    pub value: bool,
}

impl FlagCondition {
    pub(super) fn evaluate_against(&self, fact: Option<bool>) -> TruthValue {
        TruthValue::from_optional_fact(fact, |own| own == self.value)
    }

    pub(super) fn describe_sides(&self, fact: Option<bool>) -> ComparedSides {
        ComparedSides::from_optional_fact(fact, "not known", self.value.to_string(), |own| {
            own.to_string()
        })
    }
}
