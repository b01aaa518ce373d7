//! Lists: the parsed query, and the resulting page.

mod cursor;
mod filter;
mod list;
mod rows;
mod time;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use flows::problem::{Code, ProblemDetails};
use jiff::Timestamp;
use store::facts::FilterField;
use store::keys::sortable_time;
use store::list::{ListPage, MOST_COUNTED, PageRequest};

pub(crate) use cursor::{open_cursor, seal_cursor};
pub(crate) use filter::{ListFilter, chosen_filters, to_parameters};
pub(crate) use list::ListResponse;
pub(crate) use rows::{SortColumn, sort_by_time};

use crate::http::body::A_TIME;
use crate::http::caller::ApiCaller;
use crate::http::owner::key_owner;
use crate::http::response::ApiRefusal;
use crate::http::state::SharedContext;
use time::parse_instant;

/// The largest and default page size.
const MOST_ITEMS: usize = 100;

/// The pagination parameters, which do not select items.
const OF_A_PAGE: [&str; 3] = ["limit", "offset", "cursor"];

/// The query of a list.
#[derive(Debug)]
pub(crate) struct ListQuery {
    values: HashMap<String, Vec<String>>,
    /// The owner, the path and all parameters except pagination; a cursor is valid only for the
    /// same combination.
    list: String,
    pub limit: usize,
    pub offset: usize,
    pub cursor: Option<String>,
}

impl FromRequestParts<SharedContext> for ListQuery {
    type Rejection = ApiRefusal;

    async fn from_request_parts(
        parts: &mut Parts,
        api: &SharedContext,
    ) -> Result<Self, ApiRefusal> {
        let ApiCaller(key, _) = ApiCaller::from_request_parts(parts, api).await?;
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(given) = query
            .map_err(|_| ProblemDetails::new(Code::InvalidRequest, "The query cannot be read."))?;
        let mut values: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in given {
            values.entry(name).or_default().push(value);
        }
        Ok(Self::from_values(
            values,
            &format!("{} {}", key_owner(&key), parts.uri.path().trim_end_matches('/')),
        )?)
    }
}

/// Returns the parameters that select items, sorted, because the sequence of repeated values has no
/// effect.
fn chosen_values(values: &HashMap<String, Vec<String>>) -> BTreeMap<&str, BTreeSet<&str>> {
    let chosen = values.iter().filter(|(name, _)| !OF_A_PAGE.contains(&name.as_str()));
    chosen
        .map(|(name, values)| (name.as_str(), values.iter().map(String::as_str).collect()))
        .collect()
}

impl ListQuery {
    fn from_values(values: HashMap<String, Vec<String>>, of: &str) -> Result<Self, ProblemDetails> {
        let list = format!("{of} {:?}", chosen_values(&values));
        let limit = whole_number(&values, "limit")?.unwrap_or(MOST_ITEMS);
        if !(1..=MOST_ITEMS).contains(&limit) {
            return Err(ProblemDetails::invalid_field(
                "limit",
                "OUT_OF_RANGE",
                format!("Must be 1 to {MOST_ITEMS}."),
            ));
        }
        let offset = whole_number(&values, "offset")?.unwrap_or_default();
        if offset > MOST_COUNTED {
            return Err(ProblemDetails::new(
                Code::OffsetTooLarge,
                format!("`offset` reaches to {MOST_COUNTED}; read on with `cursor`."),
            ));
        }
        let cursor = values
            .get("cursor")
            .and_then(|given| given.first())
            .map(|text| open_cursor(&list, text))
            .transpose()?;
        if cursor.is_some() && offset > 0 {
            return Err(ProblemDetails::invalid_field(
                "cursor",
                "NOT_WITH_OFFSET",
                "Give `cursor` or `offset`, not both.",
            ));
        }
        Ok(Self { values, list, limit, offset, cursor })
    }

    /// Returns the text of a filter.
    pub fn filter_text(&self, name: &str) -> Option<&str> {
        self.filter_texts(name).first().map(String::as_str)
    }

