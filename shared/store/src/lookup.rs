//! Look-up rows: pointers to the payments of orders, and the alerts that an order may be for. `search.rs` has what is read for a
//! claim.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use domain::alert::Alert;
use domain::id::{AlertId, OrganisationId};
use domain::order::Order;
use domain::refund::Ledger;
use domain::sale::{Payment, Sale};
use domain::time::after;
use futures_util::future::try_join_all;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, Key, Kind, PK, SK};
use crate::pointer::{MOST_ORDERS, Pointer, Pointers, places_of, references};
use crate::table::{Item, item_of, number, text, unavailable, unbuilt, value_of};
use crate::{Store, StoreError};

/// Days around the claim's that are looked at: a sale may settle some days after it was authorised.
pub(crate) const WINDOW_DAYS: i64 = 7;
/// More alerts than this under one look-up key are no honest data.
pub(crate) const MOST_ROWS: usize = 2_000;
/// How many alerts of one key an order may be about; later ones are left to a person.
const ALERT_ROWS: i32 = 50;
/// What `DynamoDB` takes in one batch.
const BATCH: usize = 25;

/// The row of an alert.
#[derive(Serialize, Deserialize)]
pub(crate) struct Told {
    pub alert: AlertId,
}

impl Store {
    /// The sales that a reference names: a payment's or charge's, a network's, an order transaction's own.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn sales_named(&self, organisation: &OrganisationId, reference: &str) -> Result<Vec<Sale>, StoreError> {
        let pk = keys::sale(organisation, reference);
        let most = i32::try_from(MOST_ORDERS).unwrap_or(i32::MAX);
        let mut pointers = Pointers::default();
        pointers.add(self.query_some(&pk, &Kind::Sale.range(None), most).await?)?;
        Ok(self.sales_at(pointers, None).await?.0)
    }

    /// The sales of a card within some days before and after a day; the latest only, where there are more than anybody reads.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn sales_of_card(&self, organisation: &OrganisationId, last4: &str, day: Date, days: i64) -> Result<Vec<Sale>, StoreError> {
        let at = |days: i64| day.saturating_add(days.days());
        let most = i32::try_from(MOST_ORDERS).unwrap_or(i32::MAX);
        let (from, to) = Kind::Sale.range(Some((at(-days), at(days))));
        let rows = self.between(&keys::card(organisation, last4), (&from, &to)).scan_index_forward(false).limit(most);
        let answer = rows.send().await.map_err(unavailable("Query"))?;
        let mut pointers = Pointers::default();
        pointers.add((answer.items.unwrap_or_default(), false))?;
        Ok(self.sales_at(pointers, None).await?.0)
    }

    /// The alerts that one of these sales may be about: the rows of alerts only, so many of each key. An alert that tells neither
    /// card nor reference is found by none.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn alerts_about(&self, organisation: &OrganisationId, sales: &[Sale]) -> Result<BTreeSet<AlertId>, StoreError> {
        let mut places = BTreeSet::new();
        for sale in sales {
            let (named, near) = (Kind::Alert.range(None), Kind::Alert.range(Some(window(sale.authorised.day))));
            places.extend(sale.arn.iter().map(|arn| (keys::arn(organisation, arn), named.clone())));
            places.extend(references(sale).into_iter().map(|reference| (keys::sale(organisation, reference), named.clone())));
            places.extend(sale.card.last4.iter().map(|last4| (keys::card(organisation, last4), near.clone())));
        }
        let reads = places.iter().map(|(pk, range)| self.query_some(pk, range, ALERT_ROWS));
        let rows = try_join_all(reads).await?.into_iter().flat_map(|(items, _)| items);
        rows.map(|item| Ok(value_of::<Told>("row", item)?.alert)).collect()
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
        let cards = claim.card.last4.iter().map(|last4| Key { pk: keys::card(organisation, last4), sk: by_day.clone() });
        let named = claim.arn.iter().map(|arn| keys::arn(organisation, arn));
        let named = named.chain(claim.transaction_id.iter().map(|id| keys::sale(organisation, id)));
        let named = named.map(|pk| Key { pk, sk: keys::alert_row(None, &alert.id) });
        self.put_alert(alert, cards.chain(named).collect()).await
    }

    /// Puts an alert where refunds of these sales lead, whoever makes them, and whoever erases their customer.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn place_at(&self, alert: &Alert, sales: impl Iterator<Item = &Sale>) -> Result<(), StoreError> {
        let sk = keys::alert_row(None, &alert.id);
        let keys = sales.map(|sale| Key { pk: keys::sale(&alert.organisation, &sale.transaction_id), sk: sk.clone() });
        self.put_alert(alert, keys.collect()).await
    }

    async fn put_alert(&self, alert: &Alert, places: BTreeSet<Key>) -> Result<(), StoreError> {
        let row = Told { alert: alert.id.clone() };
        let expires = after(alert.received_at, keys::ORDER_DAYS * 86_400).as_second(); // no order comes later
        let item = |key: &Key| {
            let mut item = item_of("row", key, &row)?;
            item.insert(EXPIRES.into(), number(expires));
            Ok(item)
        };
        self.put_all(places.iter().map(item).collect::<Result<_, StoreError>>()?).await
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
        let (from, to) = Kind::Alert.range(None);
        let items = self.query(&keys::sale(organisation, &payment.reference), &from, &to, MOST_ROWS).await?;
        let matched = items.into_iter().map(|item| Ok(value_of::<Told>("row", item)?.alert));
        let begun = ledger.entries.iter().filter_map(|entry| entry.cause.alert().cloned().map(Ok));
        matched.chain(begun).collect()
    }

    /// Puts pointers to an order's sales where matching looks. They come before the order itself, so that no order is there that
    /// matching would not find.
    pub(crate) async fn put_pointers(&self, order: &Order, sales: &[Sale], also: Option<Item>) -> Result<(), StoreError> {
        let expires = number(after(order.updated_at, keys::ORDER_DAYS * 86_400).as_second());
        let mut items = BTreeMap::new();
        for sale in sales {
            let pointer = Pointer::to(order, sale).ok_or_else(|| StoreError::Conflict(sale.id.to_string()))?;
            for key in places_of(order, pointer.index, sale) {
                let mut item = item_of("pointer", &key, &pointer)?;
                item.insert(EXPIRES.into(), expires.clone());
                items.insert(key, item);
            }
        }
        self.put_all(items.into_values().chain(also).collect()).await
    }

    /// Takes away the pointers to what an order's sales were and are no more. One that is left leads nowhere.
    pub(crate) async fn drop_pointers(&self, before: (&Order, &[Sale]), after: (&Order, &[Sale])) -> Result<(), StoreError> {
        let places = |(order, sales): (&Order, &[Sale])| -> Vec<Key> {
            let each = sales.iter().filter_map(|sale| Some(places_of(order, order.place_of(sale)?, sale)));
            each.flatten().collect()
        };
        let stays = places(after);
        let gone = places(before).into_iter().filter(|place| !stays.contains(place));
        let delete = |key: Key| DeleteRequest::builder().key(PK, text(key.pk)).key(SK, text(key.sk)).build();
        let deletes = gone.map(|key| Ok(WriteRequest::builder().delete_request(delete(key)?).build()));
        self.write_all(deletes.collect::<Result<_, _>>().map_err(unbuilt("BatchWriteItem"))?).await
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

pub(crate) fn window(day: Date) -> (Date, Date) {
    (day.saturating_add((-WINDOW_DAYS).days()), day.saturating_add(WINDOW_DAYS.days()))
}
