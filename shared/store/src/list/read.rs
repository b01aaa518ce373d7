//! Reads of lists: rows of an index in sequence, or the items of given keys.

use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::{AT_ONCE, BATCH, ListCriteria, MOST_COUNTED, PageRequest, string_attribute};
use crate::facts::{FACTS, FilterField};
use crate::keys::{LIST, LIST_INDEX, LISTED, PK, SK, TableKey};
use crate::table::{TableItem, key_item, text_value, unavailable_error};
use crate::{Store, StoreError};

/// A row of a list.
pub(super) struct ListRow {
    pub key: TableItem,
    pub order: String,
    pub sort: String,
}

/// The result of reading lists.
pub(super) struct ListReadResult {
    pub rows: Vec<ListRow>,
    /// The position at which reading ended because few rows fit: rows behind are unread.
    pub cut: Option<String>,
    /// Whether the lists were read to the end.
    pub is_whole: bool,
}

impl Store {
    /// Reads the rows of all lists, up to the position that was reached in every list.
    pub(super) async fn read_lists(
        &self,
        listing: &ListCriteria,
        shown: usize,
    ) -> Result<ListReadResult, StoreError> {
        let enough = ReadQuota::for_criteria(listing, shown);
        let reads = listing.lists.iter().map(|list| self.read_list(list, listing, &enough));
        let reads: Vec<ListReadResult> =
            stream::iter(reads.collect::<Vec<_>>()).buffered(AT_ONCE).try_collect().await?;
        let (is_whole, cuts) = (
            reads.iter().all(|read| read.is_whole),
            reads.iter().filter_map(|read| read.cut.clone()),
        );
        let cut = if listing.newest_first { cuts.max() } else { cuts.min() };
        let mut rows: Vec<ListRow> = reads.into_iter().flat_map(|read| read.rows).collect();
        if let Some(cut) = cut.as_ref().filter(|_| listing.by.is_none()) {
            rows.retain(
                |row| if listing.newest_first { row.order >= *cut } else { row.order <= *cut },
            );
        }
        Ok(ListReadResult { rows, cut, is_whole })
    }

    async fn read_list(
        &self,
        list: &str,
        listing: &ListCriteria,
        enough: &ReadQuota,
    ) -> Result<ListReadResult, StoreError> {
        let mut read = ListReadResult { rows: Vec::new(), cut: None, is_whole: true };
        let Some(request) = self.list_request(list, listing) else { return Ok(read) };
        let page_size =
            i32::try_from(enough.in_vain.max(enough.of_each.min(BATCH))).unwrap_or(i32::MAX);
        let (mut pages, mut in_vain) =
            (request.into_paginator().page_size(page_size).send(), 0_usize);
        while let Some(page) = pages.next().await {
            let page = page.map_err(unavailable_error("Query"))?;
            let before = read.rows.len();
            let rows =
                page.items.unwrap_or_default().into_iter().map(|item| to_list_row(item, listing));
            read.rows.extend(rows.filter(|row| !is_at_cursor(listing, row)));
            let fitting = read.rows.len() - before;
            in_vain = in_vain.saturating_add(
                usize::try_from(page.scanned_count).unwrap_or_default().saturating_sub(fitting),
            );
            let is_read = enough.is_far_enough(read.rows.len(), fitting);
            let Some(ends_at) = page.last_evaluated_key else { break };
            if !is_read && in_vain >= enough.in_vain {
                read.cut = string_attribute(&ends_at, if listing.direct { SK } else { LISTED });
            }
            read.is_whole = !is_read && read.cut.is_none();
            if !read.is_whole {
                break;
            }
        }
        Ok(read)
    }

    /// Builds the request for a list; none if the previous page ended past the range, since
    /// `DynamoDB` rejects an empty range.
    fn list_request(&self, list: &str, listing: &ListCriteria) -> Option<QueryFluentBuilder> {
        let (from, to) = position_range(listing);
        let (key, order) = if listing.direct { (PK, SK) } else { (LIST, LISTED) };
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .scan_index_forward(!listing.newest_first && listing.by.is_none());
        let request = if listing.direct {
            request.consistent_read(true)
        } else {
            request.index_name(LIST_INDEX)
        };
        let request =
            request.key_condition_expression("#list = :list AND #order BETWEEN :from AND :to");
        let request = request
            .expression_attribute_names("#list", key)
            .expression_attribute_names("#order", order);
        let request = request.expression_attribute_values(":list", text_value(list));
        let request = request
            .expression_attribute_values(":from", text_value(&from))
            .expression_attribute_values(":to", text_value(&to));
        (from <= to).then(|| with_filter(request, listing))
    }

