//! What queues carry: an id, tagged by what it names, so that old messages survive a deploy.

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
    /// An alert waits for the stage whose queue this is.
    Alert(AlertId),
    /// An order came that a waiting alert may be about.
    Order(OrderId),
    /// Something happened that subscribers may want to hear of.
    Event(EventName),
    /// A person's refund is to be made, or looked at again.
    Refund(HandRefundId),
    /// An event is to be sent to an endpoint.
    Delivery(DeliveryId),
    /// Members are to be told of an alert.
    Mail(AlertMailName),
    /// Alerts that wait for an integration are to be searched for again, a page of them.
    Waiting(WaitingAlertScan),
    /// An alert that enrolments of several organisations fit: their evidence is looked at.
    Contested(QuarantineId),
    /// Administrators are to be told that an integration fails.
    Notice(OutageNoticeName),
    /// The owner of a member's address is to be asked for consent.
    Confirmation(ConfirmationMailName),
    /// Members are to be told of the alerts of which nobody could be.
    Backlog(OrganisationId),
}

impl PipelineMessage {
    /// The message as its queue carries it.
    ///
    /// # Errors
    /// Only if JSON itself fails.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// One message at work.
#[derive(Debug, Clone)]
pub struct MessageJob {
    pub message: PipelineMessage,
    /// The time this attempt began.
    pub now: Timestamp,
    /// How often the message was delivered, this time included.
    pub deliveries: u32,
}

impl MessageJob {
    /// The alert it is about, if it is about one.
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
