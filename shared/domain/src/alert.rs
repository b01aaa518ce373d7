//! An alert and the states that an alert goes through. Each state carries exactly the facts
//! available by then.

pub mod action_request;
mod deadlines;
pub mod decision;
pub mod dry_run;
pub mod evaluation;
pub mod history;
pub mod need;
pub mod pipeline;
mod put_off;
pub mod settlement;
pub mod slot_wait;
pub mod status;
pub mod transition;
pub mod waiting;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::{AlertId, ConnectionId, EnrolmentId, MerchantId, OrganisationId};
use crate::basics::money::Money;
use crate::matching::MatchCandidate;
use crate::network::claim::Claim;
use crate::network::outcome::AlertOutcome;
use crate::refund::RefundFailure;

pub use crate::alert::deadlines::AlertDeadlines;
pub use crate::alert::decision::{
    ActionRequest, CourseOfAction, Decision, DecisionMaker, Declaration,
};
pub use crate::alert::history::{HistoryActor, HistoryStep, StepKind};
pub use crate::alert::need::ReviewReason;
pub use crate::alert::put_off::StageDeferral;

/// A network's warning of a dispute, with the state and the history of our work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub id: AlertId,
    pub organisation: OrganisationId,
    pub enrolment: EnrolmentId,
    pub connection: ConnectionId,
    pub claim: Claim,
    pub deadlines: AlertDeadlines,
    pub received_at: Timestamp,
    pub updated_at: Timestamp,
    /// The time of the last state change or nudge.
    pub moved_at: Timestamp,
    /// The number of nudges since the last state change.
    #[serde(default)]
    pub nudges: u32,
    /// The deferral by the stage, while the processor does not answer or has no free slot.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub put_off: Option<StageDeferral>,
    /// Whether the warning at the target time was sent.
    #[serde(default)]
    pub warned: bool,
    /// The reason that no member was notified, while the alert waits for a person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unnotified: Option<NotificationWarning>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    pub version: u64,
    pub(crate) state: AlertState,
    pub history: Vec<HistoryStep>,
}

/// The reason that no member was notified of an alert that waits for a person, although some
/// members have that e-mail enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NotificationWarning))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationWarning {
    /// No such member has a confirmed address.
    NoConfirmedMember,
    /// The organisation's daily limit of e-mails is reached; the members are notified on the next
    /// day.
    DailyMailsSpent,
    /// The e-mail service accepted no e-mail to these members.
    MailRefused,
}

/// The state of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertState {
    /// Received. A person may already have requested an action.
    Received { asked: Option<Box<ActionRequest>> },
    /// Matched to a sale.
    Matched { sale: Box<MatchCandidate>, asked: Option<Box<ActionRequest>> },
    /// Waits for a person, a late order or the deadline.
    ActionRequired {
        why: ReviewReason,
        sale: Option<Box<MatchCandidate>>,
        candidates: Vec<MatchCandidate>,
        decision: Option<Box<Decision>>,
    },
    /// The action is decided.
    Decided { sale: Option<Box<MatchCandidate>>, decision: Box<Decision> },
    /// The processor has the refund and has not confirmed the refund.
    Refunding { sale: Box<MatchCandidate>, decision: Box<Decision>, refund: RefundRecord },
    /// Every decided action is done.
    Actioned { done: Box<AlertSettlement> },
    /// The deadline passed before the action was done.
    Expired { done: Box<AlertSettlement> },
    /// The vendor has our answer, or no longer accepts an answer.
    Resolved { done: Box<AlertSettlement>, answer: AnswerResult },
    /// The vendor retracted the alert.
    Retracted {
        done: Option<Box<AlertSettlement>>,
        /// The result of the answer, if an answer was sent before.
        #[serde(default)]
        answer: Option<AnswerResult>,
        /// The matched sale, if nothing was settled.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        sale: Option<Box<MatchCandidate>>,
    },
}

