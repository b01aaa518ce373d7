//! The hold on a payment: the ledger that may ask for a refund now.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::LeaseRefusal;
use crate::sale::SaleId;

/// The hold on a payment for a single ledger. A payment is in two ledgers if two organisations
/// connected the same account. Only a worker that has read the payment with its own credentials may
/// take a hold. A worker asks for a refund only while the hold is live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentHold {
    pub holder: SaleId,
    pub until: Timestamp,
    pub version: u64,
}

impl PaymentHold {
    /// Acquires the hold, or renews the hold of the same ledger. The worker stores the hold before
    /// the refund call.
    ///
    /// # Errors
    /// [`LeaseRefusal::Busy`] while another ledger's hold is live.
    pub fn acquire_or_renew(
        old: Option<&Self>,
        holder: &SaleId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Self, LeaseRefusal> {
        match old {
            Some(old) if old.holder != *holder && old.until > now => {
                Err(LeaseRefusal::Busy { until: old.until })
            }
            old => Ok(Self {
                holder: holder.clone(),
                until,
                version: old.map_or(1, |old| old.version.saturating_add(1)),
            }),
        }
    }

    /// Checks whether another ledger had the hold before. The worker then re-reads the payment,
    /// because the earlier read may be stale.
    #[must_use]
    pub fn was_held_by_another(&self, old: Option<&Self>) -> bool {
        old.is_some_and(|old| old.holder != self.holder)
    }
}
