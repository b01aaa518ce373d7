//! The refund ledger of a sale: one item, won by a conditional write before any call to a
//! processor.

use domain::refund::{Hold, Ledger};
use domain::sale::SaleId;
use jiff::Timestamp;

use crate::keys::EXPIRES;
use crate::table::{Wrote, item_of, number, value_of};
use crate::{Store, StoreError, keys};

/// How long a hold is kept: far longer than it lasts.
const HOLD_SECONDS: i64 = 86_400;

impl Store {
    /// Who holds a payment, or held it lately.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn payment_hold(
        &self,
        scope: &str,
        payment: &str,
    ) -> Result<Option<Hold>, StoreError> {
        self.get("hold", &keys::hold(scope, payment)).await
    }

    /// Writes the next version of a hold, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn take_hold(
        &self,
        scope: &str,
        payment: &str,
        hold: &Hold,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = item_of("hold", &keys::hold(scope, payment), hold)?;
        item.insert(EXPIRES.into(), number(now.as_second().saturating_add(HOLD_SECONDS)));
        self.put_next(payment, item, hold.version).await
    }

    /// The ledger of a sale, empty where nothing was ever given back.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn ledger(&self, sale: &SaleId) -> Result<Ledger, StoreError> {
        let kept = self.get("ledger", &keys::ledger(sale)).await?;
        Ok(kept.unwrap_or_else(|| Ledger::new(sale.clone())))
    }

    /// Writes the next version of a ledger, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn enter(&self, ledger: &Ledger) -> Result<(), StoreError> {
        let write = self.write_id();
        let stamped = Ledger { write: write.clone(), ..ledger.clone() };
        let item = item_of("ledger", &keys::ledger(&ledger.sale), &stamped)?;
        match self.put_over(item, ledger.version.saturating_sub(1)).await? {
            Wrote::Done => Ok(()),
            Wrote::Refused(there) => {
                let there = there.map(|item| value_of::<Ledger>("ledger", item)).transpose()?;
                let ours = there.is_some_and(|there| there.write == write);
                if ours { Ok(()) } else { Err(StoreError::Conflict(ledger.sale.to_string())) }
            }
        }
    }
}
