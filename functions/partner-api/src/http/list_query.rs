//! Lists: what a query asks for, and the page it gets.

mod cursor;
mod filter;
mod list;
mod time;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use flows::problem::{Code, Problem};
use jiff::Timestamp;
use store::facts::Fact;
use store::keys::sortable;
use store::list::{Listed, MOST_COUNTED, Page};

pub(crate) use cursor::{opened, sealed};
pub(crate) use filter::{Filter, chosen, documented};
pub(crate) use list::List;

use crate::http::body::A_TIME;
use crate::http::caller::Caller;
use crate::http::owner::owner;
use crate::http::response::Refused;
use crate::http::state::Shared;
use cursor::bad_cursor;
use time::instant;

/// The most items of a page, and how many come where nothing is asked for.
const MOST_ITEMS: usize = 100;

/// The parameters that cut a page out of a list, and do not choose what is in it.
const OF_A_PAGE: [&str; 3] = ["limit", "offset", "cursor"];

/// How a list can be sorted: a name and what it sorts by, always as text.
pub(crate) type Sort<R> = (&'static str, fn(&R) -> String);

/// A list's query.
#[derive(Debug)]
pub(crate) struct Asked {
    values: HashMap<String, Vec<String>>,
    /// The owner, the path and all parameters but those of a page: a cursor goes on in this list
    /// only.
    list: String,
    pub limit: usize,
    pub offset: usize,
    pub cursor: Option<String>,
}

impl FromRequestParts<Shared> for Asked {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, api: &Shared) -> Result<Self, Refused> {
        let Caller(key, _) = Caller::from_request_parts(parts, api).await?;
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(given) =
            query.map_err(|_| Problem::new(Code::InvalidRequest, "The query cannot be read."))?;
        let mut values: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in given {
            values.entry(name).or_default().push(value);
        }
        Ok(Self::of(
            values,
            &format!("{} {}", owner(&key), parts.uri.path().trim_end_matches('/')),
        )?)
    }
}

/// What chooses the items of a list: the order in which values are given does not, nor the case of
/// a truth.
fn chosen_of(values: &HashMap<String, Vec<String>>) -> BTreeMap<&str, BTreeSet<String>> {
    let is_truth = |value: &str| ["true", "false"].contains(&value.to_lowercase().as_str());
    let alike = |value: &String| if is_truth(value) { value.to_lowercase() } else { value.clone() };
    let chosen = values.iter().filter(|(name, _)| !OF_A_PAGE.contains(&name.as_str()));
    chosen.map(|(name, values)| (name.as_str(), values.iter().map(alike).collect())).collect()
}

impl Asked {
    fn of(values: HashMap<String, Vec<String>>, of: &str) -> Result<Self, Problem> {
        let list = format!("{of} {:?}", chosen_of(&values));
        let limit = whole(&values, "limit")?.unwrap_or(MOST_ITEMS);
        if !(1..=MOST_ITEMS).contains(&limit) {
            return Err(Problem::field(
                "limit",
                "OUT_OF_RANGE",
                format!("Must be 1 to {MOST_ITEMS}."),
            ));
        }
        let offset = whole(&values, "offset")?.unwrap_or_default();
        if offset > MOST_COUNTED {
            return Err(Problem::new(
                Code::OffsetTooLarge,
                format!("`offset` reaches to {MOST_COUNTED}; read on with `cursor`."),
            ));
        }
        let cursor = values
            .get("cursor")
            .and_then(|given| given.first())
            .map(|text| opened(&list, text))
            .transpose()?;
        if cursor.is_some() && offset > 0 {
            return Err(Problem::field(
                "cursor",
                "NOT_WITH_OFFSET",
                "Give `cursor` or `offset`, not both.",
            ));
        }
        Ok(Self { values, list, limit, offset, cursor })
    }