    /// Reads the items of given keys that the lists contain.
    pub(super) async fn read_named(
        &self,
        keys: &[TableKey],
        listing: &ListCriteria,
    ) -> Result<ListReadResult, StoreError> {
        let mut keys = keys.to_vec();
        keys.sort();
        keys.dedup(); // BatchGetItem rejects duplicate keys
        let items = self.load_items(keys.into_iter().map(key_item).collect(), false).await?;
        let (from, to) = position_range(listing);
        let fits = |item: &TableItem| {
            let (list, order) = (
                string_attribute(item, LIST).unwrap_or_default(),
                string_attribute(item, LISTED).unwrap_or_default(),
            );
            listing.lists.contains(&list)
                && (from.as_str()..=to.as_str()).contains(&order.as_str())
                && listing.is_met_by(item)
        };
        let rows = items
            .into_iter()
            .filter(fits)
            .map(|item| to_list_row(item, listing))
            .filter(|row| !is_at_cursor(listing, row));
        Ok(ListReadResult { rows: rows.collect(), cut: None, is_whole: true })
    }
}

impl ListCriteria {
    /// Checks whether an item's fields meet the criteria.
    fn is_met_by(&self, item: &TableItem) -> bool {
        let of = |fact: FilterField| fact.text_in(item);
        self.one_of
            .iter()
            .all(|(fact, values)| of(*fact).is_some_and(|value| values.contains(value)))
            && self
                .within
                .iter()
                .all(|(fact, from, to)| of(*fact).is_some_and(|value| from <= value && value <= to))
            && self
                .holding
                .iter()
                .all(|(fact, text)| of(*fact).is_some_and(|value| value.contains(text)))
    }
}

/// The number of rows to read: of each list the rows of the page, of all lists the rows to count.
/// `in_vain` limits the rows of each list that do not fit.
struct ReadQuota {
    of_each: usize,
    of_all: usize,
    in_vain: usize,
    read: AtomicUsize,
}

impl ReadQuota {
    fn for_criteria(listing: &ListCriteria, shown: usize) -> Self {
        let (of_each, of_all) = match listing.page {
            PageRequest::Offset { .. } if listing.by.is_some() => (MOST_COUNTED, MOST_COUNTED),
            PageRequest::Offset { .. } => (shown, MOST_COUNTED),
            PageRequest::After { .. } => (shown, shown),
        };
        let in_vain = (listing.reach.0 / listing.lists.len().max(1)).max(1);
        Self { of_each, of_all, in_vain, read: AtomicUsize::new(0) }
    }

    /// Checks whether a list is read far enough: `own` rows of the list in all, `more` rows just
    /// now.
    fn is_far_enough(&self, own: usize, more: usize) -> bool {
        let all = self.read.fetch_add(more, Ordering::Relaxed).saturating_add(more);
        own > self.of_each && all > self.of_all
    }
}

/// Adds the filters of the criteria to a request.
fn with_filter(mut request: QueryFluentBuilder, listing: &ListCriteria) -> QueryFluentBuilder {
    let mut conditions = Vec::new();
    for (place, (fact, values)) in listing.one_of.iter().enumerate() {
        let names: Vec<String> = (0..values.len()).map(|at| format!(":v{place}_{at}")).collect();
        conditions.push(format!("{FACTS}.#v{place} IN ({})", names.join(", ")));
        request = request.expression_attribute_names(format!("#v{place}"), fact.attribute_name());
        for (name, value) in names.into_iter().zip(values) {
            request = request.expression_attribute_values(name, text_value(value));
        }
    }
    for (place, (fact, from, to)) in listing.within.iter().enumerate() {
        conditions.push(format!("{FACTS}.#w{place} BETWEEN :f{place} AND :t{place}"));
        request = request.expression_attribute_names(format!("#w{place}"), fact.attribute_name());
        request = request.expression_attribute_values(format!(":f{place}"), text_value(from));
        request = request.expression_attribute_values(format!(":t{place}"), text_value(to));
    }
    for (place, (fact, value)) in listing.holding.iter().enumerate() {
        conditions.push(format!("contains({FACTS}.#h{place}, :h{place})"));
        request = request.expression_attribute_names(format!("#h{place}"), fact.attribute_name());
        request = request.expression_attribute_values(format!(":h{place}"), text_value(value));
    }
    if conditions.is_empty() {
        request
    } else {
        request.filter_expression(conditions.join(" AND "))
    }
}

/// Returns the range of positions: the requested range, from the end of the previous page on.
fn position_range(listing: &ListCriteria) -> (String, String) {
    let from = listing.from.clone().unwrap_or_else(|| " ".into());
    let to = listing.to.clone().map_or_else(|| "~".into(), |to| format!("{to}~"));
    match (&listing.page, listing.newest_first) {
        (PageRequest::After { cursor, .. }, true) => (from, cursor.clone().min(to)),
        (PageRequest::After { cursor, .. }, false) => (cursor.clone().max(from), to),
        (PageRequest::Offset { .. }, _) => (from, to),
    }
}

fn is_at_cursor(listing: &ListCriteria, row: &ListRow) -> bool {
    matches!(&listing.page, PageRequest::After { cursor, .. } if *cursor == row.order)
}

fn to_list_row(mut item: TableItem, listing: &ListCriteria) -> ListRow {
    let order = string_attribute(&item, LISTED).unwrap_or_default();
    let sort = listing.by.and_then(|fact| fact.text_in(&item)).unwrap_or(&order).clone();
    item.retain(|name, _| name == PK || name == SK);
    ListRow { key: item, order, sort }
}
