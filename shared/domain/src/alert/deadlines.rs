//! The deadlines of an alert, from the target time to the network's limit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::VendorConnection;
use crate::basics::time::add_seconds;

/// The deadlines of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertDeadlines {
    /// The target time for the answer. An alert that then still waits for a person triggers a
    /// warning.
    pub target: Timestamp,
    /// The deadline for a person's action. The alert is then answered as is.
    pub action: Timestamp,
    /// The network's limit. The network accepts no later answer.
    pub limit: Timestamp,
}

impl AlertDeadlines {
    /// The time between the action deadline and the network's limit, reserved for the delivery of
    /// the answer.
    pub const MARGIN_SECONDS: i64 = 2 * 60 * 60;

    /// The time before the network's limit from which an answer is no longer delayed.
    const LAST_CALL_SECONDS: i64 = 20 * 60;

    /// Computes the deadlines from the time of the alert and the hours of the connection, or from
    /// the limit that the vendor sent.
    #[must_use]
    pub fn from_alert_time(
        alerted_at: Timestamp,
        connection: &VendorConnection,
        vendor_limit: Option<Timestamp>,
    ) -> Self {
        let hours = |count: u32| add_seconds(alerted_at, i64::from(count) * 3600);
        let limit = vendor_limit.unwrap_or_else(|| hours(connection.limit_hours));
        let action = add_seconds(limit, -Self::MARGIN_SECONDS);
        Self { target: hours(connection.target_hours).min(action), action, limit }
    }

    /// Returns the time from which an answer is sent as is.
    #[must_use]
    pub fn last_call(&self) -> Timestamp {
        add_seconds(self.limit, -Self::LAST_CALL_SECONDS)
    }
}
