//! Messages of queues: an id, tagged by kind. Old messages therefore survive a deployment.

use domain::alert::waiting::WaitingAlertScan;
use domain::basics::id::{
    AlertId, DeliveryId, HandRefundId, OrderId, OrganisationId, QuarantineId,
};
use domain::notify::event::EventName;
use domain::notify::mail::{AlertMailName, ConfirmationMailName, OutageNoticeName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A message of the pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PipelineMessage {
    /// An alert waits for the stage of the queue.
    Alert(AlertId),
    /// An order arrived that a waiting alert may be about.
    Order(OrderId),
    /// An event occurred to which clients may subscribe.
    Event(EventName),
    /// A manual refund is to be made, or re-checked.
    Refund(HandRefundId),
    /// An event is to be delivered to an endpoint.
    Delivery(DeliveryId),
    /// Members are to be mailed about an alert.
    Mail(AlertMailName),
    /// A page of alerts that wait for an integration is to be searched for again.
    Waiting(WaitingAlertScan),
    /// An alert fits enrolments of several organisations: the evidence of each is to be examined.
    Contested(QuarantineId),
    /// Administrators are to be mailed about a failing integration.
    Notice(OutageNoticeName),
    /// The owner of a member's address is to be asked for consent.
    Confirmation(ConfirmationMailName),
    /// Members are to be mailed about the alerts of which no member could be notified.
    Backlog(OrganisationId),
}

impl PipelineMessage {
    /// Serialises the message for the queue.
    ///
    /// # Errors
    /// Only if JSON itself fails.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// A message being processed.
#[derive(Debug, Clone)]
pub struct MessageJob {
    pub message: PipelineMessage,
    /// The time at which this attempt began.
    pub now: Timestamp,
    /// The number of deliveries of the message, including this delivery.
    pub deliveries: u32,
}

impl MessageJob {
    /// Returns the alert that the message is about, if any.
    #[must_use]
    pub const fn alert_id(&self) -> Option<&AlertId> {
        match &self.message {
            PipelineMessage::Alert(id) => Some(id),
            PipelineMessage::Order(_)
            | PipelineMessage::Refund(_)
            | PipelineMessage::Event(_)
            | PipelineMessage::Delivery(_)
            | PipelineMessage::Mail(_)
            | PipelineMessage::Waiting(_)
            | PipelineMessage::Contested(_)
            | PipelineMessage::Notice(_)
            | PipelineMessage::Confirmation(_)
            | PipelineMessage::Backlog(_) => None,
        }
    }
}
