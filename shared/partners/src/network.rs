//! Networks: who sends alerts and is told what was done.

use domain::alert;
use domain::basics::money::Money;
use domain::network::claim::AlertKind;
use domain::network::outcome::AlertOutcome;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::PartnerError;
use crate::ethoca::{EthocaClient, PushedAlert};

/// A network that we can call.
#[derive(Debug, Clone)]
pub enum NetworkClient {
    /// Mastercard's Ethoca.
    Ethoca(EthocaClient),
    /// TEST mode: it takes every answer, and has no alerts but those that are simulated.
    Simulated,
}

/// What the network is to be told of one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingAnswer {
    /// The network's own id of the alert.
    pub vendor_alert_id: String,
    /// Fraud or dispute: it chooses the network's word.
    pub kind: AlertKind,
    /// What became of the alert.
    pub outcome: AlertOutcome,
    /// The refund; told only where the outcome says that money went back.
    pub refund: Option<alert::RefundRecord>,
    /// The amount that was stopped, where it is not the refund's.
    pub stopped: Option<Money>,
    /// When it was done.
    pub at: Timestamp,
}

/// What the network made of one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkAnswerResult {
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

impl NetworkClient {
    /// The most answers or acknowledgements that one call may carry.
    pub const BATCH: usize = 25;

    /// Tells the network of up to [`Self::BATCH`] alerts; what came of each, by the network's id,
    /// in the order given.
    ///
    /// # Errors
    /// [`PartnerError`] where nothing is known of the whole batch; telling again is safe.
    pub async fn send_answers(
        &self,
        answers: &[OutgoingAnswer],
        now: Timestamp,
    ) -> Result<Vec<(String, NetworkAnswerResult)>, PartnerError> {
        match self {
            Self::Ethoca(ethoca) => ethoca.send_answers(answers, now).await,
            Self::Simulated => Ok(answers
                .iter()
                .map(|answer| (answer.vendor_alert_id.clone(), NetworkAnswerResult::Accepted))
                .collect()),
        }
    }

    /// Alerts that were not acknowledged yet, oldest first, at most [`Self::BATCH`], read as a push
    /// is. Times without an offset are in `zone`.
    ///
    /// # Errors
    /// [`PartnerError`] if the network cannot be asked.
    pub async fn pull_alerts(
        &self,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Vec<PushedAlert>, PartnerError> {
        match self {
            Self::Ethoca(ethoca) => ethoca.pull_alerts(zone, now).await,
            Self::Simulated => Ok(Vec::new()),
        }
    }

    /// Tells the network which alerts are stored (true) and which could not be (false).
    ///
    /// # Errors
    /// [`PartnerError`]; the alerts come again with the next pull, so nothing is lost by going on.
    pub async fn acknowledge_alerts(
        &self,
        ids: &[(String, bool)],
        now: Timestamp,
    ) -> Result<(), PartnerError> {
        match self {
            Self::Ethoca(ethoca) => ethoca.acknowledge_alerts(ids, now).await,
            Self::Simulated => Ok(()),
        }
    }
}