/// A refund, as the processor reports or a person declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRecord {
    /// The processor's id of the refund, or the reference that a person gave.
    pub id: String,
    pub amount: Money,
    pub at: Timestamp,
    pub way: ReturnMethod,
    /// The acquirer's reference of the credit (ARN), once available.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arn: Option<String>,
    /// The failure, if the refund failed after the confirmation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<RefundFailure>,
}

/// The way in which money went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RefundWay))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReturnMethod {
    /// A refund at the processor.
    Refunded,
    /// The payment was voided before settlement.
    Voided,
    /// A user declared that the money was returned.
    Declared,
}

/// The result of the cancellation of the subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CancellationResult {
    Cancelled {
        subscription: String,
    },
    NothingToCancel,
    Failed {
        subscription: String,
        reason: String,
    },
    /// A person declared that the subscription was ended in another way.
    Declared(Declaration),
}

/// The results of all actions on an alert, and the outcome for the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertSettlement {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sale: Option<Box<MatchCandidate>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<Box<Decision>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refund: Option<RefundRecord>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancellation: Option<CancellationResult>,
    pub outcome: AlertOutcome,
}

/// The result of the answer to the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AnswerResult {
    /// The vendor accepted the answer.
    Accepted,
    /// The vendor refused the answer, with a reason.
    Refused(String),
    /// The answer could not be sent before the limit.
    TooLate,
}

impl Alert {
    /// Returns the state.
    #[must_use]
    pub const fn state(&self) -> &AlertState {
        &self.state
    }

    /// Returns the reason for the review, while the alert waits for a person.
    #[must_use]
    pub const fn review_reason(&self) -> Option<&ReviewReason> {
        match &self.state {
            AlertState::ActionRequired { why, .. } => Some(why),
            _ => None,
        }
    }

    /// Returns the matched sale, if any.
    #[must_use]
    pub fn sale(&self) -> Option<&MatchCandidate> {
        match &self.state {
            AlertState::Received { .. } => None,
            AlertState::Matched { sale, .. } | AlertState::Refunding { sale, .. } => Some(sale),
            AlertState::ActionRequired { sale, .. } | AlertState::Decided { sale, .. } => {
                sale.as_deref()
            }
            AlertState::Actioned { done }
            | AlertState::Expired { done }
            | AlertState::Resolved { done, .. } => done.sale.as_deref(),
            AlertState::Retracted { done, sale, .. } => {
                done.as_ref().map_or(sale.as_deref(), |done| done.sale.as_deref())
            }
        }
    }

    /// Returns the settlement, once the alert is settled.
    #[must_use]
    pub fn settlement(&self) -> Option<&AlertSettlement> {
        self.state.settlement()
    }

    /// Returns the result of the answer, once an answer was attempted.
    #[must_use]
    pub const fn answer_result(&self) -> Option<&AnswerResult> {
        match &self.state {
            AlertState::Resolved { answer, .. } => Some(answer),
            AlertState::Retracted { answer, .. } => answer.as_ref(),
            _ => None,
        }
    }

    /// Returns the decision, once made.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        match &self.state {
            AlertState::Decided { decision, .. } | AlertState::Refunding { decision, .. } => {
                Some(decision)
            }
            AlertState::ActionRequired { decision, .. } => decision.as_deref(),
            _ => self.settlement().and_then(|done| done.decision.as_deref()),
        }
    }

    /// Returns the candidates from which a person may choose.
    #[must_use]
    pub fn candidates(&self) -> &[MatchCandidate] {
        match &self.state {
            AlertState::ActionRequired { candidates, .. } => candidates,
            _ => &[],
        }
    }

    /// Returns the merchant account that took the payment, if available.
    #[must_use]
    pub fn merchant_id(&self) -> Option<&MerchantId> {
        self.sale().and_then(|candidate| candidate.sale.merchant.as_ref())
    }
}
