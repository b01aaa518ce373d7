//! Networks: who sends alerts and is told what was done.

use domain::alert;
use domain::basics::money::Money;
use domain::network::claim::Kind;
use domain::network::outcome::Outcome;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::PartnerError;
use crate::ethoca::{Ethoca, Pushed};

/// A network that we can call.
#[derive(Debug, Clone)]
pub enum Network {
    /// Mastercard's Ethoca.
    Ethoca(Ethoca),
    /// TEST mode: it takes every answer, and has no alerts but those that are simulated.
    Simulated,
}

/// What the network is to be told of one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingAnswer {
    /// The network's own id of the alert.
    pub vendor_alert_id: String,
    /// Fraud or dispute: it chooses the network's word.
    pub kind: Kind,
    /// What became of the alert.
    pub outcome: Outcome,
    /// The refund; told only where the outcome says that money went back.
    pub refund: Option<alert::Refund>,
    /// The amount that was stopped, where it is not the refund's.
    pub stopped: Option<Money>,
    /// When it was done.
    pub at: Timestamp,
}

/// What the network made of one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is the alert's outcome now.
    Accepted,
    /// The alert has an outcome: our own, if its acknowledgement was lost.
    AlreadyAnswered,
    /// The network did not take it.
    Refused {
        /// In the network's words.
        reason: String,
        /// Whether the same answer may be taken later.
        recoverable: bool,
    },
}

impl Network {
    /// The most answers or acknowledgements that one call may carry.
    pub const BATCH: usize = 25;

    /// Tells the network of up to [`Self::BATCH`] alerts; what came of each, by the network's id,
    /// in the order given.
    ///
    /// # Errors
    /// [`PartnerError`] where nothing is known of the whole batch; telling again is safe.
    pub async fn answer(
        &self,
        answers: &[OutgoingAnswer],
        now: Timestamp,
    ) -> Result<Vec<(String, Taken)>, PartnerError> {
        match self {
            Self::Ethoca(ethoca) => ethoca.answer(answers, now).await,
            Self::Simulated => Ok(answers
                .iter()
                .map(|answer| (answer.vendor_alert_id.clone(), Taken::Accepted))
                .collect()),
        }
    }

    /// Alerts that were not acknowledged yet, oldest first, at most [`Self::BATCH`], read as a push
    /// is. Times without an offset are in `zone`.
    ///
    /// # Errors
    /// [`PartnerError`] if the network cannot be asked.
    pub async fn pull(&self, zone: &TimeZone, now: Timestamp) -> Result<Vec<Pushed>, PartnerError> {
        match self {
            Self::Ethoca(ethoca) => ethoca.pull(zone, now).await,
            Self::Simulated => Ok(Vec::new()),
        }
    }

    /// Tells the network which alerts are stored (true) and which could not be (false).
    ///
    /// # Errors
    /// [`PartnerError`]; the alerts come again with the next pull, so nothing is lost by going on.
    pub async fn acknowledge(
        &self,
        ids: &[(String, bool)],
        now: Timestamp,
    ) -> Result<(), PartnerError> {
        match self {
            Self::Ethoca(ethoca) => ethoca.acknowledge(ids, now).await,
            Self::Simulated => Ok(()),
        }
    }
}
