//! Lists: pages over the list index, by filters it projects, exact in number up to a limit. An index read only lists.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;

use crate::facts::{FACTS, Fact};
use crate::keys::{LIST, LIST_INDEX, LISTED, PK, SK};
use crate::table::{Item, text, unavailable, unbuilt, value_of};
use crate::{Store, StoreError};

/// How far `count` and `offset` are exact.
pub const MOST_COUNTED: usize = 10_000;
/// What `DynamoDB` reads in one batch.
const BATCH: usize = 100;
/// So many lists are read at a time.
const AT_ONCE: usize = 32;

/// What to list, and how.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// The index keys to list, together in one order.
    pub lists: Vec<String>,
    /// They are keys of the table itself.
    pub direct: bool,
    /// Facts that must have one of some values.
    pub one_of: Vec<(Fact, Vec<String>)>,
    /// Facts that must lie between two values, both included.
    pub within: Vec<(Fact, String, String)>,
    /// Facts that must have these texts in them.
    pub holding: Vec<(Fact, String)>,
    /// The first and last index order to list, both included.
    pub from: Option<String>,
    pub to: Option<String>,
    /// List from the latest on.
    pub newest_first: bool,
    /// A thing that is in several of the lists comes once.
    pub is_united: bool,
    /// A fact to sort by, in place of the index order.
    pub by: Option<Fact>,
    pub page: Page,
}

/// Which part of a list.
#[derive(Debug, Clone)]
pub enum Page {
    Offset {
        offset: usize,
        limit: usize,
    },
    /// After the index order where the page before ended.
    After {
        cursor: String,
        limit: usize,
    },
}

impl Default for Page {
    fn default() -> Self {
        Self::Offset { offset: 0, limit: BATCH }
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    pub items: Vec<T>,
    /// How many there are in all; exact unless `more_than_counted`.
    pub count: usize,
    pub more_than_counted: bool,
    /// Where the page ended, if more follow.
    pub next: Option<String>,
}

struct Row {
    key: Item,
    order: String,
    sort: String,
}

impl Store {
    /// Lists.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn list<T: DeserializeOwned>(&self, listing: &Listing) -> Result<Listed<T>, StoreError> {
        let (skip, limit) = match &listing.page {
            Page::Offset { offset, limit } => (*offset, *limit),
            Page::After { limit, .. } => (0, *limit),
        };
        let enough = Enough::of(listing, skip.saturating_add(limit));
        let mut rows = together(listing.lists.iter().map(|list| self.rows(list, listing, &enough)).collect()).await?;
        if listing.is_united {
            let mut seen = HashSet::new();
            rows.retain(|row| seen.insert(row.order.clone()));
        }
        rows.sort_by(|a, b| if listing.newest_first { b.sort.cmp(&a.sort) } else { a.sort.cmp(&b.sort) });
        let (count, more_than_counted) = (rows.len().min(MOST_COUNTED), rows.len() > MOST_COUNTED);
        let next =
            rows.get(skip.saturating_add(limit).saturating_sub(1)).filter(|_| rows.len() > skip + limit).map(|row| row.order.clone());
        let page: Vec<Item> = rows.into_iter().skip(skip).take(limit).map(|row| row.key).collect();
        Ok(Listed { items: self.load(page, false).await?, count, more_than_counted, next })
    }

    async fn rows(&self, list: &str, listing: &Listing, enough: &Enough) -> Result<Vec<Row>, StoreError> {
        let (from, to) = range(listing);
        if from > to {
            return Ok(Vec::new()); // the page before ended past the range; DynamoDB takes no empty one
        }
        let (key, order) = if listing.direct { (PK, SK) } else { (LIST, LISTED) };
        let request = self.client.query().table_name(&self.table).scan_index_forward(!listing.newest_first);
        let request = if listing.direct { request } else { request.index_name(LIST_INDEX) };
        let request = request.key_condition_expression("#list = :list AND #order BETWEEN :from AND :to");
        let request = request.expression_attribute_names("#list", key).expression_attribute_names("#order", order);
        let request = request.expression_attribute_values(":list", text(list));
        let request = request.expression_attribute_values(":from", text(&from)).expression_attribute_values(":to", text(&to));
        let mut pages = filtered(request.consistent_read(listing.direct), listing).into_paginator().send();
        let mut rows = Vec::new();
        while let Some(page) = pages.next().await {
            let items = page.map_err(unavailable("Query"))?.items.unwrap_or_default();
            let before = rows.len();
            rows.extend(items.into_iter().map(|item| row(item, listing)).filter(|row| !ended_before(listing, row)));
            if enough.is_read(rows.len(), rows.len() - before) {
                break;
            }
        }
        Ok(rows)
    }

