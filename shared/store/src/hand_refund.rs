//! Refunds that people ask for: kept once, read by their id, written one version at a time.

use domain::basics::id::HandRefundId;
use domain::refund::manual::HandRefund;

use crate::facts::{Fact, Facts};
use crate::keys::{self, DUE, DUE_AT, LIST, LISTED};
use crate::table::{Item, Wrote, item_of, text, value_of};
use crate::{Store, StoreError};

impl Store {
    /// Keeps a new refund; the one that is there, where its id was kept before.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_hand_refund(
        &self,
        refund: &HandRefund,
    ) -> Result<Option<HandRefund>, StoreError> {
        let write = self.write_id();
        let Wrote::Refused(there) = self.put_new(item(&refund.stamped(&write))?).await? else {
            return Ok(None);
        };
        let there = there.map(|item| value_of::<HandRefund>("hand refund", item)).transpose()?;
        Ok(there.filter(|there| !there.was_written(refund.version, &write)))
    }

    /// A refund, whose ever it is: the caller checks.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn hand_refund(&self, id: &HandRefundId) -> Result<Option<HandRefund>, StoreError> {
        self.get("hand refund", &keys::hand_refund(id)).await
    }

    /// Writes the next version of a refund, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn commit_hand_refund(&self, refund: &HandRefund) -> Result<(), StoreError> {
        let write = self.write_id();
        let put =
            self.put_over(item(&refund.stamped(&write))?, refund.version.saturating_sub(1)).await?;
        let Wrote::Refused(there) = put else { return Ok(()) };
        let there = there.map(|item| value_of::<HandRefund>("hand refund", item)).transpose()?;
        let ours = there.is_some_and(|there| there.was_written(refund.version, &write));
        if ours { Ok(()) } else { Err(StoreError::Conflict(refund.id.to_string())) }
    }
}

fn item(refund: &HandRefund) -> Result<Item, StoreError> {
    let mut item = item_of("hand refund", &keys::hand_refund(&refund.id), refund)?;
    item.insert(LIST.into(), text(keys::listed_of(&refund.organisation, "REFUND")));
    item.insert(LISTED.into(), text(keys::listed_at(refund.wish.at, refund.id.as_str())));
    Facts::default().with(Fact::Payment, &refund.sale.transaction_id).lay_into(&mut item);
    if let Some(at) = refund.due() {
        item.insert(DUE.into(), text(keys::due_shard_of(refund.id.as_str())));
        item.insert(DUE_AT.into(), text(keys::sortable(at)));
    }
    Ok(item)
}
