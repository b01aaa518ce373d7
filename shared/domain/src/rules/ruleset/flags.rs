//! `IS_3DS`, `IS_SUBSCRIPTION` and `REFUNDED_BEFORE`: what is so, or is not so, or is not known.

use serde::{Deserialize, Serialize};

use super::Truth;
use super::compare::Sides;

/// What must be so, or must not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FlagParameters))]
pub struct Flag {
    pub value: bool,
}

impl Flag {
    pub(super) fn result(&self, fact: Option<bool>) -> Truth {
        Truth::of(fact, |own| own == self.value)
    }

    pub(super) fn sides(&self, fact: Option<bool>) -> Sides {
        Sides::of(fact, "not known", self.value.to_string(), |own| own.to_string())
    }
}
