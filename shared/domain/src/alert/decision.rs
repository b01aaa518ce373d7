//! What was chosen for an alert, by whom.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::person::Requester;
use crate::alert::ReviewReason;
use crate::basics::id::HandRefundId;
use crate::basics::money::Money;
use crate::matching::{InvalidAlertReason, MatchCandidate};
use crate::rules::ruleset::{AlertAction, RulesetExplanation};

/// What was chosen, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub by: DecisionMaker,
    pub course: CourseOfAction,
    pub at: Timestamp,
    /// Why a person was asked, where one decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub need: Option<ReviewReason>,
    /// The refund by hand that it rests on: that one is looked for, and no other is made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rests_on: Option<HandRefundId>,
}

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DecisionMaker {
    Rule(RulesetExplanation),
    Person(Requester),
    /// The alert was wrong when it came.
    PreCheck,
    /// A refund that somebody else made since the alert came, as the processor shows: that one is
    /// looked for, and no other is made.
    Processor {
        refund: String,
    },
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CourseOfAction {
    /// Do what was chosen.
    Act {
        action: AlertAction,
        amount: Option<Money>,
        declared: Option<Declaration>,
        /// A person's word that the subscription was ended by another way.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        cancelled: Option<Declaration>,
    },
    /// Only tell the vendor why there is nothing to do.
    Tell(InvalidAlertReason),
}

/// A person's word that the money went back, or the subscription was ended, by another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    pub by: Requester,
    pub at: Timestamp,
    /// The refund's reference where it was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reference: Option<String>,
}

/// A person's order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionRequest {
    pub action: AlertAction,
    pub by: Requester,
    pub at: Timestamp,
    /// The sale the person named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sale: Option<Box<MatchCandidate>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub declared: Option<Declaration>,
    /// The person's word that the subscription was ended by another way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled: Option<Declaration>,
    /// The person's word that no money went back, where that is not known.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub nothing_went_back: bool,
}

impl ActionRequest {
    /// The order to do this, with nothing said besides.
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
    /// The action that was chosen; none where there is nothing to do.
    #[must_use]
    pub const fn chosen_action(&self) -> Option<AlertAction> {
        match &self.course {
            CourseOfAction::Act { action, .. } => Some(*action),
            CourseOfAction::Tell(_) => None,
        }
    }

    /// Whether a processor must be called for it.
    #[must_use]
    pub fn needs_processor(&self) -> bool {
        self.refunds_at_processor() || self.cancels_at_processor()
    }

    /// Whether the subscription is to be ended at the processor: nobody says that it was ended by
    /// another way.
    #[must_use]
    pub fn cancels_at_processor(&self) -> bool {
        matches!(&self.course, CourseOfAction::Act { action, cancelled: None, .. } if action.includes_cancellation())
    }

    /// Whether nothing of it can be done at all without the sale.
    #[must_use]
    pub fn needs_sale(&self) -> bool {
        self.refunds_at_processor()
            || matches!(
                &self.course,
                CourseOfAction::Act { action: AlertAction::Cancel, cancelled: None, .. }
            )
    }

    /// Whether money is to be given back at the processor.
    #[must_use]
    pub fn refunds_at_processor(&self) -> bool {
        matches!(&self.course, CourseOfAction::Act { action, declared: None, .. } if action.includes_refund())
    }

    /// Whether it rests on a refund that somebody else made, so that none is made for it.
    #[must_use]
    pub const fn rests_on_other_refund(&self) -> bool {
        self.rests_on.is_some() || matches!(self.by, DecisionMaker::Processor { .. })
    }

    /// Whether a rule, and not a person, decided.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        matches!(self.by, DecisionMaker::Rule(_) | DecisionMaker::PreCheck)
    }
}
