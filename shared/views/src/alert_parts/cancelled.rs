//! The end of a subscription as it is shown.

use domain::alert::{Alert, Cancellation, Declaration};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::By;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cancellation)]
pub(crate) struct Cancelled {
    /// `CANCELLED`, `NOTHING_TO_CANCEL`, `FAILED`, or `DECLARED`: ended by another way, by a
    /// person's word.
    status: &'static str,
    subscription_id: Option<String>,
    reason: Option<String>,
    /// Of a `DECLARED` one: the person or key that says so, and when.
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_by: Option<By>,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared_at: Option<Timestamp>,
}

impl Cancelled {
    pub fn of(alert: &Alert) -> Option<Self> {
        alert.settled()?.cancellation.as_ref().map(Self::by)
    }

    pub fn by(cancellation: &Cancellation) -> Self {
        let of = |status, subscription_id, reason| Self {
            status,
            subscription_id,
            reason,
            declared_by: None,
            declared_at: None,
        };
        match cancellation.clone() {
            Cancellation::Cancelled { subscription } => of("CANCELLED", Some(subscription), None),
            Cancellation::NothingToCancel => of("NOTHING_TO_CANCEL", None, None),
            Cancellation::Failed { subscription, reason } => {
                of("FAILED", Some(subscription), Some(reason))
            }
            Cancellation::Declared(Declaration { by, at, .. }) => Self {
                declared_by: Some(By::person(&by)),
                declared_at: Some(at),
                ..of("DECLARED", None, None)
            },
        }
    }
}
