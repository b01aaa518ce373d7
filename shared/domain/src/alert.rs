//! An alert and the states it goes through. A state carries exactly what is known by then.

pub mod action_request;
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

use crate::account::VendorConnection;
use crate::basics::id::{AlertId, ConnectionId, EnrolmentId, MerchantId, OrganisationId};
use crate::basics::money::Money;
use crate::basics::time::add_seconds;
use crate::matching::MatchCandidate;
use crate::network::claim::Claim;
use crate::network::outcome::AlertOutcome;
use crate::refund::RefundFailure;

pub use crate::alert::decision::{
    ActionRequest, CourseOfAction, Decision, DecisionMaker, Declaration,
};
pub use crate::alert::history::{HistoryActor, HistoryStep, StepKind};
pub use crate::alert::need::ReviewReason;
pub use crate::alert::put_off::StageDeferral;

/// A network's warning of a dispute, and all that has become of it.
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
    /// When the state last changed or was nudged.
    pub moved_at: Timestamp,
    /// How often its stage was asked for again since the state changed.
    #[serde(default)]
    pub nudges: u32,
    /// Until when its stage leaves it, because whom it would call does not answer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub put_off: Option<StageDeferral>,
    /// Whether the warning of the target time went out.
    #[serde(default)]
    pub warned: bool,
    /// Why nobody was written to of it, while it waits for a person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unnotified: Option<NotificationWarning>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    pub version: u64,
    pub(crate) state: AlertState,
    pub history: Vec<HistoryStep>,
}

/// Why no member was written to of an alert that waits for a person, though some have that e-mail
/// switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = NotificationWarning))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationWarning {
    /// None of them has a confirmed address.
    NoConfirmedMember,
    /// The day's e-mails of the organisation are spent; it is told on the next day.
    DailyMailsSpent,
    /// The e-mail service took no e-mail to any of them.
    MailRefused,
}

/// By when what must have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertDeadlines {
    /// The answer is aimed at by then; a warning goes out.
    pub target: Timestamp,
    /// The last moment for a person's action; then the alert is answered as it stands.
    pub action: Timestamp,
    /// The network takes no answer after it.
    pub limit: Timestamp,
}

impl AlertDeadlines {
    /// What is kept between the action deadline and the network's limit, for the answer to get
    /// through.
    pub const MARGIN_SECONDS: i64 = 2 * 60 * 60;

    /// So long before the network's limit an answer waits for nothing any more.
    const LAST_CALL_SECONDS: i64 = 20 * 60;

    /// The deadlines of an alert raised at a time over a connection, or with the limit that the
    /// vendor sent.
    #[must_use]
    pub fn from_alert_time(
        alerted_at: Timestamp,
        connection: &VendorConnection,
        vendor_limit: Option<Timestamp>,
    ) -> Self {
        let hours = |count: u32| add_seconds(alerted_at, i64::from(count) * 3600);
        let limit = vendor_limit.unwrap_or_else(|| hours(connection.limit_hours));
        let action = add_seconds(limit, -Self::MARGIN_SECONDS);
        Self { target: hours(connection.target_hours).min(action), action, limit }
    }

    /// From when on an answer is given as it stands.
    #[must_use]
    pub fn last_call(&self) -> Timestamp {
        add_seconds(self.limit, -Self::LAST_CALL_SECONDS)
    }
}

/// Where an alert stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlertState {
    /// Taken in; a person may already have asked for an action.
    Received { asked: Option<Box<ActionRequest>> },
    /// The sale is known.
    Matched { sale: Box<MatchCandidate>, asked: Option<Box<ActionRequest>> },
    /// A person must decide, a late order may match, or the deadline comes.
    ActionRequired {
        why: ReviewReason,
        sale: Option<Box<MatchCandidate>>,
        candidates: Vec<MatchCandidate>,
        decision: Option<Box<Decision>>,
    },
    /// What will be done is settled.
    Decided { sale: Option<Box<MatchCandidate>>, decision: Box<Decision> },
    /// The processor has the refund and has not confirmed it.
    Refunding { sale: Box<MatchCandidate>, decision: Box<Decision>, refund: RefundRecord },
    /// All is done that was decided.
    Actioned { done: Box<AlertSettlement> },
    /// The deadline passed first.
    Expired { done: Box<AlertSettlement> },
    /// The vendor has our answer, or can take none any more.
    Resolved { done: Box<AlertSettlement>, answer: AnswerResult },
    /// The vendor took the alert back.
    Retracted {
        done: Option<Box<AlertSettlement>>,
        /// What came of our answer, where it was given before.
        #[serde(default)]
        answer: Option<AnswerResult>,
        /// The sale it was matched to, where nothing was settled.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        sale: Option<Box<MatchCandidate>>,
    },
}

/// Money given back, as the processor or a person's word has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRecord {
    /// The processor's id of the refund, or the reference a person gave.
    pub id: String,
    pub amount: Money,
    pub at: Timestamp,
    pub way: ReturnMethod,
    /// The acquirer's reference of the credit, once it is known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arn: Option<String>,
    /// Why the money did not arrive, where the refund failed after it was confirmed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failure: Option<RefundFailure>,
}

/// How money went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RefundWay))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReturnMethod {
    /// A refund at the processor.
    Refunded,
    /// The payment was voided before it settled.
    Voided,
    /// By a person's word.
    Declared,
}

/// What became of the subscription.
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
    /// Ended by another way, by a person's word.
    Declared(Declaration),
}

/// All that was done, and how the vendor is told.
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

/// What came of telling the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AnswerResult {
    /// The vendor took it.
    Accepted,
    /// The vendor will not take it, with its reason.
    Refused(String),
    /// It could not be given before the limit.
    TooLate,
}

impl Alert {
    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> &AlertState {
        &self.state
    }

    /// What it needs a person for, while it waits for one.
    #[must_use]
    pub const fn review_reason(&self) -> Option<&ReviewReason> {
        match &self.state {
            AlertState::ActionRequired { why, .. } => Some(why),
            _ => None,
        }
    }

    /// The sale it was matched to, if any.
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

    /// What was settled, once it is.
    #[must_use]
    pub fn settlement(&self) -> Option<&AlertSettlement> {
        self.state.settlement()
    }

    /// What came of telling the vendor, once it was tried.
    #[must_use]
    pub const fn answer_result(&self) -> Option<&AnswerResult> {
        match &self.state {
            AlertState::Resolved { answer, .. } => Some(answer),
            AlertState::Retracted { answer, .. } => answer.as_ref(),
            _ => None,
        }
    }

    /// What was chosen, by whom, once it was.
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

    /// The candidates a person may choose from.
    #[must_use]
    pub fn candidates(&self) -> &[MatchCandidate] {
        match &self.state {
            AlertState::ActionRequired { candidates, .. } => candidates,
            _ => &[],
        }
    }

    /// The merchant account that took the payment, once known.
    #[must_use]
    pub fn merchant_id(&self) -> Option<&MerchantId> {
        self.sale().and_then(|candidate| candidate.sale.merchant.as_ref())
    }
}
