//! Webhooks out: whom we tell, what came of each telling, and when it is tried again.

mod endpoint;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::{DeliveryId, EndpointId, EventId, OrganisationId, PartnerId};
pub use crate::basics::signing_secret::SigningSecret;
use crate::basics::time::add_seconds;
use crate::calls::lane::CallLane;
use crate::notify::event::EventKind;

/// The waits before a failed delivery is tried again, in seconds: the documented ones.
pub const RETRIES: [i64; 5] = [60, 5 * 60, 30 * 60, 2 * 3600, 12 * 3600];
/// An endpoint that took nothing for so long is paused.
pub const PAUSE_SECONDS: i64 = 5 * 86_400;
/// A delivery that was asked for and not tried is asked for again after this.
const NUDGE_SECONDS: i64 = 15 * 60;
/// One that waits with those for slow receivers is looked at again after this.
const PARTED_SECONDS: i64 = 2 * 3600;
/// Older attempts are forgotten.
const MOST_ATTEMPTS: usize = 20;

/// Where a partner or an organisation wants to hear of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookEndpoint {
    pub id: EndpointId,
    pub partner: PartnerId,
    /// Only this organisation's events; all of the partner's, where none is named.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organisation: Option<OrganisationId>,
    pub url: String,
    pub events: Vec<EventKind>,
    pub signature: SignatureScheme,
    /// The newest first; older ones sign too until they end.
    pub secrets: Vec<SigningSecret>,
    pub status: WebhookEndpointStatus,
    /// Since when nothing was taken.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failing_since: Option<Timestamp>,
    /// How tries go, where they are not answered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lane: Option<CallLane>,
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How deliveries are signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SignatureScheme))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SignatureScheme {
    /// `X-Signature`, HMAC-SHA512.
    #[default]
    Legacy,
    /// <https://www.standardwebhooks.com>
    StandardWebhooks,
}

/// Whether an endpoint is told anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = WebhookEndpointStatus))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WebhookEndpointStatus {
    Enabled,
    /// By its owner: nothing is kept for it.
    Disabled,
    /// Failed for days: deliveries are held until it is enabled and they are replayed.
    Paused,
    /// It answered 410: nothing is kept for it.
    Stopped,
}

/// An event as it was rendered, once: retries, replays and signatures carry the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookEvent {
    pub id: EventId,
    pub kind: EventKind,
    pub body: String,
    pub created_at: Timestamp,
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDelivery {
    pub id: DeliveryId,
    pub endpoint: EndpointId,
    pub event: EventId,
    pub kind: EventKind,
    pub state: DeliveryState,
    /// The latest last.
    pub attempts: Vec<DeliveryAttempt>,
    /// How often it was tried since it was made or replayed, and how often that was asked for.
    pub tries: u32,
    pub asked: u32,
    /// How often a try that was asked for was asked for again.
    #[serde(default)]
    pub nudges: u32,
    /// It waits with those for slow receivers.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_parted: bool,
    /// When it is tried, or asked for, again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due_at: Option<Timestamp>,
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DeliveryStatus))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveryState {
    Waiting,
    Delivered,
    /// Given up: only a replay tries it again.
    Failed,
    /// Kept back, since its endpoint is paused or disabled.
    Held,
}

/// One try, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DeliveryAttempt))]
pub struct DeliveryAttempt {
    pub at: Timestamp,
    /// The status of the answer, where there was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<u16>,
    /// Why there was none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
}

impl DeliveryState {
    /// The state as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "WAITING",
            Self::Delivered => "DELIVERED",
            Self::Failed => "FAILED",
            Self::Held => "HELD",
        }
    }
}

impl DeliveryAttempt {
    /// Whether the receiver took it.
    #[must_use]
    pub fn is_successful(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the receiver wants nothing any more.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        matches!(self.status, Some(410))
    }
}

