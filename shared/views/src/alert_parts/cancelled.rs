//! The view of the cancellation of a subscription.

use domain::alert::{Alert, CancellationResult, Declaration};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::ActorView;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cancellation)]
pub(crate) struct CancellationView {
    /// `CANCELLED`, `NOTHING_TO_CANCEL`, `FAILED`, or `DECLARED`: a user declared that the
    /// subscription was cancelled elsewhere.
    status: &'static str,
    subscription_id: Option<String>,
    reason: Option<String>,
    /// For `DECLARED`: the person or API key that made the declaration, and the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_by: Option<ActorView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_at: Option<Timestamp>,
}

impl CancellationView {
    pub fn for_alert(alert: &Alert) -> Option<Self> {
        alert.settlement()?.cancellation.as_ref().map(Self::from_cancellation)
    }

    pub fn from_cancellation(cancellation: &CancellationResult) -> Self {
        let of = |status, subscription_id, reason| Self {
            status,
            subscription_id,
            reason,
            declared_by: None,
            declared_at: None,
        };
        match cancellation.clone() {
            CancellationResult::Cancelled { subscription } => {
                of("CANCELLED", Some(subscription), None)
            }
            CancellationResult::NothingToCancel => of("NOTHING_TO_CANCEL", None, None),
            CancellationResult::Failed { subscription, reason } => {
                of("FAILED", Some(subscription), Some(reason))
            }
            CancellationResult::Declared(Declaration { by, at, .. }) => Self {
                declared_by: Some(ActorView::from_person(&by)),
                declared_at: Some(at),
                ..of("DECLARED", None, None)
            },
        }
    }
}