    /// Returns all values of a repeatable filter.
    pub fn filter_texts(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns the value of a filter that accepts only some values.
    pub fn one_of(&self, name: &str, allowed: &[&str]) -> Result<Option<&str>, ProblemDetails> {
        match self.filter_text(name) {
            Some(value) if !allowed.contains(&value) => Err(ProblemDetails::invalid_field(
                name,
                "UNKNOWN_VALUE",
                format!("Must be one of `{}`.", allowed.join("`, `")),
            )),
            value => Ok(value),
        }
    }

    /// Returns a boolean filter, in any letter case: some languages write `True`.
    pub fn filter_bool(&self, name: &str) -> Result<Option<&'static str>, ProblemDetails> {
        match self.filter_text(name).map(str::to_lowercase).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some("true")),
            Some("false") => Ok(Some("false")),
            Some(_) => Err(ProblemDetails::invalid_field(
                name,
                "UNKNOWN_VALUE",
                "Must be `true` or `false`.",
            )),
        }
    }

    /// Returns the range of a time, both bounds inclusive.
    pub fn time_span(
        &self,
        field: &str,
    ) -> Result<(Option<Timestamp>, Option<Timestamp>), ProblemDetails> {
        let (from, to) = (
            self.filter_time(&format!("{field}_gte"))?,
            self.filter_time(&format!("{field}_lte"))?,
        );
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(ProblemDetails::invalid_field(
                format!("{field}_gte"),
                "RANGE_REVERSED",
                format!("Must not be later than `{field}_lte`."),
            ));
        }
        Ok((from, to))
    }

    /// Returns the range of a stored time, in the form in which lists compare times.
    pub fn stored_span(
        &self,
        field: &str,
        stored: FilterField,
    ) -> Result<Option<(FilterField, String, String)>, ProblemDetails> {
        let (from, to) = self.time_span(field)?;
        let bounds = (
            from.map_or_else(|| " ".into(), sortable_time),
            to.map_or_else(|| "~".into(), sortable_time),
        );
        Ok((from.is_some() || to.is_some()).then_some((stored, bounds.0, bounds.1)))
    }

    /// Returns the sort field, and whether the sort is descending.
    pub fn sort_order<'a>(
        &'a self,
        allowed: &[&str],
        default: &'a str,
    ) -> Result<(&'a str, bool), ProblemDetails> {
        let sort = self.filter_text("sort").unwrap_or(default);
        let (field, down) = sort.strip_prefix('-').map_or((sort, false), |field| (field, true));
        if !allowed.contains(&field) {
            let message = format!(
                "Must be one of `{}`, with `-` before it for the reverse.",
                allowed.join("`, `")
            );
            return Err(ProblemDetails::invalid_field("sort", "UNKNOWN_VALUE", message));
        }
        Ok((field, down))
    }

    /// Returns the requested page of a stored list. A cursor follows the list's own sort, which
    /// only some sorts use.
    pub fn requested_page(&self, has_cursor: bool) -> Result<PageRequest, ProblemDetails> {
        let (limit, offset) = (self.limit, self.offset);
        match self.cursor.clone() {
            Some(_) if !has_cursor => Err(ProblemDetails::invalid_field(
                "cursor",
                "NOT_WITH_SORT",
                "This sort is read by `offset` only.",
            )),
            Some(cursor) => Ok(PageRequest::After { cursor, limit }),
            None => Ok(PageRequest::Offset { offset, limit }),
        }
    }

    /// Seals the cursor of a position in this list.
    pub fn seal_position(&self, order: &str) -> String {
        seal_cursor(&self.list, order)
    }

    /// Builds the page of a stored list.
    pub fn to_list<R, T>(
        &self,
        listed: ListPage<R>,
        has_cursor: bool,
        show: impl Fn(&R) -> T,
    ) -> ListResponse<T> {
        let count_is_exact = listed.more_than_counted.then_some(false);
        let next_cursor =
            listed.next.filter(|_| has_cursor).map(|order| self.seal_position(&order));
        ListResponse {
            items: listed.items.iter().map(show).collect(),
            count: listed.count,
            count_is_exact,
            next_cursor,
        }
    }

    fn filter_time(&self, name: &str) -> Result<Option<Timestamp>, ProblemDetails> {
        let wrong = || ProblemDetails::invalid_field(name, "NOT_A_TIME", A_TIME);
        self.filter_text(name)
            .map(|text| parse_instant(text, name.ends_with("_lte")).ok_or_else(wrong))
            .transpose()
    }
}

fn whole_number(
    values: &HashMap<String, Vec<String>>,
    name: &str,
) -> Result<Option<usize>, ProblemDetails> {
    let wrong = |_| {
        ProblemDetails::invalid_field(
            name,
            "NOT_A_NUMBER",
            "Must be a whole number that is not negative.",
        )
    };
    values
        .get(name)
        .and_then(|given| given.first())
        .map(|text| text.parse().map_err(wrong))
        .transpose()
}
