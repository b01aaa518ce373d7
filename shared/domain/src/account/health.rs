//! Whether an integration can be used: what its processor last said to a call of ours.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Integration, IntegrationStatus};
use crate::calls::lane::{CallLane, CallPace, LaneGate};
use crate::notify::event::EventKind;

/// Why calls with an integration fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = IntegrationStatusDetail))]
pub struct IntegrationStatusDetail {
    pub code: IntegrationOutage,
    /// The kind of call that fails. Only one of that kind that succeeds ends the failure.
    pub call: ProcessorCall,
    /// The error in words, without secrets.
    pub message: String,
    /// Since when.
    pub since: Timestamp,
}

/// The kinds of failure that keep an integration from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = IntegrationOutage))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IntegrationOutage {
    /// The processor does not accept the credentials, or not for what is needed. New ones are
    /// needed.
    CredentialsRefused,
    /// The processor did not answer, however often it was called.
    Unreachable,
    /// The processor refused a search, and takes the credentials.
    RequestRefused,
}

/// What a processor is asked for: a key may be good for the one and not for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProcessorCall {
    /// The payments that an alert may be about.
    Search,
    /// One payment, as it is now.
    Look,
    /// A refund of it, or its release.
    Refund,
}

impl IntegrationOutage {
    /// The kind as it is written.
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
    /// The integration with a failure noted; nothing where the same is noted already.
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

    /// The integration after a call that was not answered; nothing where that tells nothing new. It
    /// fails from the call on that closes its lane.
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

    /// The integration with its lane taken for the one call that tries whether its processor
    /// answers again.
    #[must_use]
    pub fn begin_probe(self, lane: CallLane, now: Timestamp) -> Self {
        Self { lane: Some(lane), version: self.version.saturating_add(1), updated_at: now, ..self }
    }

    /// The integration after a call that was answered, with a refusal at least; nothing where that
    /// is no news.
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

    /// Whether its processor is to be left alone.
    #[must_use]
    pub fn is_lane_closed(&self, now: Timestamp) -> bool {
        matches!(CallLane::check_gate(self.lane.as_ref(), now), LaneGate::Closed { .. })
    }

    /// Whether a call that may be made now tries whether its processor answers again.
    #[must_use]
    pub fn is_next_call_probe(&self) -> bool {
        self.lane.as_ref().is_some_and(|lane| lane.closed_until.is_some())
    }

    /// The integration after a call that succeeded: its lane is open, and the failure that was
    /// noted of such a call is gone. Nothing where that is no news.
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

    /// Whether a call that succeeds is news.
    #[must_use]
    pub fn is_changed_by_success(&self, call: ProcessorCall, pace: CallPace) -> bool {
        CallLane::after_answer(self.lane.as_ref(), pace) != self.lane
            || self.status_detail.as_ref().is_some_and(|detail| detail.call == call)
    }

    /// Whether the other calls the same processor for the same merchants in the same way.
    #[must_use]
    pub fn is_called_as(&self, other: &Self) -> bool {
        let Self { id, status, credentials, callback, merchant_ids, .. } = self;
        (id, status, credentials, callback, merchant_ids)
            == (&other.id, &other.status, &other.credentials, &other.callback, &other.merchant_ids)
    }

    /// What subscribers hear of a write: only of failures, which begin, change or end.
    #[must_use]
    pub fn says(&self, before: Option<&Self>) -> Option<EventKind> {
        let outage = |one: &Self| one.status_detail.as_ref().map(|detail| detail.code);
        match (before.and_then(outage), outage(self)) {
            (old, new) if old == new => None,
            (_, Some(_)) => Some(EventKind::IntegrationFailing),
            (_, None) => Some(EventKind::IntegrationRecovered),
        }
    }

    /// Whether alerts that wait for a processor may be matched after a write: the integration is
    /// called anew, or works again.
    #[must_use]
    pub fn can_end_waiting(&self, before: Option<&Self>) -> bool {
        let works_again = before
            .is_some_and(|before| before.status_detail.is_some() && self.status_detail.is_none());
        self.is_called_anew(before) || (works_again && self.status == IntegrationStatus::Enabled)
    }

    /// Whether the integration is new, enabled, or called in another way since the write.
    #[must_use]
    pub fn is_called_anew(&self, before: Option<&Self>) -> bool {
        self.status == IntegrationStatus::Enabled
            && before.is_none_or(|before| !self.is_called_as(before))
    }
}
