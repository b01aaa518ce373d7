//! Look-up rows: where matching finds sales and alerts, and the alerts that an order may be for. `search.rs` has what is
//! read for a claim.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use domain::alert::Alert;
use domain::id::{AlertId, OrderId, OrganisationId};
use domain::order::Order;
use domain::refund::Ledger;
use domain::sale::{Payment, Sale};
use domain::time::after;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, Key, PK, SK};
use crate::table::{Item, item_of, number, text, unavailable, unbuilt, value_of};
use crate::{Store, StoreError};

/// Days around the claim's that are looked at: a sale may settle some days after it was authorised.
pub(crate) const WINDOW_DAYS: i64 = 7;
/// More rows than this under one look-up key are no honest data.
pub(crate) const MOST_ROWS: usize = 2_000;
/// What `DynamoDB` takes in one batch.
const BATCH: usize = 25;
/// How many rows of a card are looked at for what is only shown.
const LATEST_ROWS: i32 = 200;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Row {
    Sale(Box<Sale>),
    Alert(AlertId),
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    pub row: Row,
}

impl Store {
    /// The sales that a reference names: a payment's or charge's, a network's, an order transaction's own.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn sales_named(&self, organisation: &OrganisationId, reference: &str) -> Result<Vec<Sale>, StoreError> {
        let mut found = Found::default();
        found.add(self.query(&keys::sale(organisation, reference), "A", "T", MOST_ROWS).await?)?;
        Ok(found.sales.into_values().collect())
    }

    /// The sales of a card within some days before and after a day, the latest first; the latest only, where there are
    /// more than anybody reads.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn sales_of_card(&self, organisation: &OrganisationId, last4: &str, day: Date, days: i64) -> Result<Vec<Sale>, StoreError> {
        let at = |days: i64| day.saturating_add(days.days());
        let request = self.client.query().table_name(&self.table).scan_index_forward(false).limit(LATEST_ROWS);
        let request = request.key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to");
        let request = request.expression_attribute_values(":pk", text(keys::card(organisation, last4)));
        let request = request.expression_attribute_values(":from", text(at(-days).to_string()));
        let request = request.expression_attribute_values(":to", text(format!("{}~", at(days))));
        let answer = request.send().await.map_err(unavailable("Query"))?;
        let mut found = Found::default();
        found.add(answer.items.unwrap_or_default())?;
        Ok(found.sales.into_values().collect())
    }

    /// The alerts that one of these sales may be about.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn alerts_about(&self, organisation: &OrganisationId, sales: &[Sale]) -> Result<Vec<AlertId>, StoreError> {
        let mut found = Found::default();
        for sale in sales {
            let (from, to) = window(sale.authorised.day);
            if let Some(arn) = &sale.arn {
                found.add(self.query(&keys::arn(organisation, arn), "A", "B", MOST_ROWS).await?)?;
            }
            if let Some(last4) = &sale.card.last4 {
                found.add(self.query(&keys::card(organisation, last4), &from, &to, MOST_ROWS).await?)?;
            }
            if sale.amount_is_told() {
                // Of a common amount only some: an alert without a card then waits for a person.
                found.add_some(self.query_some(&keys::paid(organisation, sale.amount), &from, &to).await?)?;
            }
        }
        Ok(found.alerts.into_iter().collect())
    }

    /// Puts an alert where rivals and late orders look; matching does so before it looks itself, so that of an alert and
    /// an order that come together at least one finds the other.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn place(&self, alert: &Alert) -> Result<(), StoreError> {
        let (claim, organisation) = (&alert.claim, &alert.organisation);
        let day = claim.transacted.map_or_else(|| domain::time::day_of(claim.alerted_at), |moment| moment.day);
        let by_day = keys::alert_row(Some(day), &alert.id);
        let mut places = vec![Key { pk: keys::paid(organisation, claim.disputed()), sk: by_day.clone() }];
        places.extend(claim.card.last4.iter().map(|last4| Key { pk: keys::card(organisation, last4), sk: by_day.clone() }));
        places.extend(claim.arn.iter().map(|arn| Key { pk: keys::arn(organisation, arn), sk: keys::alert_row(None, &alert.id) }));
        let row = Stored { row: Row::Alert(alert.id.clone()) };
        let expires = after(alert.received_at, keys::ORDER_DAYS * 86_400).as_second(); // no order comes later
        let expiring = |mut item: Item| {
            item.insert(EXPIRES.into(), number(expires));
            item
        };
        let items = places.iter().map(|key| item_of("row", key, &row).map(expiring)).collect::<Result<_, _>>()?;
        self.put_all(items).await
    }

    /// Puts an alert where refunds of its payment lead, whoever makes them.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn place_at_payment(&self, alert: &Alert, sale: &Sale) -> Result<(), StoreError> {
        if sale.payment.is_none() {
            return Ok(());
        }
        let key = Key { pk: keys::sale(&alert.organisation, &sale.transaction_id), sk: keys::alert_row(None, &alert.id) };
        let mut item = item_of("row", &key, &Stored { row: Row::Alert(alert.id.clone()) })?;
        item.insert(EXPIRES.into(), number(after(alert.received_at, keys::ORDER_DAYS * 86_400).as_second()));
        self.put_all(vec![item]).await
    }

    /// The alerts that were matched to a payment, and those whose refund was begun.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn alerts_of_payment(
        &self,
        organisation: &OrganisationId,
        payment: &Payment,
        ledger: &Ledger,
    ) -> Result<BTreeSet<AlertId>, StoreError> {
        let mut found = Found::default();
        found.add(self.query(&keys::sale(organisation, &payment.reference), "A", "B", MOST_ROWS).await?)?;
        found.alerts.extend(ledger.entries.iter().filter_map(|entry| entry.cause.alert().cloned()));
        Ok(found.alerts)
    }

    /// Puts an order's sales where matching looks.
    pub(crate) async fn put_sale_rows(
        &self,
        order: &OrderId,
        organisation: &OrganisationId,
        sales: Vec<Sale>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let expires = after(now, keys::ORDER_DAYS * 86_400).as_second();
        let mut items = Vec::new();
        for (index, sale) in sales.into_iter().enumerate() {
            let places = places_of(order, organisation, index, &sale);
            let row = Stored { row: Row::Sale(Box::new(sale)) };
            for key in places {
                let mut item = item_of("row", &key, &row)?;
                item.insert(EXPIRES.into(), number(expires));
                items.push(item);
            }
        }
        self.put_all(items).await
    }

    /// Puts a changed order's sales where matching looks, and takes away what it looked at before.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn move_sale_rows(&self, order: &Order, before: &[Sale], after: Vec<Sale>) -> Result<(), StoreError> {
        let places = |sales: &[Sale]| {
            let each = sales.iter().enumerate().map(|(index, sale)| places_of(&order.id, &order.organisation, index, sale));
            each.flatten().collect::<Vec<_>>()
        };
        let stays = places(&after);
        let gone = places(before).into_iter().filter(|place| !stays.contains(place));
        let delete = |key: Key| DeleteRequest::builder().key(PK, text(key.pk)).key(SK, text(key.sk)).build();
        let deletes = gone.map(|key| Ok(WriteRequest::builder().delete_request(delete(key)?).build()));
        self.write_all(deletes.collect::<Result<_, _>>().map_err(unbuilt("BatchWriteItem"))?).await?;
        self.put_sale_rows(&order.id, &order.organisation, after, order.updated_at).await
    }

    /// Writes items, whatever was there; one batch may be written in part where the store fails.
    pub(crate) async fn put_all(&self, items: Vec<Item>) -> Result<(), StoreError> {
        let put = |item: Item| PutRequest::builder().set_item(Some(item)).build();
        let puts = items.into_iter().map(|item| Ok(WriteRequest::builder().put_request(put(item)?).build()));
        self.write_all(puts.collect::<Result<_, _>>().map_err(unbuilt("BatchWriteItem"))?).await
    }

    async fn write_all(&self, writes: Vec<WriteRequest>) -> Result<(), StoreError> {
        for batch in writes.chunks(BATCH) {
            let mut left = batch.to_vec();
            while !left.is_empty() {
                let request = self.client.batch_write_item().request_items(&self.table, std::mem::take(&mut left));
                let answer = request.send().await.map_err(unavailable("BatchWriteItem"))?;
                left = answer.unprocessed_items.and_then(|mut by_table| by_table.remove(&self.table)).unwrap_or_default();
            }
        }
        Ok(())
    }
}