impl WebhookDelivery {
    /// A delivery of an event; an endpoint that is paused gets it later.
    #[must_use]
    pub fn new(event: &WebhookEvent, endpoint: &WebhookEndpoint, now: Timestamp) -> Self {
        let held = endpoint.status != WebhookEndpointStatus::Enabled;
        Self {
            id: DeliveryId::derived(&[event.id.as_str(), endpoint.id.as_str()]),
            endpoint: endpoint.id.clone(),
            event: event.id.clone(),
            kind: event.kind,
            state: if held { DeliveryState::Held } else { DeliveryState::Waiting },
            attempts: Vec::new(),
            tries: 0,
            asked: 1,
            nudges: 0,
            is_parted: false,
            due_at: (!held).then(|| add_seconds(now, NUDGE_SECONDS)),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether a try is asked for: repeated and late messages find nothing to do.
    #[must_use]
    pub fn is_attempt_requested(&self) -> bool {
        self.state == DeliveryState::Waiting && self.tries < self.asked
    }

    /// Whether a write asks for a try.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> bool {
        let parted = |before: &Self| self.is_parted && !before.is_parted;
        let asked = |before: &Self| {
            before.asked != self.asked || before.nudges != self.nudges || parted(before)
        };
        self.is_attempt_requested() && before.is_none_or(asked)
    }

    /// What falls due by now, done: the next try is asked for, or asked for again.
    #[must_use]
    pub fn wake_if_due(mut self, now: Timestamp) -> Option<Self> {
        if self.state != DeliveryState::Waiting || self.due_at.is_none_or(|at| at > now) {
            return None;
        }
        if self.is_attempt_requested() {
            self.nudges = self.nudges.saturating_add(1);
        } else {
            self.asked = self.asked.saturating_add(1);
        }
        self.due_at = Some(add_seconds(now, NUDGE_SECONDS));
        self.is_parted = false;
        Some(self.next_version(now))
    }

    /// Put with those for slow receivers: the try stays asked for.
    #[must_use]
    pub fn move_to_slow_queue(self, now: Timestamp) -> Self {
        Self { is_parted: true, due_at: Some(add_seconds(now, PARTED_SECONDS)), ..self }
            .next_version(now)
    }

    /// What a try makes of it.
    #[must_use]
    pub fn record_attempt(mut self, attempt: DeliveryAttempt) -> Self {
        let now = attempt.at;
        self.is_parted = false;
        self.tries = self.tries.saturating_add(1);
        let retry =
            RETRIES.get(self.tries.saturating_sub(1) as usize).filter(|_| !attempt.is_gone());
        (self.state, self.due_at) = match retry {
            _ if attempt.is_successful() => (DeliveryState::Delivered, None),
            Some(wait) => (DeliveryState::Waiting, Some(add_seconds(now, *wait))),
            None => (DeliveryState::Failed, None),
        };
        self.attempts.push(attempt);
        let surplus = self.attempts.len().saturating_sub(MOST_ATTEMPTS);
        self.attempts.drain(..surplus);
        self.next_version(now)
    }

    /// Left until its endpoint may be called again, longer each time; the try stays asked for.
    #[must_use]
    pub fn defer_until(self, to: Timestamp, now: Timestamp) -> Self {
        let own = add_seconds(now, 60 << self.nudges.min(6));
        Self { due_at: Some(to.max(own)), ..self }.next_version(now)
    }

    /// It cannot be tried now: kept back, or given up where its endpoint is gone.
    #[must_use]
    pub fn stop_with_state(self, state: DeliveryState, now: Timestamp) -> Self {
        Self { state, due_at: None, ..self }.next_version(now)
    }

    /// Tried again from the start, under the same id, whatever became of it.
    #[must_use]
    pub fn restart_delivery(self, now: Timestamp) -> Self {
        let nudges = self.nudges.saturating_add(1);
        let due_at = Some(add_seconds(now, NUDGE_SECONDS));
        Self {
            state: DeliveryState::Waiting,
            tries: 0,
            asked: 1,
            nudges,
            is_parted: false,
            due_at,
            ..self
        }
        .next_version(now)
    }

    fn next_version(self, now: Timestamp) -> Self {
        Self { version: self.version.saturating_add(1), updated_at: now, ..self }
    }
}

#[cfg(test)]
mod tests;
