//! Lists: pages over the list index, by filters it projects, exact in number up to a limit. An
//! index read only lists.

mod read;

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use serde::de::DeserializeOwned;

use crate::facts::Fact;
use crate::keys::{Key, PK, SK};
use crate::table::{Item, unavailable, unbuilt, value_of};
use crate::{Store, StoreError};
use read::Read;

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
    /// The keys of all that may be listed, where what is asked for names it: it is read without
    /// the lists.
    pub named: Option<Vec<Key>>,
    /// How far the lists are read.
    pub reach: Reach,
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
    /// A fact to sort by, in place of the index order: what was listed last is read first then,
    /// however it is sorted.
    pub by: Option<Fact>,
    pub page: Page,
}

/// How many rows that do not fit one call looks at, in all lists together: what few fit is read on
/// by a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach(pub usize);

impl Default for Reach {
    fn default() -> Self {
        Self(80_000)
    }
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
    /// Where the page ended, if more may follow.
    pub next: Option<String>,
}

impl Store {
    /// Lists.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn list<T: DeserializeOwned>(
        &self,
        listing: &Listing,
    ) -> Result<Listed<T>, StoreError> {
        let (skip, limit) = match &listing.page {
            Page::Offset { offset, limit } => (*offset, *limit),
            Page::After { limit, .. } => (0, *limit),
        };
        let shown = skip.saturating_add(limit);
        let Read { mut rows, cut, is_whole } = match &listing.named {
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
        let page: Vec<Item> = rows.into_iter().skip(skip).take(limit).map(|row| row.key).collect();
        Ok(Listed { items: self.load(page, false).await?, count, more_than_counted, next })
    }

    /// Loads items in the order of their keys; what was deleted meanwhile is left out. What a
    /// decision rests on is read consistently.
    pub(crate) async fn load<T: DeserializeOwned>(
        &self,
        wanted: Vec<Item>,
        is_consistent: bool,
    ) -> Result<Vec<T>, StoreError> {
        self.load_items(wanted, is_consistent)
            .await?
            .into_iter()
            .map(|item| value_of("listed item", item))
            .collect()
    }

    async fn load_items(
        &self,
        wanted: Vec<Item>,
        is_consistent: bool,
    ) -> Result<Vec<Item>, StoreError> {
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
                let items = answer
                    .responses
                    .and_then(|mut by_table| by_table.remove(&self.table))
                    .unwrap_or_default();
                found.extend(items.into_iter().filter_map(|item| Some((key_of(&item)?, item))));
                left =
                    answer.unprocessed_keys.and_then(|mut by_table| by_table.remove(&self.table));
            }
        }
        Ok(wanted.iter().filter_map(|key| found.remove(&key_of(key)?)).collect())
    }
}

/// What all of them read, in their order, several at a time: a partner may have thousands of
/// organisations.
pub(crate) async fn together<T>(
    reads: Vec<impl Future<Output = Result<Vec<T>, StoreError>>>,
) -> Result<Vec<T>, StoreError> {
    stream::iter(reads).buffered(AT_ONCE).try_concat().await
}

fn key_of(item: &Item) -> Option<[String; 2]> {
    Some([string(item, PK)?, string(item, SK)?])
}

fn string(item: &Item, name: &str) -> Option<String> {
    item.get(name).and_then(|value: &AttributeValue| value.as_s().ok()).cloned()
}
