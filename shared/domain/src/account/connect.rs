//! Refunds of payments that Stripe Connect split between a platform and a seller.

use serde::{Deserialize, Serialize};

/// The sides that bear a refund of a split payment. By default each side returns the part that the
/// side received; otherwise the platform alone would pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectRefunds {
    /// Whether the seller's account returns the share of a destination charge.
    pub reverse_transfer: bool,
    /// Whether the platform returns the application fee, in proportion.
    pub refund_application_fee: bool,
}

impl Default for ConnectRefunds {
    fn default() -> Self {
        Self { reverse_transfer: true, refund_application_fee: true }
    }
}
