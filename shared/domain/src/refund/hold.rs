//! Who may ask for money back of a payment now, whichever ledger that is in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::LeaseRefusal;
use crate::sale::SaleId;

/// A payment may be in two ledgers: two organisations have connected one account. Whoever has seen
/// the payment with credentials of its own, and no other, may hold it, and asks for money back only
/// while it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentHold {
    pub holder: SaleId,
    pub until: Timestamp,
    pub version: u64,
}

impl PaymentHold {
    /// The hold as it is to be stored before the processor is asked for money.
    ///
    /// # Errors
    /// [`NotYours::Busy`] while another ledger's hold is live.
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

    /// Whether another ledger held it before: what was seen by then may be old.
    #[must_use]
    pub fn was_held_by_another(&self, old: Option<&Self>) -> bool {
        old.is_some_and(|old| old.holder != self.holder)
    }
}
