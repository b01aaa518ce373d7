//! Why a worker gives a message back. In the end it goes to the dead-letter queue, whose alarm
//! names the stage.

use domain::alert::transition::InvalidTransition;
use domain::basics::quotation::strip_quotation;
use partners::PartnerError;
use runtime::worker::MessageFailure;
use store::StoreError;

/// The message returns to its queue.
#[derive(Debug, thiserror::Error)]
pub enum StageFailure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Partner(#[from] PartnerError),
    #[error(transparent)]
    WrongState(#[from] InvalidTransition),
    /// The alert was left until its slot; nothing failed.
    #[error("the alert waits for a slot of its processor's account")]
    WaitsForSlot,
    /// Something this code relies on is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// The message, or opened credentials, cannot be read; the parser's words without its quotation
    /// of them.
    #[error("the message cannot be read: {0}")]
    Unreadable(String),
    /// A secret cannot be opened.
    #[error(transparent)]
    Secret(#[from] crate::secrets::SecretError),
    /// The vendor did not take it this time.
    #[error("the vendor did not take the answer: {0}")]
    NotTaken(String),
    /// An e-mail was not taken this time.
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
