//! The events that a write causes for subscribers: the second pure function beside `next_stage`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::enrolment::Enrolment;
use crate::alert::{
    Alert, AlertState, CancellationResult, CourseOfAction, NotificationWarning, ReviewReason,
    StepKind,
};
use crate::basics::id::{
    AlertId, EnrolmentId, EventId, HandRefundId, IntegrationId, OrganisationId,
};
use crate::network::outcome::AlertOutcome;
use crate::refund::manual::ManualRefund;
use crate::rules::ruleset::AlertAction;

/// The kind of an event, by the name that subscribers use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = EventType))]
pub enum EventKind {
    /// The alert is stored. Sent before the search for the sale.
    #[serde(rename = "alert.recorded")]
    AlertRecorded,
    #[serde(rename = "alert.created")]
    AlertCreated,
    #[serde(rename = "alert.updated")]
    AlertUpdated,
    #[serde(rename = "alert.matched")]
    AlertMatched,
    #[serde(rename = "alert.expiring")]
    AlertExpiring,
    /// The alert waits for a person, and no member can receive e-mail.
    #[serde(rename = "alert.no_one_notified")]
    AlertNoOneNotified,
    #[serde(rename = "refund.failed")]
    RefundFailed,
    #[serde(rename = "subscription_cancel.failed")]
    SubscriptionCancelFailed,
    /// The cancellation of the subscription is decided.
    #[serde(rename = "subscription.cancel_requested")]
    SubscriptionCancelRequested,
    /// A refund is decided for an order that may still be in transit. Sent only while the order is
    /// open.
    #[serde(rename = "order.cancel_requested")]
    OrderCancelRequested,
    /// A manual refund has progressed.
    #[serde(rename = "refund.updated")]
    RefundUpdated,
    #[serde(rename = "enrolment.created")]
    EnrolmentCreated,
    #[serde(rename = "enrolment.updated")]
    EnrolmentUpdated,
    /// Calls with an integration fail.
    #[serde(rename = "integration.failing")]
    IntegrationFailing,
    /// Calls with an integration succeed again.
    #[serde(rename = "integration.recovered")]
    IntegrationRecovered,
    /// A test, requested for an endpoint. Not available for subscription.
    #[serde(rename = "webhook_endpoint.test")]
    Test,
}

/// The subject of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventSubject {
    Alert(AlertId),
    Enrolment(EnrolmentId),
    Refund(HandRefundId),
    Integration(IntegrationId),
}

/// The name of an event. The event's id is derived from the name, which makes repeated events
/// idempotent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventName {
    pub subject: EventSubject,
    pub version: u64,
    pub kind: EventKind,
}

/// The occurrence of an event, as returned to clients that poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventOccurrence {
    pub name: EventName,
    pub organisation: OrganisationId,
    pub at: Timestamp,
}

/// The part of an alert that is visible to subscribers. A write that leaves this part unchanged
/// causes no event.
#[derive(PartialEq, Eq)]
struct VisibleAlert<'a> {
    view: crate::alert::status::AlertStatusView,
    sale: Option<&'a str>,
    why: Option<&'a ReviewReason>,
    candidates: usize,
    cancellation: Option<&'a CancellationResult>,
    outcome: Option<&'a AlertOutcome>,
    note: Option<&'a str>,
    unnotified: Option<NotificationWarning>,
    /// The settled refund: the id, the acquirer reference number, and whether the refund failed.
    refund: Option<(&'a str, Option<&'a str>, bool)>,
}

impl EventKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::AlertRecorded,
        Self::AlertCreated,
        Self::AlertUpdated,
        Self::AlertMatched,
        Self::AlertExpiring,
        Self::AlertNoOneNotified,
        Self::RefundFailed,
        Self::SubscriptionCancelFailed,
        Self::SubscriptionCancelRequested,
        Self::OrderCancelRequested,
        Self::RefundUpdated,
        Self::EnrolmentCreated,
        Self::EnrolmentUpdated,
        Self::IntegrationFailing,
        Self::IntegrationRecovered,
        Self::Test,
    ];

    /// Returns the name that subscribers use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AlertRecorded => "alert.recorded",
            Self::AlertCreated => "alert.created",
            Self::AlertUpdated => "alert.updated",
            Self::AlertMatched => "alert.matched",
            Self::AlertExpiring => "alert.expiring",
            Self::AlertNoOneNotified => "alert.no_one_notified",
            Self::RefundFailed => "refund.failed",
            Self::SubscriptionCancelFailed => "subscription_cancel.failed",
            Self::SubscriptionCancelRequested => "subscription.cancel_requested",
            Self::OrderCancelRequested => "order.cancel_requested",
            Self::RefundUpdated => "refund.updated",
            Self::EnrolmentCreated => "enrolment.created",
            Self::EnrolmentUpdated => "enrolment.updated",
            Self::IntegrationFailing => "integration.failing",
            Self::IntegrationRecovered => "integration.recovered",
            Self::Test => "webhook_endpoint.test",
        }
    }
}

