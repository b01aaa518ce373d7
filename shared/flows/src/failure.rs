//! The failures for which a worker returns a message to the queue. After the last delivery the
//! message goes to the dead-letter queue, and the alarm names the stage.

use domain::alert::transition::InvalidTransition;
use domain::basics::quotation::strip_quotation;
use partners::PartnerError;
use runtime::worker::MessageFailure;
use store::StoreError;

/// The failure of a stage, after which the message returns to the queue.
#[derive(Debug, thiserror::Error)]
pub enum StageFailure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Partner(#[from] PartnerError),
    #[error(transparent)]
    WrongState(#[from] InvalidTransition),
    /// The alert was deferred until a slot; nothing failed.
    #[error("the alert waits for a slot of its processor's account")]
    WaitsForSlot,
    /// A required item is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The message, or an opened secret, cannot be parsed. The text is the parser's, without
    /// quotations from the input.
    #[error("the message cannot be read: {0}")]
    Unreadable(String),
    /// A secret cannot be opened.
    #[error(transparent)]
    Secret(#[from] crate::secrets::SecretError),
    /// The vendor did not accept the answer in this attempt.
    #[error("the vendor did not take the answer: {0}")]
    NotTaken(String),
    /// The e-mail service did not accept the e-mail in this attempt.
    #[error("the e-mail was not taken: {0}")]
    NotMailed(String),
    /// Messages could not be sent.
    #[error("{0} messages could not be sent")]
    NotSent(usize),
}

impl From<serde_json::Error> for StageFailure {
    fn from(error: serde_json::Error) -> Self {
        Self::Unreadable(strip_quotation(&error.to_string()))
    }
}

impl MessageFailure for StageFailure {
    fn is_contention(&self) -> bool {
        matches!(self, Self::Store(StoreError::Conflict(_) | StoreError::NotYours(_)))
    }
}
