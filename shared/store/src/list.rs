//! Lists: pages over the list index, filtered by projected fields, with counts exact up to a limit.
//! An index read only lists.

mod read;

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;

use crate::facts::FilterField;
use crate::keys::{PK, SK, TableKey};
use crate::table::{TableItem, from_table_item, unavailable_error, unbuilt_error};
use crate::{Store, StoreError};
use read::ListReadResult;

/// The limit up to which `count` and `offset` are exact.
pub const MOST_COUNTED: usize = 10_000;
/// The most items that `DynamoDB` reads in a batch.
const BATCH: usize = 100;
/// The number of lists read in parallel.
const AT_ONCE: usize = 32;

/// The criteria of a list.
#[derive(Debug, Clone, Default)]
pub struct ListCriteria {
    /// The index keys to list, merged into a single sequence.
    pub lists: Vec<String>,
    /// Whether the keys are of the table instead of the index.
    pub direct: bool,
    /// The keys of all items that may be listed, if the request names the items: the lists are then
    /// not read.
    pub named: Option<Vec<TableKey>>,
    /// The limit up to which the lists are read.
    pub reach: ScanBudget,
    /// Fields, each with the values allowed.
    pub one_of: Vec<(FilterField, Vec<String>)>,
    /// Fields that must lie between two values, both included.
    pub within: Vec<(FilterField, String, String)>,
    /// Fields that must contain these texts.
    pub holding: Vec<(FilterField, String)>,
    /// The first and last position to list, both included.
    pub from: Option<String>,
    pub to: Option<String>,
    /// Whether to list from the latest item on.
    pub newest_first: bool,
    /// Whether an item in several of the lists appears once.
    pub is_united: bool,
    /// The field to sort by, instead of the position. The items listed last are then read first,
    /// whichever way the page is sorted.
    pub by: Option<FilterField>,
    pub page: PageRequest,
}

/// The most rows that a call reads in vain, in all lists together. A cursor continues the reading
/// of a list in which few rows fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanBudget(pub usize);

impl Default for ScanBudget {
    fn default() -> Self {
        Self(80_000)
    }
}

/// The part of a list to read.
#[derive(Debug, Clone)]
pub enum PageRequest {
    Offset {
        offset: usize,
        limit: usize,
    },
    /// The rows after the position at which the previous page ended.
    After {
        cursor: String,
        limit: usize,
    },
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::Offset { offset: 0, limit: BATCH }
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct ListPage<T> {
    pub items: Vec<T>,
    /// The count of all items; exact unless `more_than_counted`.
    pub count: usize,
    pub more_than_counted: bool,
    /// The position at which the page ended, if more items may follow.
    pub next: Option<String>,
}

impl Store {
    /// Reads a page of a list.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_list_page<T: DeserializeOwned>(
        &self,
        listing: &ListCriteria,
    ) -> Result<ListPage<T>, StoreError> {
        let (skip, limit) = match &listing.page {
            PageRequest::Offset { offset, limit } => (*offset, *limit),
            PageRequest::After { limit, .. } => (0, *limit),
        };
        let shown = skip.saturating_add(limit);
        let ListReadResult { mut rows, cut, is_whole } = match &listing.named {
            Some(keys) => self.read_named(keys, listing).await?,
            None => self.read_lists(listing, shown).await?,
        };
        if listing.is_united {
            let mut seen = HashSet::new();
            rows.retain(|row| seen.insert(row.order.clone()));
        }
        rows.sort_by(
            |a, b| if listing.newest_first { b.sort.cmp(&a.sort) } else { a.sort.cmp(&b.sort) },
        );
        let (count, more_than_counted) = (rows.len().min(MOST_COUNTED), !is_whole);
        let last = rows
            .get(shown.saturating_sub(1))
            .filter(|_| rows.len() > shown)
            .map(|row| row.order.clone());
        let next = last.or(cut);
        let page: Vec<TableItem> =
            rows.into_iter().skip(skip).take(limit).map(|row| row.key).collect();
        Ok(ListPage {
            items: self.load_by_keys(page, false).await?,
            count,
            more_than_counted,
            next,
        })
    }

    /// Loads items in the sequence of the keys; omits items deleted meanwhile. A read that decides
    /// is consistent.
    pub(crate) async fn load_by_keys<T: DeserializeOwned>(
        &self,
        wanted: Vec<TableItem>,
        is_consistent: bool,
    ) -> Result<Vec<T>, StoreError> {
        self.load_items(wanted, is_consistent)
            .await?
            .into_iter()
            .map(|item| from_table_item("listed item", item))
            .collect()
    }

    async fn load_items(
        &self,
        wanted: Vec<TableItem>,
        is_consistent: bool,
    ) -> Result<Vec<TableItem>, StoreError> {
        let mut found: HashMap<[String; 2], TableItem> = HashMap::new();
        for batch in wanted.chunks(BATCH) {
            let mut left = Some(
                KeysAndAttributes::builder()
                    .set_keys(Some(batch.to_vec()))
                    .consistent_read(is_consistent)
                    .build()
                    .map_err(unbuilt_error("BatchGetItem"))?,
            );
            while let Some(keys) = left.take() {
                let request = self.client.batch_get_item().request_items(&self.table, keys);
                let answer = request.send().await.map_err(unavailable_error("BatchGetItem"))?;
                let items = answer
                    .responses
                    .and_then(|mut by_table| by_table.remove(&self.table))
                    .unwrap_or_default();
                found.extend(
                    items.into_iter().filter_map(|item| Some((primary_key_of(&item)?, item))),
                );
                left =
                    answer.unprocessed_keys.and_then(|mut by_table| by_table.remove(&self.table));
            }
        }
        Ok(wanted.iter().filter_map(|key| found.remove(&primary_key_of(key)?)).collect())
    }
}

/// Concatenates the results of reads, in sequence, several reads in parallel: a partner may have
/// thousands of organisations.
pub(crate) async fn concatenate_reads<T>(
    reads: Vec<impl Future<Output = Result<Vec<T>, StoreError>>>,
) -> Result<Vec<T>, StoreError> {
    stream::iter(reads).buffered(AT_ONCE).try_concat().await
}

fn primary_key_of(item: &TableItem) -> Option<[String; 2]> {
    Some([string_attribute(item, PK)?, string_attribute(item, SK)?])
}

fn string_attribute(item: &TableItem, name: &str) -> Option<String> {
    item.get(name).and_then(|value: &AttributeValue| value.as_s().ok()).cloned()
}