impl EventName {
    /// Returns the id of the event.
    #[must_use]
    pub fn event_id(&self) -> EventId {
        let subject = match &self.subject {
            EventSubject::Alert(id) => id.as_str(),
            EventSubject::Enrolment(id) => id.as_str(),
            EventSubject::Refund(id) => id.as_str(),
            EventSubject::Integration(id) => id.as_str(),
        };
        EventId::derived(&[subject, &self.version.to_string(), self.kind.as_str()])
    }
}

impl Alert {
    /// Returns the events that a write causes.
    #[must_use]
    pub fn says(&self, before: Option<&Self>) -> Vec<EventKind> {
        if !self.is_announced() {
            return before.is_none().then_some(EventKind::AlertRecorded).into_iter().collect();
        }
        let known = before.filter(|before| before.is_announced());
        let first = match known {
            None => Some(EventKind::AlertCreated),
            Some(before) => (before.to_visible_alert() != self.to_visible_alert())
                .then_some(EventKind::AlertUpdated),
        };
        let began = |is: fn(&Self) -> bool| is(self) && !known.is_some_and(is);
        let also = [
            (began(|alert| alert.sale().is_some()), EventKind::AlertMatched),
            (began(|alert| alert.warned), EventKind::AlertExpiring),
            (began(|alert| alert.unnotified.is_some()), EventKind::AlertNoOneNotified),
            (began(Self::has_refund_failure), EventKind::RefundFailed),
            (began(Self::has_failed_cancellation), EventKind::SubscriptionCancelFailed),
            (began(Self::is_ending_subscription), EventKind::SubscriptionCancelRequested),
            (began(Self::is_refunding_order), EventKind::OrderCancelRequested),
        ];
        first
            .into_iter()
            .chain(also.into_iter().filter(|(so, _)| *so).map(|(_, kind)| kind))
            .collect()
    }

    /// Checks whether subscribers have been notified of the alert: matching has finished, or did
    /// not delay the notification.
    #[must_use]
    pub fn is_announced(&self) -> bool {
        let unmatched = |did: StepKind| {
            matches!(
                did,
                StepKind::Received
                    | StepKind::Asked
                    | StepKind::Nudged
                    | StepKind::Noted
                    | StepKind::Erased
            )
        };
        self.history.iter().any(|step| !unmatched(step.did))
    }

    /// Returns the visible part. A pending refund causes no event before the processor confirms or
    /// refuses the refund.
    fn to_visible_alert(&self) -> VisibleAlert<'_> {
        let (done, sale) = (self.settlement(), self.sale());
        VisibleAlert {
            view: self.status_view(),
            sale: sale.map(|candidate| candidate.sale.transaction_id.as_str()),
            why: self.review_reason(),
            candidates: self.candidates().len(),
            cancellation: done.and_then(|done| done.cancellation.as_ref()),
            outcome: done.map(|done| &done.outcome),
            note: self.note.as_deref(),
            unnotified: self.unnotified,
            refund: done
                .and_then(|done| done.refund.as_ref())
                .map(|refund| (refund.id.as_str(), refund.arn.as_deref(), refund.has_failed())),
        }
    }

    fn has_refund_failure(&self) -> bool {
        matches!(self.review_reason(), Some(ReviewReason::RefundFailed { .. }))
            || self.has_failed_refund()
    }

    /// Returns the action that was decided and is pending.
    fn pending_action(&self) -> Option<AlertAction> {
        let decision = match self.state() {
            AlertState::Decided { decision, .. } | AlertState::Refunding { decision, .. } => {
                Some(decision)
            }
            AlertState::ActionRequired { why, decision, .. } if why.keeps_decision() => {
                decision.as_ref()
            }
            _ => None,
        };
        match decision.map(|decision| &decision.course) {
            Some(CourseOfAction::Act { action, .. }) => Some(*action),
            _ => None,
        }
    }

    fn is_ending_subscription(&self) -> bool {
        self.pending_action().is_some_and(AlertAction::includes_cancellation)
    }

    fn is_refunding_order(&self) -> bool {
        self.pending_action().is_some_and(AlertAction::includes_refund)
            && self.sale().is_some_and(|found| found.sale.order.is_some())
    }

    fn has_failed_cancellation(&self) -> bool {
        self.settlement().is_some_and(|done| {
            matches!(done.cancellation, Some(CancellationResult::Failed { .. }))
        })
    }
}

impl ManualRefund {
    /// Returns the event that a write causes. The first write causes none, since the requester has
    /// the response.
    #[must_use]
    pub fn says(&self, before: Option<&Self>) -> Option<EventKind> {
        let sight = |one: &Self| {
            (one.state.step_kind(), one.refund().and_then(|refund| refund.arn.clone()))
        };
        before.filter(|before| sight(before) != sight(self)).map(|_| EventKind::RefundUpdated)
    }
}

impl Enrolment {
    /// Returns the event that a write causes.
    #[must_use]
    pub fn says(&self, before: Option<&Self>) -> Option<EventKind> {
        let Some(before) = before else { return Some(EventKind::EnrolmentCreated) };
        let sight = |one: &Self| {
            (one.status, one.note.clone(), one.watches.clone(), one.merchant_ids.clone())
        };
        (sight(before) != sight(self)).then_some(EventKind::EnrolmentUpdated)
    }
}

#[cfg(test)]
mod tests;
