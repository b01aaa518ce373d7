//! Alerts: taken in once, read while they wait for a stage, written one version at a time.

use domain::alert::pipeline::Stage;
use domain::alert::{Alert, Need};
use domain::basics::id::{AlertId, MerchantId, OrderId};

use crate::facts::{Fact, Facts};
use crate::keys::{self, DUE, DUE_AT, LIST, LISTED, Spread, sortable};
use crate::table::{Item, Wrote, item_of, text, value_of};
use crate::{Store, StoreError};

impl Store {
    /// The alert, only while it waits for this stage: repeated and late messages find nothing to
    /// do.
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

/// The SDK repeats a conditional write whose answer was lost, and then meets itself or its
/// successor.
fn was_ours(there: Option<Item>, alert: &Alert, write: &str) -> Result<bool, StoreError> {
    let Some(there) = there else { return Ok(false) };
    Ok(value_of::<Alert>("alert", there)?.was_written(alert.version, write))
}

fn item(alert: &Alert) -> Result<Item, StoreError> {
    let mut item = item_of("alert", &keys::alert(&alert.id), alert)?;
    item.insert(
        LIST.into(),
        text(keys::listed_in(&alert.organisation, Spread::Alerts, alert.id.as_str())),
    );
    item.insert(LISTED.into(), text(keys::listed_at(alert.received_at, alert.id.as_str())));
    if let Some((at, _)) = alert.due() {
        item.insert(DUE.into(), text(keys::due_shard(&alert.id)));
        item.insert(DUE_AT.into(), text(sortable(at)));
    }
    facts(alert).lay_into(&mut item);
    Ok(item)
}

fn facts(alert: &Alert) -> Facts {
    let (view, claim, sale) = (alert.view(), &alert.claim, alert.sale().map(|found| &found.sale));
    let facts = Facts::default()
        .with(Fact::Status, view.status)
        .with(Fact::IsActionable, view.is_actionable.to_string())
        .with(Fact::Deadline, sortable(alert.deadlines.action))
        .with(Fact::UpdatedAt, sortable(alert.updated_at))
        .with(Fact::Kind, claim.kind.as_str())
        .with(Fact::Network, claim.network.as_str())
        .with(Fact::VendorAlertId, &claim.vendor_alert_id)
        .with(Fact::RefundOutcome, view.refund_outcome);
    let facts = facts
        .with_any(Fact::Arn, claim.arn.as_ref())
        .with_any(Fact::ResolutionReason, view.resolution_reason)
        .with_any(Fact::InvalidReason, view.invalid_reason)
        .with_any(Fact::NeededFor, alert.need().map(Need::as_str))
        .with_any(Fact::Merchant, alert.merchant().map(MerchantId::as_str));
    facts
        .with_any(Fact::Integration, sale.map(|sale| sale.integration.as_str()))
        .with_any(Fact::Payment, sale.map(|sale| &sale.transaction_id))
        .with_any(Fact::Order, sale.and_then(|sale| sale.order.as_ref()).map(OrderId::as_str))
        .with_any(Fact::OrderReference, sale.and_then(|sale| sale.order_reference.as_ref()))
}