    /// A filter's text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).first().map(String::as_str)
    }

    /// All values of a filter that may be given again.
    pub fn texts(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// A filter that has one of some values.
    pub fn one_of(&self, name: &str, allowed: &[&str]) -> Result<Option<&str>, Problem> {
        match self.text(name) {
            Some(value) if !allowed.contains(&value) => Err(Problem::field(
                name,
                "UNKNOWN_VALUE",
                format!("Must be one of `{}`.", allowed.join("`, `")),
            )),
            value => Ok(value),
        }
    }

    /// A filter that is true or false, in whatever case: some languages write `True`.
    pub fn truth(&self, name: &str) -> Result<Option<&'static str>, Problem> {
        match self.text(name).map(str::to_lowercase).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some("true")),
            Some("false") => Ok(Some("false")),
            Some(_) => Err(Problem::field(name, "UNKNOWN_VALUE", "Must be `true` or `false`.")),
        }
    }

    /// The span of a time, both ends included.
    pub fn span(&self, field: &str) -> Result<(Option<Timestamp>, Option<Timestamp>), Problem> {
        let (from, to) = (self.time(&format!("{field}_gte"))?, self.time(&format!("{field}_lte"))?);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(Problem::field(
                format!("{field}_gte"),
                "RANGE_REVERSED",
                format!("Must not be later than `{field}_lte`."),
            ));
        }
        Ok((from, to))
    }

    /// The span of a stored time, as a list compares it.
    pub fn within(
        &self,
        field: &str,
        stored: Fact,
    ) -> Result<Option<(Fact, String, String)>, Problem> {
        let (from, to) = self.span(field)?;
        let bounds =
            (from.map_or_else(|| " ".into(), sortable), to.map_or_else(|| "~".into(), sortable));
        Ok((from.is_some() || to.is_some()).then_some((stored, bounds.0, bounds.1)))
    }

    /// What to sort by, and whether from the last on.
    pub fn sort<'a>(
        &'a self,
        allowed: &[&str],
        default: &'a str,
    ) -> Result<(&'a str, bool), Problem> {
        let sort = self.text("sort").unwrap_or(default);
        let (field, down) = sort.strip_prefix('-').map_or((sort, false), |field| (field, true));
        if !allowed.contains(&field) {
            let message = format!(
                "Must be one of `{}`, with `-` before it for the reverse.",
                allowed.join("`, `")
            );
            return Err(Problem::field("sort", "UNKNOWN_VALUE", message));
        }
        Ok((field, down))
    }

    /// The part of a stored list. A cursor goes along the list's own order, which only some sorts
    /// have.
    pub fn page(&self, has_cursor: bool) -> Result<Page, Problem> {
        let (limit, offset) = (self.limit, self.offset);
        match self.cursor.clone() {
            Some(_) if !has_cursor => Err(Problem::field(
                "cursor",
                "NOT_WITH_SORT",
                "This sort is read by `offset` only.",
            )),
            Some(cursor) => Ok(Page::After { cursor, limit }),
            None => Ok(Page::Offset { offset, limit }),
        }
    }

    /// Takes what is in the asked spans of its times, sorts what is all at hand, and takes the
    /// page, the latest created first unless asked otherwise.
    pub fn arrange<R, T>(
        &self,
        mut rows: Vec<R>,
        id: fn(&R) -> &str,
        sorts: &[Sort<R>],
        show: fn(R) -> T,
    ) -> Result<List<T>, Problem> {
        for (name, by) in sorts.iter().filter(|(name, _)| name.ends_with("_at")) {
            let (from, to) = self.span(name)?;
            let (from, to) = (from.map(sortable), to.map(sortable));
            rows.retain(|row| {
                from.as_ref().is_none_or(|from| *from <= by(row))
                    && to.as_ref().is_none_or(|to| by(row) <= *to)
            });
        }
        let names: Vec<&str> = sorts.iter().map(|(name, _)| *name).collect();
        let (field, down) = self.sort(&names, "-created_at")?;
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
        let next =
            page.last().filter(|_| start + page.len() < count).map(|last| self.sealed(id(last)));
        Ok(List {
            items: page.into_iter().map(show).collect(),
            count,
            count_is_exact: None,
            next_cursor: next,
        })
    }

    /// The cursor of a place in this list.
    pub fn sealed(&self, order: &str) -> String {
        sealed(&self.list, order)
    }

    /// A page of a stored list.
    pub fn listed<R, T>(
        &self,
        listed: Listed<R>,
        has_cursor: bool,
        show: impl Fn(&R) -> T,
    ) -> List<T> {
        let count_is_exact = listed.more_than_counted.then_some(false);
        let next_cursor = listed.next.filter(|_| has_cursor).map(|order| self.sealed(&order));
        List {
            items: listed.items.iter().map(show).collect(),
            count: listed.count,
            count_is_exact,
            next_cursor,
        }
    }

    fn time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let wrong = || Problem::field(name, "NOT_A_TIME", A_TIME);
        self.text(name)
            .map(|text| instant(text, name.ends_with("_lte")).ok_or_else(wrong))
            .transpose()
    }
}

/// What sorts by a creation or a change.
pub(crate) fn by_time(at: Timestamp) -> String {
    sortable(at)
}

fn whole(values: &HashMap<String, Vec<String>>, name: &str) -> Result<Option<usize>, Problem> {
    let wrong =
        |_| Problem::field(name, "NOT_A_NUMBER", "Must be a whole number that is not negative.");
    values
        .get(name)
        .and_then(|given| given.first())
        .map(|text| text.parse().map_err(wrong))
        .transpose()
}
