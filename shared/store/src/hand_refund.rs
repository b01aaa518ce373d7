//! Manual refunds: inserted once, read by id, written with a version check.

use domain::basics::id::HandRefundId;
use domain::refund::manual::ManualRefund;

use crate::facts::{FilterField, FilterFields};
use crate::keys::{self, DUE, DUE_AT, LIST, LISTED};
use crate::table::{TableItem, WriteResult, from_table_item, text_value, to_table_item};
use crate::{Store, StoreError};

impl Store {
    /// Stores a new manual refund; returns the stored refund if the id was used before.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn keep_manual_refund(
        &self,
        refund: &ManualRefund,
    ) -> Result<Option<ManualRefund>, StoreError> {
        let write = self.write_id();
        let WriteResult::Refused(there) =
            self.put_new_item(manual_refund_item(&refund.with_write_id(&write))?).await?
        else {
            return Ok(None);
        };
        let there =
            there.map(|item| from_table_item::<ManualRefund>("hand refund", item)).transpose()?;
        Ok(there.filter(|there| !there.was_written(refund.version, &write)))
    }

    /// Reads a manual refund by id. The caller checks access.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_manual_refund(
        &self,
        id: &HandRefundId,
    ) -> Result<Option<ManualRefund>, StoreError> {
        self.get_item("hand refund", &keys::manual_refund_key(id)).await
    }

    /// Writes the next version of a manual refund if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn commit_manual_refund(&self, refund: &ManualRefund) -> Result<(), StoreError> {
        let write = self.write_id();
        let put = self
            .put_over_version(
                manual_refund_item(&refund.with_write_id(&write))?,
                refund.version.saturating_sub(1),
            )
            .await?;
        let WriteResult::Refused(there) = put else { return Ok(()) };
        let there =
            there.map(|item| from_table_item::<ManualRefund>("hand refund", item)).transpose()?;
        let ours = there.is_some_and(|there| there.was_written(refund.version, &write));
        if ours { Ok(()) } else { Err(StoreError::Conflict(refund.id.to_string())) }
    }
}

fn manual_refund_item(refund: &ManualRefund) -> Result<TableItem, StoreError> {
    let mut item = to_table_item("hand refund", &keys::manual_refund_key(&refund.id), refund)?;
    item.insert(LIST.into(), text_value(keys::kind_list(&refund.organisation, "REFUND")));
    item.insert(LISTED.into(), text_value(keys::list_position(refund.wish.at, refund.id.as_str())));
    FilterFields::default()
        .with_field(FilterField::Payment, &refund.sale.transaction_id)
        .write_into(&mut item);
    if let Some(at) = refund.due() {
        item.insert(DUE.into(), text_value(keys::due_shard_of(refund.id.as_str())));
        item.insert(DUE_AT.into(), text_value(keys::sortable_time(at)));
    }
    Ok(item)
}
