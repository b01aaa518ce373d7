//! Alerts that wait for a person of whom nobody could be written to: told together in one mail, as
//! soon as somebody can be.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::{AlertId, OrganisationId};
use crate::basics::time::{add_seconds, utc_day};

/// So many alerts are named in one mail; of more only their number is told.
pub const MOST_WAITING: usize = 50;

/// What an organisation's members have not been told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailBacklog {
    pub organisation: OrganisationId,
    pub alerts: Vec<AlertId>,
    /// How many more wait, which are not named.
    #[serde(default)]
    pub unnamed: u32,
    /// When it is tried by itself: as the next day's budget begins.
    pub told_at: Timestamp,
    /// How often it fell due.
    #[serde(default)]
    pub calls: u32,
    pub version: u64,
}

impl MailBacklog {
    /// A first one.
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

    /// With one alert more; nothing where it has it.
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

    /// With only the alerts that still wait; nothing where that is all of them.
    #[must_use]
    pub fn retain_waiting(self, waiting: Vec<AlertId>) -> Option<Self> {
        let unnamed = if waiting.is_empty() { 0 } else { self.unnamed };
        (self.alerts != waiting).then(|| Self { alerts: waiting, unnamed, ..self }.next_version())
    }

    /// When it is tried by itself, while anything waits.
    #[must_use]
    pub fn next_retry_at(&self) -> Option<Timestamp> {
        (!self.alerts.is_empty()).then_some(self.told_at)
    }

    /// It has fallen due: the write asks for its mail, and the next day does so again.
    #[must_use]
    pub fn apply_due(self, now: Timestamp) -> Option<Self> {
        let calls = self.calls.saturating_add(1);
        self.next_retry_at()
            .is_some_and(|due| due <= now)
            .then(|| Self { calls, told_at: start_of_next_day(now), ..self }.next_version())
    }

    /// Whether a write of it asks for its mail.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> bool {
        before.is_some_and(|before| before.calls != self.calls)
    }

    fn next_version(self) -> Self {
        Self { version: self.version.saturating_add(1), ..self }
    }
}

/// When the next day begins, in UTC.
fn start_of_next_day(now: Timestamp) -> Timestamp {
    let tomorrow = utc_day(add_seconds(now, 86_400));
    tomorrow
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_or_else(|_| add_seconds(now, 86_400), |midnight| midnight.timestamp())
}
