//! A customer's orders, found by a keyed hash of the e-mail address, and what else may tell of the customer: for erasure.

use std::collections::BTreeSet;

use domain::erasure::Erasure;
use domain::id::{AlertId, ErasureId, OrderId, OrganisationId};
use domain::order::Order;
use domain::sale::Sale;
use domain::time::after;
use jiff::ToSpan;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, Kind};
use crate::lookup::{Told, WINDOW_DAYS};
use crate::pointer::references;
use crate::table::{Item, item_of, number, unavailable, value_of};
use crate::{Store, StoreError};

/// An alert that does not say when the payment was made is looked for so many days after it.
const ALERTED_DAYS: i64 = 180;
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
    pub async fn orders_of_customer(&self, organisation: &OrganisationId, hash: &str) -> Result<BTreeSet<OrderId>, StoreError> {
        let items = self.query(&keys::who(organisation, hash), OrderId::PREFIX, &format!("{}~", OrderId::PREFIX), MOST_ORDERS).await?;
        items.into_iter().map(|item| value_of::<Bought>("customer", item).map(|bought| bought.order)).collect()
    }

    /// Forgets whose an order was.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn forget_customer(&self, organisation: &OrganisationId, hash: &str, order: &OrderId) -> Result<(), StoreError> {
        self.delete(&keys::customer(organisation, hash, order)).await
    }

    /// All alerts that may have been matched with one of these sales, however many sales of others lie between.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn alerts_near(&self, organisation: &OrganisationId, sales: &[Sale]) -> Result<BTreeSet<AlertId>, StoreError> {
        let mut found = BTreeSet::new();
        for sale in sales {
            let day = |days: i64| sale.authorised.day.saturating_add(days.days());
            let named = sale.arn.iter().map(|arn| keys::arn(organisation, arn));
            for pk in named.chain(references(sale).into_iter().map(|reference| keys::sale(organisation, reference))) {
                found.extend(self.alert_rows(&pk, Kind::Alert.range(None)).await?);
            }
            if let Some(last4) = &sale.card.last4 {
                let days = (day(-WINDOW_DAYS), day(ALERTED_DAYS));
                found.extend(self.alert_rows(&keys::card(organisation, last4), Kind::Alert.range(Some(days))).await?);
            }
            let entries = self.ledger(&sale.id).await?.entries;
            found.extend(entries.iter().filter_map(|entry| entry.cause.alert().cloned()));
        }
        Ok(found)
    }

    async fn alert_rows(&self, pk: &str, (from, to): (String, String)) -> Result<Vec<AlertId>, StoreError> {
        let mut pages = self.between(pk, (&from, &to)).consistent_read(true).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            for item in page.map_err(unavailable("Query"))?.items.unwrap_or_default() {
                found.push(value_of::<Told>("row", item)?.alert);
            }
        }
        Ok(found)
    }

    /// Keeps what an erasure did.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_erasure(&self, erasure: &Erasure) -> Result<(), StoreError> {
        let mut item = item_of("erasure", &keys::erasure(&erasure.id), erasure)?;
        item.insert(EXPIRES.into(), number(after(erasure.at, keys::AUDIT_DAYS * 86_400).as_second()));
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

/// Notes whose an order is. It comes before the order itself, so that no order is there that an erasure would not find.
pub(crate) fn customer_item(hash: &str, order: &Order) -> Result<Item, StoreError> {
    let key = keys::customer(&order.organisation, hash, &order.id);
    let mut item = item_of("customer", &key, &Bought { order: order.id.clone() })?;
    item.insert(EXPIRES.into(), number(after(order.updated_at, keys::ORDER_DAYS * 86_400).as_second()));
    Ok(item)
}
