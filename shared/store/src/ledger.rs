//! The refund ledger of a sale: a single item, leased by a conditional write before any call to a
//! processor.

use domain::refund::{PaymentHold, RefundLedger};
use domain::sale::SaleId;
use jiff::Timestamp;

use crate::keys::EXPIRES;
use crate::table::{WriteResult, from_table_item, number_value, to_table_item};
use crate::{Store, StoreError, keys};

/// The retention of a hold, in seconds: far longer than a hold lasts.
const HOLD_SECONDS: i64 = 86_400;

impl Store {
    /// Reads the hold on a payment, current or recent.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_payment_hold(
        &self,
        scope: &str,
        payment: &str,
    ) -> Result<Option<PaymentHold>, StoreError> {
        self.get_item("hold", &keys::payment_hold_key(scope, payment)).await
    }

    /// Writes the next version of a hold if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn commit_payment_hold(
        &self,
        scope: &str,
        payment: &str,
        hold: &PaymentHold,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = to_table_item("hold", &keys::payment_hold_key(scope, payment), hold)?;
        item.insert(EXPIRES.into(), number_value(now.as_second().saturating_add(HOLD_SECONDS)));
        self.put_next_version(payment, item, hold.version).await
    }

    /// Reads the ledger of a sale; empty if no refund was ever made.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_ledger(&self, sale: &SaleId) -> Result<RefundLedger, StoreError> {
        let kept = self.get_item("ledger", &keys::ledger_key(sale)).await?;
        Ok(kept.unwrap_or_else(|| RefundLedger::new(sale.clone())))
    }

    /// Writes the next version of a ledger if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn commit_ledger(&self, ledger: &RefundLedger) -> Result<(), StoreError> {
        let write = self.write_id();
        let stamped = RefundLedger { write: write.clone(), ..ledger.clone() };
        let item = to_table_item("ledger", &keys::ledger_key(&ledger.sale), &stamped)?;
        match self.put_over_version(item, ledger.version.saturating_sub(1)).await? {
            WriteResult::Done => Ok(()),
            WriteResult::Refused(there) => {
                let there = there
                    .map(|item| from_table_item::<RefundLedger>("ledger", item))
                    .transpose()?;
                let ours = there.is_some_and(|there| there.write == write);
                if ours { Ok(()) } else { Err(StoreError::Conflict(ledger.sale.to_string())) }
            }
        }
    }
}
