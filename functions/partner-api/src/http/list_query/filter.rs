//! Filters of stored lists: a parameter, and the fact that must have one of its values. A parameter
//! given again adds a value.

use flows::problem::Problem;
use jiff::Timestamp;
use serde_json::{Value, json};
use store::facts::Fact;
use store::keys::sortable;
use store::list::Listing;

use super::Asked;

/// The most values of one filter.
pub(crate) const MOST_VALUES: usize = 20;

/// One filter of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    name: &'static str,
    fact: Fact,
    /// All that it takes; any text, where there are none.
    words: &'static [&'static str],
    about: &'static str,
}

impl Filter {
    /// A filter that takes any text.
    pub const fn text(name: &'static str, fact: Fact, about: &'static str) -> Self {
        Self { name, fact, words: &[], about }
    }

    /// A filter that takes some words only.
    pub const fn word(
        name: &'static str,
        fact: Fact,
        words: &'static [&'static str],
        about: &'static str,
    ) -> Self {
        Self { name, fact, words, about }
    }

    fn values(&self, asked: &Asked) -> Result<Option<(Fact, Vec<String>)>, Problem> {
        let values = asked.texts(self.name);
        if values.len() > MOST_VALUES {
            return Err(Problem::field(
                self.name,
                "TOO_MANY",
                format!("Takes at most {MOST_VALUES} values."),
            ));
        }
        if !self.words.is_empty()
            && values.iter().any(|value| !self.words.contains(&value.as_str()))
        {
            return Err(Problem::field(
                self.name,
                "UNKNOWN_VALUE",
                format!("Must be one of `{}`.", self.words.join("`, `")),
            ));
        }
        Ok((!values.is_empty()).then(|| (self.fact, values.to_vec())))
    }

    /// The filter as the document has it.
    fn documented(&self) -> Value {
        let items = if self.words.is_empty() {
            json!({ "type": "string" })
        } else {
            json!({ "type": "string", "enum": self.words })
        };
        let about = format!("{} Given again, one more that may be.", self.about);
        let schema = json!({ "type": "array", "items": items, "maxItems": MOST_VALUES });
        json!({
            "name": self.name, "in": "query", "description": about, "schema": schema,
            "explode": true
        })
    }
}

/// What filters of a list the query has.
pub(crate) fn chosen(
    asked: &Asked,
    filters: &[Filter],
) -> Result<Vec<(Fact, Vec<String>)>, Problem> {
    filters.iter().filter_map(|filter| filter.values(asked).transpose()).collect()
}

impl Asked {
    /// What is asked of a stored list that is sorted and bounded by one time, the latest first
    /// unless asked otherwise.
    pub fn listing(&self, time: &str, filters: &[Filter]) -> Result<Listing, Problem> {
        let latest_first = format!("-{time}");
        let (_, newest_first) = self.sort(&[time], &latest_first)?;
        self.listing_between(self.span(time)?, (newest_first, None), filters)
    }

    /// What is asked of a stored list between two times, in its own order or by a fact.
    pub fn listing_between(
        &self,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        (newest_first, by): (bool, Option<Fact>),
        filters: &[Filter],
    ) -> Result<Listing, Problem> {
        let (page, one_of) = (self.page(by.is_none())?, chosen(self, filters)?);
        Ok(Listing {
            one_of,
            from: from.map(sortable),
            to: to.map(sortable),
            newest_first,
            by,
            page,
            ..Listing::default()
        })
    }
}

/// The filters of a list as the document has them.
pub(crate) fn documented(filters: &[Filter]) -> Value {
    filters.iter().map(Filter::documented).collect()
}
