//! Alerts: taken in once, read while they wait for a stage, written one version at a time.

use domain::alert::Alert;
use domain::id::AlertId;
use domain::pipeline::Stage;

use crate::keys::{self, DUE, DUE_AT, LIST, LIST_REFERENCE, LISTED};
use crate::table::{Item, Wrote, item_of, number, text, value_of};
use crate::{Store, StoreError};

impl Store {
    /// The alert, only while it waits for this stage: repeated and late messages find nothing to do.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn due(&self, id: &AlertId, stage: Stage) -> Result<Option<Alert>, StoreError> {
        Ok(self.alert(id).await?.filter(|alert| alert.next_stage() == Some(stage)))
    }

    /// The alert.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn alert(&self, id: &AlertId) -> Result<Option<Alert>, StoreError> {
        self.get("alert", &keys::alert(id)).await
    }

    /// Takes an alert in; false where the network's alert was taken in before.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn take_in(&self, alert: &Alert) -> Result<bool, StoreError> {
        let write = self.write_id();
        match self.put_new(item(&alert.stamped(&write))?).await? {
            Wrote::Done => Ok(true),
            Wrote::Refused(there) => Ok(was_ours(*there, alert, &write)?),
        }
    }

    /// Writes the next version of an alert, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn commit(&self, alert: &Alert) -> Result<(), StoreError> {
        let write = self.write_id();
        match self.put_over(item(&alert.stamped(&write))?, alert.version.saturating_sub(1)).await? {
            Wrote::Done => Ok(()),
            Wrote::Refused(there) => {
                let ours = was_ours(*there, alert, &write)?;
                if ours { Ok(()) } else { Err(StoreError::Conflict(alert.id.to_string())) }
            }
        }
    }
}

/// The SDK repeats a conditional write whose answer was lost, and then meets itself or its successor.
fn was_ours(there: Option<Item>, alert: &Alert, write: &str) -> Result<bool, StoreError> {
    let Some(there) = there else { return Ok(false) };
    Ok(value_of::<Alert>("alert", there)?.was_written(alert.version, write))
}

fn item(alert: &Alert) -> Result<Item, StoreError> {
    let mut item = item_of("alert", &keys::alert(&alert.id), alert)?;
    item.insert(LIST.into(), text(keys::listed_of(&alert.organisation, "ALERT")));
    item.insert(LISTED.into(), text(keys::listed_at(alert.received_at, alert.id.as_str())));
    if let Some((at, _)) = alert.due() {
        item.insert(DUE.into(), text(keys::due_shard(&alert.id)));
        item.insert(DUE_AT.into(), text(keys::sortable(at)));
    }
    let view = alert.view();
    item.insert("list_status".into(), text(view.status));
    item.insert("list_actionable".into(), text(view.is_actionable.to_string()));
    item.insert("list_deadline".into(), text(keys::sortable(alert.deadlines.action)));
    item.insert("list_amount".into(), number(alert.claim.amount.minor));
    if let Some(merchant) = alert.merchant() {
        item.insert("list_merchant".into(), text(merchant.as_str()));
    }
    if let Some(found) = alert.sale() {
        item.insert(LIST_REFERENCE.into(), text(&found.sale.transaction_id));
    }
    Ok(item)
}
