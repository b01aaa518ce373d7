//! Look-up rows of orders: pointers to payments. `search.rs` has the reads for a claim,
//! `alert_rows.rs` the rows of alerts.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use domain::basics::id::OrganisationId;
use domain::basics::time::add_seconds;
use domain::sale::Sale;
use domain::sale::order::Order;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::keys::{self, EXPIRES, LookupKind, PK, SK, TableKey};
use crate::pointer::{MOST_ORDERS, SalePointer, SalePointers, pointer_keys_of};
use crate::table::{
    TableItem, number_value, text_value, to_table_item, unavailable_error, unbuilt_error,
};
use crate::{Store, StoreError};

/// The days searched around the claim's day: a sale may settle some days after the authorisation.
pub(crate) const WINDOW_DAYS: i64 = 7;
/// The most writes that `DynamoDB` takes in a batch.
const BATCH: usize = 25;

impl Store {
    /// Finds the sales of a reference: the id of a payment or charge, a network's id, or the own id
    /// of an order transaction.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn sales_by_reference(
        &self,
        organisation: &OrganisationId,
        reference: &str,
    ) -> Result<Vec<Sale>, StoreError> {
        let pk = keys::reference_partition(organisation, reference);
        let most = i32::try_from(MOST_ORDERS).unwrap_or(i32::MAX);
        let mut pointers = SalePointers::default();
        pointers.add_rows(
            self.query_first_rows(&pk, &LookupKind::Sale.sort_key_range(None), most).await?,
        )?;
        Ok(self.read_pointed_sales(pointers, None).await?.0)
    }

    /// Finds the sales of a card within some days before and after a day; only the latest if the
    /// read limit is exceeded.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn sales_of_card(
        &self,
        organisation: &OrganisationId,
        last4: &str,
        day: Date,
        days: i64,
    ) -> Result<Vec<Sale>, StoreError> {
        let at = |days: i64| day.saturating_add(days.days());
        let most = i32::try_from(MOST_ORDERS).unwrap_or(i32::MAX);
        let (from, to) = LookupKind::Sale.sort_key_range(Some((at(-days), at(days))));
        let rows = self
            .between(&keys::card_partition(organisation, last4), (&from, &to))
            .scan_index_forward(false)
            .limit(most);
        let answer = rows.send().await.map_err(unavailable_error("Query"))?;
        let mut pointers = SalePointers::default();
        pointers.add_rows((answer.items.unwrap_or_default(), false))?;
        Ok(self.read_pointed_sales(pointers, None).await?.0)
    }

    /// Deletes the pointers to former sales of an order. A pointer left behind leads nowhere.
    pub(crate) async fn drop_pointers(
        &self,
        before: (&Order, &[Sale]),
        after: (&Order, &[Sale]),
    ) -> Result<(), StoreError> {
        let places = |(order, sales): (&Order, &[Sale])| -> Vec<TableKey> {
            let each = sales.iter().filter_map(|sale| {
                Some(pointer_keys_of(order, order.transaction_index_of(sale)?, sale))
            });
            each.flatten().collect()
        };
        let stays = places(after);
        let gone = places(before).into_iter().filter(|place| !stays.contains(place));
        let delete = |key: TableKey| {
            DeleteRequest::builder().key(PK, text_value(key.pk)).key(SK, text_value(key.sk)).build()
        };
        let deletes =
            gone.map(|key| Ok(WriteRequest::builder().delete_request(delete(key)?).build()));
        self.write_all(deletes.collect::<Result<_, _>>().map_err(unbuilt_error("BatchWriteItem"))?)
            .await
    }

    /// Writes items unconditionally; if the store fails, a batch may be written in part.
    pub(crate) async fn put_all_items(&self, items: Vec<TableItem>) -> Result<(), StoreError> {
        let put = |item: TableItem| PutRequest::builder().set_item(Some(item)).build();
        let puts = items
            .into_iter()
            .map(|item| Ok(WriteRequest::builder().put_request(put(item)?).build()));
        self.write_all(puts.collect::<Result<_, _>>().map_err(unbuilt_error("BatchWriteItem"))?)
            .await
    }

    async fn write_all(&self, writes: Vec<WriteRequest>) -> Result<(), StoreError> {
        for batch in writes.chunks(BATCH) {
            let mut left = batch.to_vec();
            while !left.is_empty() {
                let request = self
                    .client
                    .batch_write_item()
                    .request_items(&self.table, std::mem::take(&mut left));
                let answer = request.send().await.map_err(unavailable_error("BatchWriteItem"))?;
                left = answer
                    .unprocessed_items
                    .and_then(|mut by_table| by_table.remove(&self.table))
                    .unwrap_or_default();
            }
        }
        Ok(())
    }
}

/// Builds the pointers to an order's sales, for matching.
pub(crate) fn pointer_items(order: &Order, sales: &[Sale]) -> Result<Vec<TableItem>, StoreError> {
    let expires =
        number_value(add_seconds(order.updated_at, keys::ORDER_DAYS * 86_400).as_second());
    let mut items = BTreeMap::new();
    for sale in sales {
        let pointer = SalePointer::from_order_sale(order, sale)
            .ok_or_else(|| StoreError::Conflict(sale.id.to_string()))?;
        for key in pointer_keys_of(order, pointer.index, sale) {
            let mut item = to_table_item("pointer", &key, &pointer)?;
            item.insert(EXPIRES.into(), expires.clone());
            items.insert(key, item);
        }
    }
    Ok(items.into_values().collect())
}

pub(crate) fn days_around(day: Date) -> (Date, Date) {
    (day.saturating_add((-WINDOW_DAYS).days()), day.saturating_add(WINDOW_DAYS.days()))
}
