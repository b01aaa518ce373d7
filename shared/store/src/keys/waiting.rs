//! Keys of the alerts that wait for integrations that fail.

use domain::basics::id::{AlertId, IntegrationId, OrganisationId};

use super::TableKey;

/// How long it is noted that an alert waits: longer than any network waits for an answer.
pub const WAITS_DAYS: i64 = 10;
/// How long the place of a pass over waiting alerts is kept.
pub const WAKING_DAYS: i64 = 1;

/// The alerts of an organisation that wait for a processor.
#[must_use]
pub fn waiting_partition(organisation: &OrganisationId) -> String {
    format!("WAITS#{organisation}")
}

/// One of them.
#[must_use]
pub fn waiting_alert_key(organisation: &OrganisationId, alert: &AlertId) -> TableKey {
    TableKey::new(waiting_partition(organisation), alert.as_str())
}

/// How far a pass over the alerts that wait for an integration has come.
#[must_use]
pub fn waking_pass_key(integration: &IntegrationId) -> TableKey {
    TableKey::new(format!("WAKES#{integration}"), "WAKING")
}
