//! An endpoint: whose it is, what signs, and what tries tell of it.

use jiff::Timestamp;

use super::{Attempt, Endpoint, EndpointStatus, PAUSE_SECONDS};
use crate::account::Sealed;
use crate::basics::id::OrganisationId;
use crate::basics::signing_secret::{rotated, signing};
use crate::basics::time::after;
use crate::calls::lane::{Lane, Pace};
use crate::notify::event::EventKind;

impl Endpoint {
    /// Whose it is: the organisation's, or the partner's.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.organisation.as_ref().map_or(self.partner.as_str(), OrganisationId::as_str)
    }

    /// Whether events of this kind are kept for it.
    #[must_use]
    pub fn wants(&self, kind: EventKind) -> bool {
        matches!(self.status, EndpointStatus::Enabled | EndpointStatus::Paused)
            && self.events.contains(&kind)
    }

    /// The secrets that sign at a time, the newest first.
    pub fn signing(&self, now: Timestamp) -> impl Iterator<Item = &Sealed> {
        signing(&self.secrets, now)
    }

    /// A new secret; those before it sign for a while longer.
    #[must_use]
    pub fn rotated(mut self, sealed: Sealed, overlap_seconds: i64, now: Timestamp) -> Self {
        self.secrets = rotated(self.secrets, sealed, overlap_seconds, now);
        self.changed(now)
    }

    /// What an attempt makes of it; nothing, where it stays as it is.
    #[must_use]
    pub fn heard(self, attempt: &Attempt, pace: Pace) -> Option<Self> {
        let now = attempt.at;
        let mut next = self.clone();
        next.lane = match attempt.status {
            Some(_) => Lane::after_answer(self.lane.as_ref(), pace),
            None => Lane::after_silence(self.lane.as_ref(), now).or_else(|| self.lane.clone()),
        };
        match self.failing_since {
            _ if attempt.succeeded() => next.failing_since = None,
            _ if attempt.is_gone() => next.status = EndpointStatus::Stopped,
            None => next.failing_since = Some(now),
            Some(since)
                if now >= after(since, PAUSE_SECONDS) && self.status == EndpointStatus::Enabled =>
            {
                next.status = EndpointStatus::Paused;
            }
            Some(_) => {}
        }
        (next != self).then(|| next.changed(now))
    }

    /// The endpoint with its lane taken for the one try that tells whether it answers again.
    #[must_use]
    pub fn probed(self, lane: Lane, now: Timestamp) -> Self {
        Self { lane: Some(lane), ..self }.changed(now)
    }

    /// One version on.
    #[must_use]
    pub fn changed(self, now: Timestamp) -> Self {
        Self { version: self.version.saturating_add(1), updated_at: now, ..self }
    }
}
