//! A rule: a condition that can be named.
#![allow(clippy::disallowed_types, reason = "serde's `flatten` names every type it could meet")]

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::id::RuleId;

/// One condition with its own id; flat, as the API writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub id: RuleId,
    #[serde(flatten)]
    pub condition: Condition,
}
