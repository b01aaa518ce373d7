//! What was chosen for an alert, by whom.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::KeyId;
use crate::matching::{Candidate, Invalid};
use crate::money::Money;
use crate::ruleset::{Action, Explanation};

/// What was chosen, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub by: Decider,
    pub course: Course,
    pub at: Timestamp,
}

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Decider {
    Rule(Explanation),
    Person(KeyId),
    /// The alert was wrong when it came.
    PreCheck,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Course {
    /// Do what was chosen.
    Act { action: Action, amount: Option<Money>, declared: Option<Declaration> },
    /// Only tell the vendor why there is nothing to do.
    Tell(Invalid),
}

/// A person's word that the money went back by another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    pub by: KeyId,
    pub at: Timestamp,
    /// The refund's reference where it was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference: Option<String>,
}

/// A person's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub action: Action,
    pub by: KeyId,
    pub at: Timestamp,
    /// The sale the person named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sale: Option<Box<Candidate>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub declared: Option<Declaration>,
}

impl Decision {
    /// Whether a processor must be called for it.
    #[must_use]
    pub fn moves_anything(&self) -> bool {
        self.refunds_at_processor() || matches!(&self.course, Course::Act { action, .. } if action.cancels())
    }

    /// Whether money is to be given back at the processor.
    #[must_use]
    pub fn refunds_at_processor(&self) -> bool {
        matches!(&self.course, Course::Act { action, declared: None, .. } if action.refunds())
    }

    /// Whether a rule, and not a person, decided.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        !matches!(self.by, Decider::Person(_))
    }
}
