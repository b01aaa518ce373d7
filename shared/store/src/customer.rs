//! A customer's orders, found by a keyed hash of the e-mail address: for erasure.

use std::collections::BTreeSet;

use domain::basics::id::{ErasureId, OrderId, OrganisationId};
use domain::basics::time::after;
use domain::privacy::erasure::Erasure;
use domain::sale::order::Order;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES};
use crate::table::{Item, item_of, number, value_of};
use crate::{Store, StoreError};

/// More orders than this no customer has.
const MOST_ORDERS: usize = 10_000;

#[derive(Serialize, Deserialize)]
struct Bought {
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
            .query(
                &keys::who(organisation, hash),
                OrderId::PREFIX,
                &format!("{}~", OrderId::PREFIX),
                MOST_ORDERS,
            )
            .await?;
        items
            .into_iter()
            .map(|item| value_of::<Bought>("customer", item).map(|bought| bought.order))
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
        self.delete(&keys::customer(organisation, hash, order)).await
    }

    /// Keeps what an erasure did.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_erasure(&self, erasure: &Erasure) -> Result<(), StoreError> {
        let mut item = item_of("erasure", &keys::erasure(&erasure.id), erasure)?;
        item.insert(
            EXPIRES.into(),
            number(after(erasure.at, keys::AUDIT_DAYS * 86_400).as_second()),
        );
        self.put(item).await
    }

    /// An erasure, whose ever it is: the caller checks.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn erasure(&self, id: &ErasureId) -> Result<Option<Erasure>, StoreError> {
        self.get("erasure", &keys::erasure(id)).await
    }
}

/// Notes whose an order is. It comes before the order itself, so that no order is there that an
/// erasure would not find.
pub(crate) fn customer_item(hash: &str, order: &Order) -> Result<Item, StoreError> {
    let key = keys::customer(&order.organisation, hash, &order.id);
    let mut item = item_of("customer", &key, &Bought { order: order.id.clone() })?;
    item.insert(
        EXPIRES.into(),
        number(after(order.updated_at, keys::ORDER_DAYS * 86_400).as_second()),
    );
    Ok(item)
}