    /// Loads items in the order of their keys; what was deleted meanwhile is left out. What a decision rests on is read consistently.
    pub(crate) async fn load<T: DeserializeOwned>(&self, wanted: Vec<Item>, is_consistent: bool) -> Result<Vec<T>, StoreError> {
        let mut found: HashMap<[String; 2], Item> = HashMap::new();
        for batch in wanted.chunks(BATCH) {
            let mut left = Some(
                KeysAndAttributes::builder()
                    .set_keys(Some(batch.to_vec()))
                    .consistent_read(is_consistent)
                    .build()
                    .map_err(unbuilt("BatchGetItem"))?,
            );
            while let Some(keys) = left.take() {
                let request = self.client.batch_get_item().request_items(&self.table, keys);
                let answer = request.send().await.map_err(unavailable("BatchGetItem"))?;
                let items = answer.responses.and_then(|mut by_table| by_table.remove(&self.table)).unwrap_or_default();
                found.extend(items.into_iter().filter_map(|item| Some((key_of(&item)?, item))));
                left = answer.unprocessed_keys.and_then(|mut by_table| by_table.remove(&self.table));
            }
        }
        let in_order = wanted.iter().filter_map(|key| found.remove(&key_of(key)?));
        in_order.map(|item| value_of("listed item", item)).collect()
    }
}

/// What all of them read, in their order, several at a time: a partner may have thousands of organisations.
pub(crate) async fn together<T>(reads: Vec<impl Future<Output = Result<Vec<T>, StoreError>>>) -> Result<Vec<T>, StoreError> {
    stream::iter(reads).buffered(AT_ONCE).try_concat().await
}

/// How much of several lists is read: of each what the page may show, of all what is counted.
struct Enough {
    of_each: usize,
    of_all: usize,
    read: AtomicUsize,
}

impl Enough {
    fn of(listing: &Listing, shown: usize) -> Self {
        let (of_each, of_all) = match listing.page {
            Page::Offset { .. } if listing.by.is_some() => (MOST_COUNTED, MOST_COUNTED),
            Page::Offset { .. } => (shown, MOST_COUNTED),
            Page::After { .. } => (shown, shown),
        };
        Self { of_each, of_all, read: AtomicUsize::new(0) }
    }

    /// Whether a list is read far enough, of which so many were read, so many of them just now.
    fn is_read(&self, own: usize, more: usize) -> bool {
        let all = self.read.fetch_add(more, Ordering::Relaxed).saturating_add(more);
        own > self.of_each && all > self.of_all
    }
}

/// The request with what the listing's facts must be.
fn filtered(mut request: QueryFluentBuilder, listing: &Listing) -> QueryFluentBuilder {
    let mut conditions = Vec::new();
    for (place, (fact, values)) in listing.one_of.iter().enumerate() {
        let names: Vec<String> = (0..values.len()).map(|at| format!(":v{place}_{at}")).collect();
        conditions.push(format!("{FACTS}.#v{place} IN ({})", names.join(", ")));
        request = request.expression_attribute_names(format!("#v{place}"), fact.name());
        for (name, value) in names.into_iter().zip(values) {
            request = request.expression_attribute_values(name, text(value));
        }
    }
    for (place, (fact, from, to)) in listing.within.iter().enumerate() {
        conditions.push(format!("{FACTS}.#w{place} BETWEEN :f{place} AND :t{place}"));
        request = request.expression_attribute_names(format!("#w{place}"), fact.name());
        request = request.expression_attribute_values(format!(":f{place}"), text(from));
        request = request.expression_attribute_values(format!(":t{place}"), text(to));
    }
    for (place, (fact, value)) in listing.holding.iter().enumerate() {
        conditions.push(format!("contains({FACTS}.#h{place}, :h{place})"));
        request = request.expression_attribute_names(format!("#h{place}"), fact.name());
        request = request.expression_attribute_values(format!(":h{place}"), text(value));
    }
    if conditions.is_empty() { request } else { request.filter_expression(conditions.join(" AND ")) }
}

/// The range of index orders: what was asked for, from where the page before ended.
fn range(listing: &Listing) -> (String, String) {
    let from = listing.from.clone().unwrap_or_else(|| " ".into());
    let to = listing.to.clone().map_or_else(|| "~".into(), |to| format!("{to}~"));
    match (&listing.page, listing.newest_first) {
        (Page::After { cursor, .. }, true) => (from, cursor.clone().min(to)),
        (Page::After { cursor, .. }, false) => (cursor.clone().max(from), to),
        (Page::Offset { .. }, _) => (from, to),
    }
}

fn ended_before(listing: &Listing, row: &Row) -> bool {
    matches!(&listing.page, Page::After { cursor, .. } if *cursor == row.order)
}

fn row(mut item: Item, listing: &Listing) -> Row {
    let order = string(&item, "listed").unwrap_or_default();
    let sort = listing.by.and_then(|fact| fact.of(&item)).unwrap_or(&order).clone();
    item.retain(|name, _| name == PK || name == SK);
    Row { key: item, order, sort }
}

fn key_of(item: &Item) -> Option<[String; 2]> {
    Some([string(item, PK)?, string(item, SK)?])
}

fn string(item: &Item, name: &str) -> Option<String> {
    item.get(name).and_then(|value: &AttributeValue| value.as_s().ok()).cloned()
}
