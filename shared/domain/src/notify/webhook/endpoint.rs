//! Webhook endpoints: the owner, the secrets, and the health after delivery attempts.

use jiff::Timestamp;

use super::{DeliveryAttempt, PAUSE_SECONDS, WebhookEndpoint, WebhookEndpointStatus};
use crate::account::SealedSecret;
use crate::basics::id::OrganisationId;
use crate::basics::signing_secret::{active_secrets, rotate_secrets};
use crate::basics::time::add_seconds;
use crate::calls::lane::{CallLane, CallPace};
use crate::notify::event::EventKind;

impl WebhookEndpoint {
    /// Returns the id of the owner: the organisation, or the partner.
    #[must_use]
    pub fn owner_id(&self) -> &str {
        self.organisation.as_ref().map_or(self.partner.as_str(), OrganisationId::as_str)
    }

    /// Checks whether events of this kind are stored for the endpoint.
    #[must_use]
    pub fn is_subscribed_to(&self, kind: EventKind) -> bool {
        matches!(self.status, WebhookEndpointStatus::Enabled | WebhookEndpointStatus::Paused)
            && self.events.contains(&kind)
    }

    /// Returns the secrets that sign at a time, newest first.
    pub fn active_secrets(&self, now: Timestamp) -> impl Iterator<Item = &SealedSecret> {
        active_secrets(&self.secrets, now)
    }

    /// Adds a new secret. Earlier secrets sign for the overlap, too.
    #[must_use]
    pub fn rotate_secret(
        mut self,
        sealed: SealedSecret,
        overlap_seconds: i64,
        now: Timestamp,
    ) -> Self {
        self.secrets = rotate_secrets(self.secrets, sealed, overlap_seconds, now);
        self.next_version(now)
    }

    /// Records an attempt. Returns `None` if the endpoint does not change.
    #[must_use]
    pub fn record_attempt(self, attempt: &DeliveryAttempt, pace: CallPace) -> Option<Self> {
        let now = attempt.at;
        let mut next = self.clone();
        next.lane = match attempt.status {
            Some(_) => CallLane::after_answer(self.lane.as_ref(), pace),
            None => CallLane::after_silence(self.lane.as_ref(), now).or_else(|| self.lane.clone()),
        };
        match self.failing_since {
            _ if attempt.is_successful() => next.failing_since = None,
            _ if attempt.is_gone() => next.status = WebhookEndpointStatus::Stopped,
            None => next.failing_since = Some(now),
            Some(since)
                if now >= add_seconds(since, PAUSE_SECONDS)
                    && self.status == WebhookEndpointStatus::Enabled =>
            {
                next.status = WebhookEndpointStatus::Paused;
            }
            Some(_) => {}
        }
        (next != self).then(|| next.next_version(now))
    }

    /// Takes the lane for the probe: the single attempt that tests whether the endpoint answers
    /// again.
    #[must_use]
    pub fn with_probe_lane(self, lane: CallLane, now: Timestamp) -> Self {
        Self { lane: Some(lane), ..self }.next_version(now)
    }

    /// Advances the version.
    #[must_use]
    pub fn next_version(self, now: Timestamp) -> Self {
        Self { version: self.version.saturating_add(1), updated_at: now, ..self }
    }
}
