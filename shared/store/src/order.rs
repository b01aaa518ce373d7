//! Orders: stored once by reference, with the look-up rows for matching.

use std::collections::BTreeSet;

use domain::basics::id::{MerchantId, OrderId, OrganisationId};
use domain::basics::time::add_seconds;
use domain::sale::Sale;
use domain::sale::order::Order;

use crate::customer::customer_item;
use crate::facts::{FilterField, FilterFields};
use crate::keys::{self, EXPIRES, LIST, LIST_INDEX, LISTED, PK, ShardedList, sortable_time};
use crate::lookup::pointer_items;
use crate::table::{
    TableItem, WriteResult, from_table_item, key_item, number_value, text_value, to_table_item,
    unavailable_error,
};
use crate::{Store, StoreError};

/// The result of inserting an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InsertOrderResult {
    /// The order is new.
    New,
    /// The same order with the same content was stored before.
    Same(Box<Order>),
    /// Another order has the reference.
    Other,
}

impl Store {
    /// Inserts an order: first the rows for the customer and for matching, then the order. The
    /// write of the order wakes waiting alerts. Rows of an order that was not stored lead nowhere.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn insert_order(
        &self,
        order: &Order,
        sales: &[Sale],
        customer: Option<&str>,
    ) -> Result<InsertOrderResult, StoreError> {
        self.put_all_items(leading_items(order, sales, customer)?).await?;
        Ok(match self.put_new_item(order_item(order)?).await? {
            WriteResult::Done => InsertOrderResult::New,
            WriteResult::Refused(there) => {
                match there.map(|item| from_table_item::<Order>("order", item)).transpose()? {
                    Some(there) if there.has_same_content(order) => {
                        InsertOrderResult::Same(Box::new(there))
                    }
                    _ => InsertOrderResult::Other,
                }
            }
        })
    }

    /// Writes the next version of an order if the stored version is the preceding one; takes the
    /// sales before and after.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn change_order(
        &self,
        before: (&Order, &[Sale]),
        after: (&Order, &[Sale]),
        customer: Option<&str>,
    ) -> Result<(), StoreError> {
        let (order, sales) = after;
        self.put_all_items(leading_items(order, sales, customer)?).await?;
        self.replace_order(order).await?;
        self.drop_pointers(before, after).await
    }

    /// Writes the next version of an order with unchanged look-up rows.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn replace_order(&self, order: &Order) -> Result<(), StoreError> {
        self.put_next_version(order.id.as_str(), order_item(order)?, order.version).await
    }

    /// Reads an order by id. The caller checks access.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_order(&self, id: &OrderId) -> Result<Option<Order>, StoreError> {
        self.get_item("order", &keys::order_key(id)).await
    }

    /// Checks whether an organisation has an order. The list index names the latest order, which is
    /// then read by key.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn has_orders(&self, organisation: &OrganisationId) -> Result<bool, StoreError> {
        for list in keys::list_shards(organisation, ShardedList::Orders) {
            let request = self
                .client
                .query()
                .table_name(&self.table)
                .index_name(LIST_INDEX)
                .limit(1)
                .scan_index_forward(false);
            let request = request
                .key_condition_expression("#list = :list")
                .expression_attribute_names("#list", LIST);
            let request = request.expression_attribute_values(":list", text_value(list));
            let items =
                request.send().await.map_err(unavailable_error("Query"))?.items.unwrap_or_default();
            let latest = items.first().and_then(|item| item.get(PK)?.as_s().ok()?.parse().ok());
            let Some(latest) = latest else { continue };
            if self.read_order(&latest).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Store {
    /// Reads the stored orders among these ids.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_orders(&self, ids: &BTreeSet<OrderId>) -> Result<Vec<Order>, StoreError> {
        let keys = ids.iter().map(keys::order_key).map(key_item);
        self.load_by_keys(keys.collect(), true).await
    }
}

/// Builds the rows that lead to an order: for matching, and for the customer. The rows are written
/// before the order: matching and erasures then find every stored order.
///
/// # Errors
/// [`StoreError`] if a sale does not belong to the order.
pub fn leading_items(
    order: &Order,
    sales: &[Sale],
    customer: Option<&str>,
) -> Result<Vec<TableItem>, StoreError> {
    let mut items = pointer_items(order, sales)?;
    items.extend(customer.map(|hash| customer_item(hash, order)).transpose()?);
    Ok(items)
}

/// Builds the item of an order.
///
/// # Errors
/// [`StoreError`] if the order cannot be written as an item.
pub fn order_item(order: &Order) -> Result<TableItem, StoreError> {
    let mut item = to_table_item("order", &keys::order_key(&order.id), order)?;
    item.insert(
        LIST.into(),
        text_value(keys::list_shard_of(
            &order.organisation,
            ShardedList::Orders,
            order.id.as_str(),
        )),
    );
    item.insert(
        LISTED.into(),
        text_value(keys::list_position(order.created_at, order.id.as_str())),
    );
    let facts = FilterFields::default()
        .with_field(FilterField::Integration, order.integration.as_str())
        .with_field(FilterField::OrderReference, &order.reference_id)
        .with_field(FilterField::Kind, order.kind.as_str())
        .with_field(FilterField::OrderedAt, sortable_time(order.order_datetime))
        .with_field(FilterField::UpdatedAt, sortable_time(order.updated_at))
        .with_optional(FilterField::Merchant, order.merchant_id.as_ref().map(MerchantId::as_str))
        .with_field(FilterField::OrderStatus, order.order_status.as_str());
    facts.write_into(&mut item);
    item.insert(
        EXPIRES.into(),
        number_value(add_seconds(order.created_at, keys::ORDER_DAYS * 86_400).as_second()),
    );
    Ok(item)
}
