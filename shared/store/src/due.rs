//! Due items: read from every shard of the due index. The caller re-reads each item by key.

use domain::basics::id::{AlertId, DeliveryId, HandRefundId, OrganisationId, QuarantineId};
use jiff::Timestamp;

use crate::keys::{self, DUE, DUE_INDEX, DUE_SHARDS, PK};
use crate::table::{text_value, unavailable_error};
use crate::{Store, StoreError};

/// The ids of the items due by now.
#[derive(Debug, Clone, Default)]
pub struct DueItemIds {
    pub alerts: Vec<AlertId>,
    pub deliveries: Vec<DeliveryId>,
    pub refunds: Vec<HandRefundId>,
    pub quarantined: Vec<QuarantineId>,
    /// Organisations with alerts of which no member could be notified.
    pub backlogs: Vec<OrganisationId>,
}

impl Store {
    /// Finds the items due by now, in every shard of the due index.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn find_due_items(&self, now: Timestamp) -> Result<DueItemIds, StoreError> {
        let mut due = DueItemIds::default();
        for shard in 0..DUE_SHARDS {
            let request = self.client.query().table_name(&self.table).index_name(DUE_INDEX);
            let request = request
                .key_condition_expression("#due = :shard AND due_at <= :now")
                .expression_attribute_names("#due", DUE);
            let request = request
                .expression_attribute_values(":shard", text_value(keys::due_shard_at(shard)));
            let request =
                request.expression_attribute_values(":now", text_value(keys::sortable_time(now)));
            let mut pages = request.into_paginator().send();
            while let Some(page) = pages.next().await {
                let items = page.map_err(unavailable_error("Query"))?.items.unwrap_or_default();
                let ids = items.iter().filter_map(|item| item.get(PK)?.as_s().ok());
                ids.for_each(|id| due.add_id(id));
            }
        }
        Ok(due)
    }
}

impl DueItemIds {
    fn add_id(&mut self, id: &str) {
        self.alerts.extend(id.parse::<AlertId>());
        self.deliveries.extend(id.parse::<DeliveryId>());
        self.refunds.extend(id.parse::<HandRefundId>());
        self.quarantined.extend(id.parse::<QuarantineId>());
        self.backlogs.extend(id.parse::<OrganisationId>());
    }
}
