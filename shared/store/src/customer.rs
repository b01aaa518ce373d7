//! A customer's orders, found by a keyed hash of the e-mail address: for erasure.

use std::collections::BTreeSet;

use domain::basics::id::{ErasureId, OrderId, OrganisationId};
use domain::basics::time::add_seconds;
use domain::privacy::erasure::CustomerErasure;
use domain::sale::order::Order;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES};
use crate::table::{TableItem, from_table_item, number_value, to_table_item};
use crate::{Store, StoreError};

/// More orders than this no customer has.
const MOST_ORDERS: usize = 10_000;

#[derive(Serialize, Deserialize)]
struct CustomerOrderRow {
    order: OrderId,
}

impl Store {
    /// The orders that were ever noted for a customer.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
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

    /// Forgets whose an order was.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn forget_customer(
        &self,
        organisation: &OrganisationId,
        hash: &str,
        order: &OrderId,
    ) -> Result<(), StoreError> {
        self.delete_item(&keys::customer_order_key(organisation, hash, order)).await
    }

    /// Keeps what an erasure did.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_erasure(&self, erasure: &CustomerErasure) -> Result<(), StoreError> {
        let mut item = to_table_item("erasure", &keys::erasure_key(&erasure.id), erasure)?;
        item.insert(
            EXPIRES.into(),
            number_value(add_seconds(erasure.at, keys::AUDIT_DAYS * 86_400).as_second()),
        );
        self.put_item(item).await
    }

    /// An erasure, whose ever it is: the caller checks.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_erasure(
        &self,
        id: &ErasureId,
    ) -> Result<Option<CustomerErasure>, StoreError> {
        self.get_item("erasure", &keys::erasure_key(id)).await
    }
}

/// Notes whose an order is. It comes before the order itself, so that no order is there that an
/// erasure would not find.
pub(crate) fn customer_item(hash: &str, order: &Order) -> Result<TableItem, StoreError> {
    let key = keys::customer_order_key(&order.organisation, hash, &order.id);
    let mut item = to_table_item("customer", &key, &CustomerOrderRow { order: order.id.clone() })?;
    item.insert(
        EXPIRES.into(),
        number_value(add_seconds(order.updated_at, keys::ORDER_DAYS * 86_400).as_second()),
    );
    Ok(item)
}
