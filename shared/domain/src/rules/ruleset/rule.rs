//! A condition with an id, stored and returned as a single object: `id`, `type`, `parameters`.

#![allow(
    clippy::disallowed_types,
    reason = "serde's flattening has a case for floats; no rule has one"
)]

use serde::{Deserialize, Serialize};

use super::prepared_facts::PreparedFacts;
use super::{ConditionExplanation, RuleCondition, RuleExplanation};
use crate::basics::id::RuleId;

/// A condition with an id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rule {
    pub id: RuleId,
    #[serde(flatten)]
    pub condition: RuleCondition,
}

impl Rule {
    pub(super) fn explain_result(&self, facts: &PreparedFacts<'_>) -> RuleExplanation {
        let ConditionExplanation { result, actual, expected } =
            self.condition.explain_result(facts);
        RuleExplanation { rule: self.id.clone(), result, actual, expected }
    }
}
