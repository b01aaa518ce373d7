//! Alerts that wait for a person while no member can receive e-mail. A single e-mail reports all of
//! these alerts as soon as a member can receive e-mail.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::{AlertId, OrganisationId};
use crate::basics::time::{add_seconds, utc_day};

/// The maximum number of alerts named in an e-mail; further alerts are only counted.
pub const MOST_WAITING: usize = 50;

/// The alerts that an organisation's members have not been notified of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailBacklog {
    pub organisation: OrganisationId,
    pub alerts: Vec<AlertId>,
    /// The number of further alerts, which are not named.
    #[serde(default)]
    pub unnamed: u32,
    /// The time of the next automatic retry: the start of the next day's budget.
    pub told_at: Timestamp,
    /// The number of times that the backlog fell due.
    #[serde(default)]
    pub calls: u32,
    pub version: u64,
}

impl MailBacklog {
    /// Creates an empty backlog.
    #[must_use]
    pub fn new(organisation: OrganisationId, now: Timestamp) -> Self {
        Self {
            organisation,
            alerts: Vec::new(),
            unnamed: 0,
            told_at: start_of_next_day(now),
            calls: 0,
            version: 0,
        }
    }

    /// Adds an alert. Returns `None` if the alert is already in the backlog.
    #[must_use]
    pub fn with_alert(mut self, alert: &AlertId, now: Timestamp) -> Option<Self> {
        if self.alerts.contains(alert) {
            return None;
        }
        if self.alerts.is_empty() {
            self.told_at = start_of_next_day(now);
        }
        if self.alerts.len() < MOST_WAITING {
            self.alerts.push(alert.clone());
        } else {
            self.unnamed = self.unnamed.saturating_add(1);
        }
        Some(self.next_version())
    }

    /// Retains the alerts that still wait. Returns `None` if all alerts still wait.
    #[must_use]
    pub fn retain_waiting(self, waiting: Vec<AlertId>) -> Option<Self> {
        let unnamed = if waiting.is_empty() { 0 } else { self.unnamed };
        (self.alerts != waiting).then(|| Self { alerts: waiting, unnamed, ..self }.next_version())
    }

    /// Returns the time of the next automatic retry, while alerts wait.
    #[must_use]
    pub fn next_retry_at(&self) -> Option<Timestamp> {
        (!self.alerts.is_empty()).then_some(self.told_at)
    }

    /// Marks a due backlog: the write requests the e-mail, and the retry is set for the next day.
    #[must_use]
    pub fn apply_due(self, now: Timestamp) -> Option<Self> {
        let calls = self.calls.saturating_add(1);
        self.next_retry_at()
            .is_some_and(|due| due <= now)
            .then(|| Self { calls, told_at: start_of_next_day(now), ..self }.next_version())
    }

    /// Checks whether a write of the backlog requests the e-mail.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> bool {
        before.is_some_and(|before| before.calls != self.calls)
    }

    fn next_version(self) -> Self {
        Self { version: self.version.saturating_add(1), ..self }
    }
}

/// Returns the start of the next UTC day.
fn start_of_next_day(now: Timestamp) -> Timestamp {
    let tomorrow = utc_day(add_seconds(now, 86_400));
    tomorrow
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_or_else(|_| add_seconds(now, 86_400), |midnight| midnight.timestamp())
}
