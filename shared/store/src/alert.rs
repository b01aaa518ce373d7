//! Alerts: inserted once, read while waiting for a stage, written with a version check.

use domain::alert::pipeline::PipelineStage;
use domain::alert::{Alert, ReviewReason};
use domain::basics::id::{AlertId, MerchantId, OrderId};

use crate::facts::{FilterField, FilterFields};
use crate::keys::{self, DUE, DUE_AT, LIST, LISTED, ShardedList, sortable_time};
use crate::table::{TableItem, WriteResult, from_table_item, text_value, to_table_item};
use crate::{Store, StoreError};

impl Store {
    /// Reads an alert only while the alert waits for this stage: repeated and late messages find no
    /// work.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_alert_at_stage(
        &self,
        id: &AlertId,
        stage: PipelineStage,
    ) -> Result<Option<Alert>, StoreError> {
        Ok(self.read_alert(id).await?.filter(|alert| alert.next_stage() == Some(stage)))
    }

    /// Reads an alert.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_alert(&self, id: &AlertId) -> Result<Option<Alert>, StoreError> {
        self.get_item("alert", &keys::alert_key(id)).await
    }

    /// Inserts an alert; returns false if the network's alert was inserted before.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn insert_alert(&self, alert: &Alert) -> Result<bool, StoreError> {
        let write = self.write_id();
        match self.put_new_item(alert_item(&alert.with_write_id(&write))?).await? {
            WriteResult::Done => Ok(true),
            WriteResult::Refused(there) => Ok(is_own_write(*there, alert, &write)?),
        }
    }

    /// Writes the next version of an alert if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn commit(&self, alert: &Alert) -> Result<(), StoreError> {
        let write = self.write_id();
        match self
            .put_over_version(
                alert_item(&alert.with_write_id(&write))?,
                alert.version.saturating_sub(1),
            )
            .await?
        {
            WriteResult::Done => Ok(()),
            WriteResult::Refused(there) => {
                let ours = is_own_write(*there, alert, &write)?;
                if ours { Ok(()) } else { Err(StoreError::Conflict(alert.id.to_string())) }
            }
        }
    }
}

/// Checks whether the stored alert is this write or a successor. The SDK retries a conditional
/// write whose answer was lost, and is then refused.
fn is_own_write(there: Option<TableItem>, alert: &Alert, write: &str) -> Result<bool, StoreError> {
    let Some(there) = there else { return Ok(false) };
    Ok(from_table_item::<Alert>("alert", there)?.has_write(alert.version, write))
}

fn alert_item(alert: &Alert) -> Result<TableItem, StoreError> {
    let mut item = to_table_item("alert", &keys::alert_key(&alert.id), alert)?;
    item.insert(
        LIST.into(),
        text_value(keys::list_shard_of(
            &alert.organisation,
            ShardedList::Alerts,
            alert.id.as_str(),
        )),
    );
    item.insert(
        LISTED.into(),
        text_value(keys::list_position(alert.received_at, alert.id.as_str())),
    );
    if let Some((at, _)) = alert.due() {
        item.insert(DUE.into(), text_value(keys::due_shard_of_alert(&alert.id)));
        item.insert(DUE_AT.into(), text_value(sortable_time(at)));
    }
    alert_filter_fields(alert).write_into(&mut item);
    Ok(item)
}

fn alert_filter_fields(alert: &Alert) -> FilterFields {
    let (view, claim, sale) =
        (alert.status_view(), &alert.claim, alert.sale().map(|found| &found.sale));
    let facts = FilterFields::default()
        .with_field(FilterField::Status, view.status)
        .with_field(FilterField::IsActionable, view.is_actionable.to_string())
        .with_field(FilterField::Deadline, sortable_time(alert.deadlines.action))
        .with_field(FilterField::UpdatedAt, sortable_time(alert.updated_at))
        .with_field(FilterField::Kind, claim.kind.as_str())
        .with_field(FilterField::Network, claim.network.as_str())
        .with_field(FilterField::VendorAlertId, &claim.vendor_alert_id)
        .with_field(FilterField::RefundOutcome, view.refund_outcome);
    let facts = facts
        .with_optional(FilterField::Arn, claim.arn.as_ref())
        .with_optional(FilterField::ResolutionReason, view.resolution_reason)
        .with_optional(FilterField::InvalidReason, view.invalid_reason)
        .with_optional(FilterField::NeededFor, alert.review_reason().map(ReviewReason::as_str))
        .with_optional(FilterField::Merchant, alert.merchant_id().map(MerchantId::as_str));
    facts
        .with_optional(FilterField::Integration, sale.map(|sale| sale.integration.as_str()))
        .with_optional(FilterField::Payment, sale.map(|sale| &sale.transaction_id))
        .with_optional(
            FilterField::Order,
            sale.and_then(|sale| sale.order.as_ref()).map(OrderId::as_str),
        )
        .with_optional(
            FilterField::OrderReference,
            sale.and_then(|sale| sale.order_reference.as_ref()),
        )
}
