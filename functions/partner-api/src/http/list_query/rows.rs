//! Lists with all rows in memory: filtered by time, sorted, and cut into pages.

use flows::problem::ProblemDetails;
use jiff::Timestamp;
use store::keys::sortable_time;

use super::cursor::bad_cursor;
use super::{ListQuery, ListResponse};

/// A sort of a list: the name, and a function that returns the sort text.
pub(crate) type SortColumn<R> = (&'static str, fn(&R) -> String);

/// Returns the sort text of a time.
pub(crate) fn sort_by_time(at: Timestamp) -> String {
    sortable_time(at)
}

impl ListQuery {
    /// Filters rows held in memory by their time ranges, sorts the rows, and cuts out the page;
    /// newest first by default.
    pub fn arrange_rows<R, T>(
        &self,
        mut rows: Vec<R>,
        id: fn(&R) -> &str,
        sorts: &[SortColumn<R>],
        show: fn(R) -> T,
    ) -> Result<ListResponse<T>, ProblemDetails> {
        for (name, by) in sorts.iter().filter(|(name, _)| name.ends_with("_at")) {
            let (from, to) = self.time_span(name)?;
            let (from, to) = (from.map(sortable_time), to.map(sortable_time));
            rows.retain(|row| {
                from.as_ref().is_none_or(|from| *from <= by(row))
                    && to.as_ref().is_none_or(|to| by(row) <= *to)
            });
        }
        let names: Vec<&str> = sorts.iter().map(|(name, _)| *name).collect();
        let (field, down) = self.sort_order(&names, "-created_at")?;
        if let Some((_, by)) = sorts.iter().find(|(name, _)| *name == field) {
            rows.sort_by_cached_key(|row| (by(row), id(row).to_owned()));
        }
        if down {
            rows.reverse();
        }
        let after = |cursor: &String| {
            rows.iter().position(|row| id(row) == cursor).map(|at| at + 1).ok_or_else(bad_cursor)
        };
        let start = self.cursor.as_ref().map(after).transpose()?.unwrap_or(self.offset);
        let count = rows.len();
        let page: Vec<R> = rows.into_iter().skip(start).take(self.limit).collect();
        let next = page
            .last()
            .filter(|_| start + page.len() < count)
            .map(|last| self.seal_position(id(last)));
        Ok(ListResponse {
            items: page.into_iter().map(show).collect(),
            count,
            count_is_exact: None,
            next_cursor: next,
        })
    }
}
