//! What queues carry: an id, tagged by what it names, so that old messages survive a deploy.

use domain::alert::waiting::Waking;
use domain::basics::id::{
    AlertId, DeliveryId, HandRefundId, OrderId, OrganisationId, QuarantineId,
};
use domain::notify::event::EventName;
use domain::notify::mail::{ConfirmationName, MailName, NoticeName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A message of the pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
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
    Mail(MailName),
    /// Alerts that wait for an integration are to be searched for again, a page of them.
    Waiting(Waking),
    /// An alert that enrolments of several organisations fit: their evidence is looked at.
    Contested(QuarantineId),
    /// Administrators are to be told that an integration fails.
    Notice(NoticeName),
    /// The owner of a member's address is to be asked for consent.
    Confirmation(ConfirmationName),
    /// Members are to be told of the alerts of which nobody could be.
    Backlog(OrganisationId),
}

impl Message {
    /// The message as its queue carries it.
    ///
    /// # Errors
    /// Only if JSON itself fails.
    pub fn body(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// One message at work.
#[derive(Debug, Clone)]
pub struct Job {
    pub message: Message,
    /// The time this attempt began.
    pub now: Timestamp,
    /// How often the message was delivered, this time included.
    pub deliveries: u32,
}

impl Job {
    /// The alert it is about, if it is about one.
    #[must_use]
    pub const fn alert(&self) -> Option<&AlertId> {
        match &self.message {
            Message::Alert(id) => Some(id),
            Message::Order(_)
            | Message::Refund(_)
            | Message::Event(_)
            | Message::Delivery(_)
            | Message::Mail(_)
            | Message::Waiting(_)
            | Message::Contested(_)
            | Message::Notice(_)
            | Message::Confirmation(_)
            | Message::Backlog(_) => None,
        }
    }
}
