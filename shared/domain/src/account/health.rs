//! The health of an integration: the failures and lane of calls to the processor.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Integration, IntegrationStatus};
use crate::calls::lane::{CallLane, CallPace, LaneGate};
use crate::notify::event::EventKind;

/// The failure of calls with an integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = IntegrationStatusDetail))]
pub struct IntegrationStatusDetail {
    pub code: IntegrationOutage,
    /// The kind of call that fails. Only a successful call of the same kind ends the failure.
    pub call: ProcessorCall,
    /// The error in plain text, without secrets.
    pub message: String,
    /// The time at which the failure began.
    pub since: Timestamp,
}

/// The kinds of failure that make an integration unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = IntegrationOutage))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IntegrationOutage {
    /// The processor rejects the credentials, or the credentials lack a needed permission. New
    /// credentials are needed.
    CredentialsRefused,
    /// The processor did not answer, in spite of retries.
    Unreachable,
    /// The processor accepts the credentials and refused a search.
    RequestRefused,
}

/// The kinds of call to a processor. A key may permit a single kind only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProcessorCall {
    /// A search for the payments that an alert may be about.
    Search,
    /// A look-up of the present state of a payment.
    Look,
    /// A refund or void of a payment.
    Refund,
}

impl IntegrationOutage {
    /// Returns the name of the kind.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CredentialsRefused => "CREDENTIALS_REFUSED",
            Self::Unreachable => "UNREACHABLE",
            Self::RequestRefused => "REQUEST_REFUSED",
        }
    }
}

impl Integration {
    /// Records a failure. Returns `None` if a failure of the same kind is recorded already.
    #[must_use]
    pub fn record_failure(
        self,
        call: ProcessorCall,
        code: IntegrationOutage,
        message: &str,
        now: Timestamp,
    ) -> Option<Self> {
        if self.status_detail.as_ref().is_some_and(|known| known.code == code) {
            return None;
        }
        let status_detail =
            Some(IntegrationStatusDetail { code, call, message: message.to_owned(), since: now });
        Some(Self {
            status_detail,
            version: self.version.saturating_add(1),
            updated_at: now,
            ..self
        })
    }

    /// Records a call without an answer (a timeout, say). Returns `None` if the call changes
    /// nothing. The integration counts as failing from the call that closes the lane.
    #[must_use]
    pub fn record_unanswered_call(
        self,
        call: ProcessorCall,
        message: &str,
        now: Timestamp,
    ) -> Option<Self> {
        let lane = CallLane::after_silence(self.lane.as_ref(), now)?;
        let detail = || IntegrationStatusDetail {
            code: IntegrationOutage::Unreachable,
            call,
            message: message.to_owned(),
            since: now,
        };
        let status_detail = self.status_detail.or_else(|| lane.closed_until.map(|_| detail()));
        Some(Self {
            lane: Some(lane),
            status_detail,
            version: self.version.saturating_add(1),
            updated_at: now,
            ..self
        })
    }

    /// Takes the lane for the probe: the single call that tests whether the processor answers
    /// again.
    #[must_use]
    pub fn begin_probe(self, lane: CallLane, now: Timestamp) -> Self {
        Self { lane: Some(lane), version: self.version.saturating_add(1), updated_at: now, ..self }
    }

    /// Records a call that was answered, at least with a refusal. Returns `None` if the call
    /// changes nothing.
    #[must_use]
    pub fn record_answered_call(self, pace: CallPace, now: Timestamp) -> Option<Self> {
        let lane = CallLane::after_answer(self.lane.as_ref(), pace);
        (lane != self.lane).then_some(Self {
            lane,
            version: self.version.saturating_add(1),
            updated_at: now,
            ..self
        })
    }

    /// Checks whether calls to the processor are suspended.
    #[must_use]
    pub fn is_lane_closed(&self, now: Timestamp) -> bool {
        matches!(CallLane::check_gate(self.lane.as_ref(), now), LaneGate::Closed { .. })
    }

    /// Checks whether the next permitted call is a probe of a processor that did not answer.
    #[must_use]
    pub fn is_next_call_probe(&self) -> bool {
        self.lane.as_ref().is_some_and(|lane| lane.closed_until.is_some())
    }

    /// Records a successful call: opens the lane and ends a failure of the same kind of call.
    /// Returns `None` if the call changes nothing.
    #[must_use]
    pub fn record_successful_call(
        self,
        call: ProcessorCall,
        pace: CallPace,
        now: Timestamp,
    ) -> Option<Self> {
        if !self.is_changed_by_success(call, pace) {
            return None;
        }
        let lane = CallLane::after_answer(self.lane.as_ref(), pace);
        let status_detail = self.status_detail.filter(|detail| detail.call != call);
        Some(Self {
            lane,
            status_detail,
            version: self.version.saturating_add(1),
            updated_at: now,
            ..self
        })
    }

    /// Checks whether a successful call changes the integration.
    #[must_use]
    pub fn is_changed_by_success(&self, call: ProcessorCall, pace: CallPace) -> bool {
        CallLane::after_answer(self.lane.as_ref(), pace) != self.lane
            || self.status_detail.as_ref().is_some_and(|detail| detail.call == call)
    }

    /// Checks whether the other integration calls the same processor for the same merchants in the
    /// same way.
    #[must_use]
    pub fn is_called_as(&self, other: &Self) -> bool {
        let Self { id, status, credentials, callback, merchant_ids, .. } = self;
        (id, status, credentials, callback, merchant_ids)
            == (&other.id, &other.status, &other.credentials, &other.callback, &other.merchant_ids)
    }

    /// Returns the event that a write causes: a failure began, changed or ended.
    #[must_use]
    pub fn says(&self, before: Option<&Self>) -> Option<EventKind> {
        let outage = |one: &Self| one.status_detail.as_ref().map(|detail| detail.code);
        match (before.and_then(outage), outage(self)) {
            (old, new) if old == new => None,
            (_, Some(_)) => Some(EventKind::IntegrationFailing),
            (_, None) => Some(EventKind::IntegrationRecovered),
        }
    }

    /// Checks whether a write lets alerts that wait for a processor be matched: the calls changed,
    /// or succeed again.
    #[must_use]
    pub fn can_end_waiting(&self, before: Option<&Self>) -> bool {
        let works_again = before
            .is_some_and(|before| before.status_detail.is_some() && self.status_detail.is_none());
        self.is_called_anew(before) || (works_again && self.status == IntegrationStatus::Enabled)
    }

    /// Checks whether an enabled integration is new or, since the write, calls the processor in
    /// another way.
    #[must_use]
    pub fn is_called_anew(&self, before: Option<&Self>) -> bool {
        self.status == IntegrationStatus::Enabled
            && before.is_none_or(|before| !self.is_called_as(before))
    }
}
