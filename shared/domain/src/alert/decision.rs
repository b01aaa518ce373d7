//! The decision on an alert: the course of action, and the rule or person that decided.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::person::Requester;
use crate::alert::ReviewReason;
use crate::basics::id::HandRefundId;
use crate::basics::money::Money;
use crate::matching::{InvalidAlertReason, MatchCandidate};
use crate::rules::ruleset::{AlertAction, RulesetExplanation};

/// The decision on an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub by: DecisionMaker,
    pub course: CourseOfAction,
    pub at: Timestamp,
    /// The reason for the review, if a person decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub need: Option<ReviewReason>,
    /// The manual refund on which the decision rests. The refund stage only looks up that refund
    /// and makes no other.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rests_on: Option<HandRefundId>,
}

/// The maker of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DecisionMaker {
    Rule(RulesetExplanation),
    Person(Requester),
    /// The pre-check: the alert was invalid when received.
    PreCheck,
    /// A refund by another party since the arrival of the alert, as the processor lists the refund.
    /// The refund stage only looks up that refund and makes no other.
    Processor {
        refund: String,
    },
}

/// The course of action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CourseOfAction {
    /// Carries out the chosen action.
    Act {
        action: AlertAction,
        amount: Option<Money>,
        declared: Option<Declaration>,
        /// A person's declaration that the subscription was ended in another way.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        cancelled: Option<Declaration>,
    },
    /// Only reports to the vendor the reason that no action is due.
    Tell(InvalidAlertReason),
}

/// A person's declaration that the money went back, or the subscription was ended, in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    pub by: Requester,
    pub at: Timestamp,
    /// The refund's reference in the system that made the refund.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference: Option<String>,
}

/// A person's request for an action on an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionRequest {
    pub action: AlertAction,
    pub by: Requester,
    pub at: Timestamp,
    /// The sale that the person named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sale: Option<Box<MatchCandidate>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub declared: Option<Declaration>,
    /// The person's declaration that the subscription was ended in another way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled: Option<Declaration>,
    /// The person's declaration that no money went back, for an unconfirmed refund.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub nothing_went_back: bool,
}

impl ActionRequest {
    /// Creates a request for an action, without further terms.
    #[must_use]
    pub const fn for_action(action: AlertAction, by: Requester, at: Timestamp) -> Self {
        Self {
            action,
            by,
            at,
            sale: None,
            amount: None,
            declared: None,
            cancelled: None,
            nothing_went_back: false,
        }
    }
}

impl Decision {
    /// Returns the chosen action, or `None` if no action is due.
    #[must_use]
    pub const fn chosen_action(&self) -> Option<AlertAction> {
        match &self.course {
            CourseOfAction::Act { action, .. } => Some(*action),
            CourseOfAction::Tell(_) => None,
        }
    }

    /// Checks whether the decision needs a call to a processor.
    #[must_use]
    pub fn needs_processor(&self) -> bool {
        self.refunds_at_processor() || self.cancels_at_processor()
    }

    /// Checks whether the subscription must be cancelled at the processor. A declared cancellation
    /// needs no call.
    #[must_use]
    pub fn cancels_at_processor(&self) -> bool {
        match &self.course {
            CourseOfAction::Act { action, cancelled: None, .. } => action.includes_cancellation(),
            CourseOfAction::Act { .. } | CourseOfAction::Tell(_) => false,
        }
    }

    /// Checks whether no part of the decision can be carried out without the sale.
    #[must_use]
    pub fn needs_sale(&self) -> bool {
        self.refunds_at_processor()
            || matches!(
                &self.course,
                CourseOfAction::Act { action: AlertAction::Cancel, cancelled: None, .. }
            )
    }

    /// Checks whether money must be refunded at the processor. A declared refund needs no call.
    #[must_use]
    pub fn refunds_at_processor(&self) -> bool {
        match &self.course {
            CourseOfAction::Act { action, declared: None, .. } => action.includes_refund(),
            CourseOfAction::Act { .. } | CourseOfAction::Tell(_) => false,
        }
    }

    /// Checks whether the decision rests on a refund made outside the alert. No refund is then made
    /// for the alert.
    #[must_use]
    pub const fn rests_on_other_refund(&self) -> bool {
        self.rests_on.is_some() || matches!(self.by, DecisionMaker::Processor { .. })
    }

    /// Checks whether a rule or the pre-check decided, and not a person.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        matches!(self.by, DecisionMaker::Rule(_) | DecisionMaker::PreCheck)
    }
}
