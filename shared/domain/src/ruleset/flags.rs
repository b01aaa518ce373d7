//! `IS_3DS`, `IS_SUBSCRIPTION` and `REFUNDED_BEFORE`: what is so, or is not so, or is not known.

use serde::{Deserialize, Serialize};

use super::compare::Compared;

/// What must be so, or must not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = FlagParameters))]
pub struct Flag {
    pub value: bool,
}

impl Flag {
    pub(super) fn check(&self, fact: Option<bool>) -> Compared {
        Compared::of(fact, "not known", self.value.to_string(), ToString::to_string, |own| *own == self.value)
    }
}
