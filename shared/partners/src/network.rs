//! The networks: send alerts, and receive an answer for each alert.

use domain::alert;
use domain::basics::money::Money;
use domain::network::claim::AlertKind;
use domain::network::outcome::AlertOutcome;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::PartnerError;
use crate::ethoca::EthocaClient;
use crate::pushed_alert::PushedAlert;

/// The client of a network.
#[derive(Debug, Clone)]
pub enum NetworkClient {
    /// Mastercard's Ethoca.
    Ethoca(EthocaClient),
    /// TEST mode: accepts every answer, and has simulated alerts only.
    Simulated,
}

/// The answer to the network about an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingAnswer {
    /// The network's own id of the alert.
    pub vendor_alert_id: String,
    /// Fraud or dispute: selects the network's code.
    pub kind: AlertKind,
    /// The outcome of the alert.
    pub outcome: AlertOutcome,
    /// The refund; reported only where the outcome says that money was returned.
    pub refund: Option<alert::RefundRecord>,
    /// The stopped amount, where different from the refund's amount.
    pub stopped: Option<Money>,
    /// The time of the outcome.
    pub at: Timestamp,
}

/// The network's result for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NetworkAnswerResult {
    /// The answer is now the alert's outcome.
    Accepted,
    /// The alert already has an outcome: ours, if an earlier acknowledgement was lost.
    AlreadyAnswered,
    /// The network refused the answer.
    Refused {
        /// The network's reason.
        reason: String,
        /// Whether a retry of the same answer may be accepted.
        recoverable: bool,
    },
}

impl NetworkClient {
    /// The most answers or acknowledgements of a single call.
    pub const BATCH: usize = 25;

    /// Sends the answers of up to [`Self::BATCH`] alerts. Returns the result of each answer by the
    /// network's id, in the given sequence.
    ///
    /// # Errors
    /// [`PartnerError`] where the result of the whole batch is unknown; a retry is idempotent.
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

    /// Returns alerts that are not acknowledged yet, oldest first, at most [`Self::BATCH`], read as
    /// a push. Times without an offset are in `zone`.
    ///
    /// # Errors
    /// [`PartnerError`] if the call fails.
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

    /// Acknowledges alerts to the network: stored (true), or not stored (false).
    ///
    /// # Errors
    /// [`PartnerError`] if the call fails. The next pull returns the alerts again; the caller may
    /// continue without loss.
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
