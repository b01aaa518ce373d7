//! Outgoing webhooks: endpoints, delivery attempts and retries.

mod endpoint;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::{DeliveryId, EndpointId, EventId, OrganisationId, PartnerId};
pub use crate::basics::signing_secret::SigningSecret;
use crate::basics::time::add_seconds;
use crate::calls::lane::CallLane;
use crate::notify::event::EventKind;

/// The documented waits before each retry of a failed delivery, in seconds.
pub const RETRIES: [i64; 5] = [60, 5 * 60, 30 * 60, 2 * 3600, 12 * 3600];
/// The time without a successful delivery after which an endpoint is paused.
pub const PAUSE_SECONDS: i64 = 5 * 86_400;
/// The time after which a requested attempt that was not made is requested again.
const NUDGE_SECONDS: i64 = 15 * 60;
/// The time after which a delivery in the slow queue is checked again.
const PARTED_SECONDS: i64 = 2 * 3600;
/// The maximum number of stored attempts; older attempts are dropped.
const MOST_ATTEMPTS: usize = 20;

/// A webhook endpoint of a partner or an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookEndpoint {
    pub id: EndpointId,
    pub partner: PartnerId,
    /// The organisation of the events; `None` for events of all organisations of the partner.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organisation: Option<OrganisationId>,
    pub url: String,
    pub events: Vec<EventKind>,
    pub signature: SignatureScheme,
    /// The secrets, newest first. Older secrets sign too until they expire.
    pub secrets: Vec<SigningSecret>,
    pub status: WebhookEndpointStatus,
    /// The time since which no delivery succeeded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub failing_since: Option<Timestamp>,
    /// The lane of calls to the endpoint, while attempts are not answered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lane: Option<CallLane>,
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The signature scheme of deliveries.
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

/// The status of a webhook endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = WebhookEndpointStatus))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WebhookEndpointStatus {
    Enabled,
    /// Disabled by the owner: no deliveries are stored.
    Disabled,
    /// Failed for days: deliveries are held until the endpoint is enabled and the deliveries are
    /// replayed.
    Paused,
    /// The endpoint answered 410: no deliveries are stored.
    Stopped,
}

/// An event as rendered once: retries, replays and signatures use the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookEvent {
    pub id: EventId,
    pub kind: EventKind,
    pub body: String,
    pub created_at: Timestamp,
}

/// The delivery of an event to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDelivery {
    pub id: DeliveryId,
    pub endpoint: EndpointId,
    pub event: EventId,
    pub kind: EventKind,
    pub state: DeliveryState,
    /// The attempts, latest last.
    pub attempts: Vec<DeliveryAttempt>,
    /// The numbers of attempts made and of attempts requested, since creation or replay.
    pub tries: u32,
    pub asked: u32,
    /// The number of times that a requested attempt was requested again.
    #[serde(default)]
    pub nudges: u32,
    /// Whether the delivery waits in the slow queue.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_parted: bool,
    /// The time of the next attempt or request.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due_at: Option<Timestamp>,
    pub version: u64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DeliveryStatus))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeliveryState {
    Waiting,
    Delivered,
    /// Given up: only a replay tries the delivery again.
    Failed,
    /// Held, since the endpoint is paused or disabled.
    Held,
}

/// A delivery attempt and the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DeliveryAttempt))]
pub struct DeliveryAttempt {
    pub at: Timestamp,
    /// The status of the response, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<u16>,
    /// The reason for a missing response.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
}

impl DeliveryState {
    /// Returns the API's name of the state.
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
    /// Checks whether the receiver accepted the delivery.
    #[must_use]
    pub fn is_successful(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Checks whether the receiver wants no more deliveries.
    #[must_use]
    pub const fn is_gone(&self) -> bool {
        matches!(self.status, Some(410))
    }
}

impl WebhookDelivery {
    /// Creates a delivery of an event. A paused endpoint gets the delivery later.
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

    /// Checks whether an attempt is requested. Repeated and late messages have no effect.
    #[must_use]
    pub fn is_attempt_requested(&self) -> bool {
        self.state == DeliveryState::Waiting && self.tries < self.asked
    }

    /// Checks whether a write requests an attempt.
    #[must_use]
    pub fn wakes(&self, before: Option<&Self>) -> bool {
        let parted = |before: &Self| self.is_parted && !before.is_parted;
        let asked = |before: &Self| {
            before.asked != self.asked || before.nudges != self.nudges || parted(before)
        };
        self.is_attempt_requested() && before.is_none_or(asked)
    }

    /// Applies the due step: the next attempt is requested, or requested again.
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

    /// Moves the delivery to the slow queue. The attempt stays requested.
    #[must_use]
    pub fn move_to_slow_queue(self, now: Timestamp) -> Self {
        Self { is_parted: true, due_at: Some(add_seconds(now, PARTED_SECONDS)), ..self }
            .next_version(now)
    }

    /// Records an attempt.
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

    /// Defers the delivery until the endpoint may be called again, longer each time. The attempt
    /// stays requested.
    #[must_use]
    pub fn defer_until(self, to: Timestamp, now: Timestamp) -> Self {
        let own = add_seconds(now, 60 << self.nudges.min(6));
        Self { due_at: Some(to.max(own)), ..self }.next_version(now)
    }

    /// Stops the delivery: held, or failed if the endpoint is gone.
    #[must_use]
    pub fn stop_with_state(self, state: DeliveryState, now: Timestamp) -> Self {
        Self { state, due_at: None, ..self }.next_version(now)
    }

    /// Restarts the delivery under the same id, in any state.
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
