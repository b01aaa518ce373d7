//! Alerts as a network delivers them: the seam between the intake and each network's format.

use domain::network::claim::AlertNetwork;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ethoca;
use crate::pushed_alert::{PushedAlert, UnreadableDelivery};

/// Reads a network's delivery of alerts. Times without an offset are in `zone`.
///
/// # Errors
/// [`UnreadableDelivery`] where no alerts can be recognised.
pub fn read_delivery(
    network: AlertNetwork,
    body: &[u8],
    (zone, now): (&TimeZone, Timestamp),
) -> Result<Vec<PushedAlert>, UnreadableDelivery> {
    match network {
        AlertNetwork::Ethoca => ethoca::read_push(body, zone, now),
    }
}

/// Reads a quarantined payload as the network's own reader would now.
///
/// # Errors
/// [`crate::pushed_alert::UnreadableAlert`] names the missing part.
pub fn read_quarantined(
    network: AlertNetwork,
    raw: &str,
    (zone, now): (&TimeZone, Timestamp),
) -> PushedAlert {
    match network {
        AlertNetwork::Ethoca => ethoca::read_quarantined(raw, zone, now),
    }
}
