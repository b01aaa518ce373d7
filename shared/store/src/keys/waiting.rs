//! Keys of the alerts that wait for a failing integration.

use domain::basics::id::{AlertId, IntegrationId, OrganisationId};

use super::TableKey;

/// The retention of a waiting alert's row, in days: longer than any network waits for an answer.
pub const WAITS_DAYS: i64 = 10;
/// The retention of the position of a pass over waiting alerts, in days.
pub const WAKING_DAYS: i64 = 1;

/// Returns the partition of an organisation's alerts that wait for a processor.
#[must_use]
pub fn waiting_partition(organisation: &OrganisationId) -> String {
    format!("WAITS#{organisation}")
}

/// Returns the key of an alert that waits for a processor.
#[must_use]
pub fn waiting_alert_key(organisation: &OrganisationId, alert: &AlertId) -> TableKey {
    TableKey::new(waiting_partition(organisation), alert.as_str())
}

/// Returns the key of the position of a pass over the alerts that wait for an integration.
#[must_use]
pub fn waking_pass_key(integration: &IntegrationId) -> TableKey {
    TableKey::new(format!("WAKES#{integration}"), "WAKING")
}
