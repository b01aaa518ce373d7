//! What Ethoca remembers, and the file it is kept in.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::faults::Fault;
use super::refusal::ErrorItem;

/// Calls kept for whoever asks; older ones fall out so that the file stays small.
const REQUESTS_KEPT: usize = 500;

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Memory {
    /// Public keys (DER, base64) by consumer key.
    pub consumers: BTreeMap<String, String>,
    /// Unix seconds of each nonce of the last minutes.
    pub nonces: BTreeMap<String, i64>,
    pub alerts: BTreeMap<String, Known>,
    pub outcomes: Vec<Received>,
    pub faults: Vec<Fault>,
    pub requests: VecDeque<Request>,
    pub alerts_seen: u64,
}

/// An alert that Ethoca holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Known {
    /// Its place in the order of arrival.
    pub sequence: u64,
    /// The alert as it is sent.
    pub alert: Box<RawValue>,
    /// When Ethoca first had it.
    pub raised_at: Timestamp,
    /// How often it was pushed.
    pub pushes: u32,
    /// Set once the merchant has it: pulls leave it out from then on.
    pub acknowledged: Option<Acknowledged>,
    /// The latest outcome that is not final.
    pub transit: Option<Box<RawValue>>,
    /// The first final outcome, which nothing replaces.
    pub outcome: Option<Box<RawValue>>,
}

/// When and how a merchant acknowledged an alert.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Acknowledged {
    /// When.
    pub at: Timestamp,
    /// By which way.
    pub by: Channel,
}

/// The two ways to acknowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Channel {
    /// In the answer to the push.
    Push,
    /// By a call of its own.
    Call,
}

/// One outcome as it was received.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Received {
    /// When.
    pub at: Timestamp,
    /// Who signed the call.
    pub consumer_key: String,
    /// The alert it names.
    pub alert_id: Option<String>,
    /// Whether it was taken.
    pub verdict: Verdict,
    /// Why it was not.
    pub error: Option<ErrorItem>,
    /// The item as sent.
    pub outcome: Box<RawValue>,
}

/// What became of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// Taken as the final one.
    Accepted,
    /// Taken until a final one comes.
    AcceptedInTransit,
    /// Answered with FAILURE.
    Refused,
}

/// One call received.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// When.
    pub at: Timestamp,
    /// Its method.
    pub method: String,
    /// Its path and query.
    pub path: String,
    /// Who signed it, if the signature held.
    pub consumer_key: Option<String>,
    /// The fault that met it.
    pub fault: Option<Fault>,
    /// The status answered; none where the connection was dropped.
    pub status: Option<u16>,
    /// Its body as text.
    pub body: String,
}

impl Memory {
    pub fn load(file: &Path) -> Self {
        match fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).expect("a memory this version can read"),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::default(),
            Err(error) => panic!("{} cannot be read: {error}", file.display()),
        }
    }

    /// Writes beside the file and renames: a kill leaves the old memory or the new one.
    pub fn save(&self, file: &Path) {
        let beside = file.with_extension("json.new");
        fs::create_dir_all(file.parent().expect("a file in a directory"))
            .expect("the data directory can be made");
        fs::write(&beside, serde_json::to_vec(self).expect("a memory that is JSON"))
            .expect("the data directory can be written");
        fs::rename(&beside, file).expect("the new memory takes the place of the old");
    }

    /// Keeps an alert; one that is known keeps what was said of it.
    pub fn remember(&mut self, alert_id: &str, alert: Box<RawValue>, now: Timestamp) -> &mut Known {
        let sequence = self.alerts_seen;
        self.alerts_seen += 1;
        self.alerts
            .entry(alert_id.to_owned())
            .and_modify(|known| known.alert.clone_from(&alert))
            .or_insert_with(|| Known {
                sequence,
                alert,
                raised_at: now,
                pushes: 0,
                acknowledged: None,
                transit: None,
                outcome: None,
            })
    }

    /// Marks an alert acknowledged, the first time counting; false where it is unknown.
    pub fn acknowledge(&mut self, alert_id: &str, by: Channel, at: Timestamp) -> bool {
        let Some(known) = self.alerts.get_mut(alert_id) else {
            return false;
        };
        known.acknowledged.get_or_insert(Acknowledged { at, by });
        true
    }

    pub fn record(&mut self, request: Request) {
        if self.requests.len() == REQUESTS_KEPT {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }
}
