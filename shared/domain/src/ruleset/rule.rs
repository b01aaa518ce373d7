//! A condition with its own id, kept and shown as one object: `id`, `type`, `parameters`.

#![allow(clippy::disallowed_types, reason = "serde's flattening has a case for floats; no rule has one")]

use serde::{Deserialize, Serialize};

use super::{Compared, Condition, Facts, RuleResult};
use crate::id::RuleId;
use crate::money::Rates;

/// One condition with its own id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rule {
    pub id: RuleId,
    #[serde(flatten)]
    pub condition: Condition,
}

impl Rule {
    pub(super) fn check(&self, facts: &Facts, rates: Option<&Rates>) -> RuleResult {
        let Compared { result, actual, expected } = self.condition.check(facts, rates);
        RuleResult { rule: self.id.clone(), result, actual, expected }
    }
}
