//! The refund ledger of a sale: one item, won by a conditional write before any call to a processor.

use domain::refund::Ledger;
use domain::sale::SaleId;

use crate::table::{Wrote, item_of, value_of};
use crate::{Store, StoreError, keys};

impl Store {
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
