//! The items of a delivery, whichever network the delivery came from.

use domain::network::claim::Claim;

/// An alert of a delivery: the bank's claim, or the reason why the alert cannot be read.
pub type PushedAlert = Result<Claim, UnreadableAlert>;

/// An alert that cannot be read. The intake stores (quarantines) and acknowledges the alert; no
/// alert is lost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the alert cannot be read: {why}")]
pub struct UnreadableAlert {
    /// The network's id of the alert, if present.
    pub vendor_alert_id: Option<String>,
    /// The reason, as text.
    pub why: String,
    /// The alert as received, card numbers truncated.
    pub raw: String,
}

/// A delivery without any recognisable alert.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the delivery cannot be read: {why}")]
pub struct UnreadableDelivery {
    /// The reason, as text.
    pub why: String,
    /// The delivery as received, card numbers truncated.
    pub raw: String,
}