/// The sales and alerts of some rows.
#[derive(Default)]
pub(crate) struct Found {
    pub sales: BTreeMap<String, Sale>,
    pub alerts: BTreeSet<AlertId>,
    /// Whether there were more rows than are read.
    pub is_cut: bool,
}

impl Found {
    pub fn add_some(&mut self, (items, is_cut): (Vec<Item>, bool)) -> Result<(), StoreError> {
        self.is_cut |= is_cut;
        self.add(items)
    }

    pub fn add(&mut self, items: Vec<Item>) -> Result<(), StoreError> {
        for item in items {
            match value_of::<Stored>("row", item)?.row {
                Row::Sale(sale) => drop(self.sales.insert(sale.id.as_str().to_owned(), *sale)),
                Row::Alert(id) => drop(self.alerts.insert(id)),
            }
        }
        Ok(())
    }
}

fn places_of(order: &OrderId, organisation: &OrganisationId, index: usize, sale: &Sale) -> Vec<Key> {
    let by_day = keys::sale_row(Some(sale.authorised.day), order, index);
    let plain = keys::sale_row(None, order, index);
    let references: BTreeSet<&String> =
        [Some(&sale.transaction_id), sale.network_transaction_id.as_ref(), sale.payment.as_ref().and_then(|p| p.charge.as_ref())]
            .into_iter()
            .flatten()
            .collect();
    let paid = sale.amount_is_told().then(|| Key { pk: keys::paid(organisation, sale.amount), sk: by_day.clone() });
    let mut places = Vec::from_iter(paid);
    places.extend(references.into_iter().map(|reference| Key { pk: keys::sale(organisation, reference), sk: plain.clone() }));
    places.extend(sale.arn.iter().map(|arn| Key { pk: keys::arn(organisation, arn), sk: plain.clone() }));
    places.extend(sale.card.last4.iter().map(|last4| Key { pk: keys::card(organisation, last4), sk: by_day.clone() }));
    places
}

pub(crate) fn window(day: Date) -> (String, String) {
    between((day.saturating_add((-WINDOW_DAYS).days()), day.saturating_add(WINDOW_DAYS.days())))
}

pub(crate) fn between((first, last): (Date, Date)) -> (String, String) {
    (first.to_string(), format!("{last}~"))
}
