//! A customer's orders, by a keyed hash of the e-mail address: for erasure.

use std::collections::BTreeSet;

use domain::basics::id::{ErasureId, OrderId, OrganisationId};
use domain::basics::time::add_seconds;
use domain::privacy::erasure::CustomerErasure;
use domain::sale::order::Order;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES};
use crate::table::{TableItem, from_table_item, number_value, to_table_item};
use crate::{Store, StoreError};

/// The most orders of a customer: no customer has more.
const MOST_ORDERS: usize = 10_000;

#[derive(Serialize, Deserialize)]
struct CustomerOrderRow {
    order: OrderId,
}

impl Store {
    /// Reads the ids of all orders ever noted for a customer.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn orders_of_customer(
        &self,
        organisation: &OrganisationId,
        hash: &str,
    ) -> Result<BTreeSet<OrderId>, StoreError> {
        let items = self
            .query_items(
                &keys::customer_partition(organisation, hash),
                OrderId::PREFIX,
                &format!("{}~", OrderId::PREFIX),
                MOST_ORDERS,
            )
            .await?;
        items
            .into_iter()
            .map(|item| {
                from_table_item::<CustomerOrderRow>("customer", item).map(|bought| bought.order)
            })
            .collect()
    }

    /// Deletes the row that links an order to a customer.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn forget_customer(
        &self,
        organisation: &OrganisationId,
        hash: &str,
        order: &OrderId,
    ) -> Result<(), StoreError> {
        self.delete_item(&keys::customer_order_key(organisation, hash, order)).await
    }

    /// Stores the record of an erasure.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn keep_erasure(&self, erasure: &CustomerErasure) -> Result<(), StoreError> {
        let mut item = to_table_item("erasure", &keys::erasure_key(&erasure.id), erasure)?;
        item.insert(
            EXPIRES.into(),
            number_value(add_seconds(erasure.at, keys::AUDIT_DAYS * 86_400).as_second()),
        );
        self.put_item(item).await
    }

    /// Reads an erasure by id. The caller checks access.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_erasure(
        &self,
        id: &ErasureId,
    ) -> Result<Option<CustomerErasure>, StoreError> {
        self.get_item("erasure", &keys::erasure_key(id)).await
    }
}

/// Builds the row that links an order to a customer. The row is written before the order: an
/// erasure then finds every stored order.
pub(crate) fn customer_item(hash: &str, order: &Order) -> Result<TableItem, StoreError> {
    let key = keys::customer_order_key(&order.organisation, hash, &order.id);
    let mut item = to_table_item("customer", &key, &CustomerOrderRow { order: order.id.clone() })?;
    item.insert(
        EXPIRES.into(),
        number_value(add_seconds(order.updated_at, keys::ORDER_DAYS * 86_400).as_second()),
    );
    Ok(item)
}
