//! Refunds of payments that Stripe Connect split between a platform and a seller.

use serde::{Deserialize, Serialize};

/// Who bears a refund of a split payment. From the start each side gives back what it got of the
/// payment: without this the platform alone would pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectRefunds {
    /// Whether the seller's account gives back its share of a destination charge.
    pub reverse_transfer: bool,
    /// Whether the platform gives back its application fee, in proportion.
    pub refund_application_fee: bool,
}

impl Default for ConnectRefunds {
    fn default() -> Self {
        Self { reverse_transfer: true, refund_application_fee: true }
    }
}
