//! Filters of stored lists: a parameter, and the stored field that must equal one of the values. A
//! repeated parameter adds a value.

use flows::problem::ProblemDetails;
use jiff::Timestamp;
use serde_json::{Value, json};
use store::facts::FilterField;
use store::keys::sortable_time;
use store::list::ListCriteria;

use super::ListQuery;

/// The most values of a filter.
pub(crate) const MOST_VALUES: usize = 20;

/// A filter of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListFilter {
    name: &'static str,
    fact: FilterField,
    /// The accepted values; empty for any text.
    words: &'static [&'static str],
    about: &'static str,
}

impl ListFilter {
    /// Returns a filter that accepts any text.
    pub const fn for_text(name: &'static str, fact: FilterField, about: &'static str) -> Self {
        Self { name, fact, words: &[], about }
    }

    /// Returns a filter that accepts only the given values.
    pub const fn for_words(
        name: &'static str,
        fact: FilterField,
        words: &'static [&'static str],
        about: &'static str,
    ) -> Self {
        Self { name, fact, words, about }
    }

    fn chosen_values(
        &self,
        asked: &ListQuery,
    ) -> Result<Option<(FilterField, Vec<String>)>, ProblemDetails> {
        let values = asked.filter_texts(self.name);
        if values.len() > MOST_VALUES {
            return Err(ProblemDetails::invalid_field(
                self.name,
                "TOO_MANY",
                format!("Takes at most {MOST_VALUES} values."),
            ));
        }
        if !self.words.is_empty()
            && values.iter().any(|value| !self.words.contains(&value.as_str()))
        {
            return Err(ProblemDetails::invalid_field(
                self.name,
                "UNKNOWN_VALUE",
                format!("Must be one of `{}`.", self.words.join("`, `")),
            ));
        }
        Ok((!values.is_empty()).then(|| (self.fact, values.to_vec())))
    }

    /// Converts the filter to its parameter in the API document.
    fn to_parameter(self) -> Value {
        let items = if self.words.is_empty() {
            json!({ "type": "string" })
        } else {
            json!({ "type": "string", "enum": self.words })
        };
        let about = format!("{} Repeat the parameter for several values.", self.about);
        let schema = json!({ "type": "array", "items": items, "maxItems": MOST_VALUES });
        json!({
            "name": self.name, "in": "query", "description": about, "schema": schema,
            "explode": true
        })
    }
}

/// Reads the chosen values of a list's filters.
pub(crate) fn chosen_filters(
    asked: &ListQuery,
    filters: &[ListFilter],
) -> Result<Vec<(FilterField, Vec<String>)>, ProblemDetails> {
    filters.iter().filter_map(|filter| filter.chosen_values(asked).transpose()).collect()
}

impl ListQuery {
    /// Returns the criteria of a stored list that is sorted and bounded by the same time, newest
    /// first by default.
    pub fn to_listing(
        &self,
        time: &str,
        filters: &[ListFilter],
    ) -> Result<ListCriteria, ProblemDetails> {
        let latest_first = format!("-{time}");
        let (_, newest_first) = self.sort_order(&[time], &latest_first)?;
        self.listing_between(self.time_span(time)?, (newest_first, None), filters)
    }

    /// Returns the criteria of a stored list between two times, in the list's own sort or by a
    /// field.
    pub fn listing_between(
        &self,
        (from, to): (Option<Timestamp>, Option<Timestamp>),
        (newest_first, by): (bool, Option<FilterField>),
        filters: &[ListFilter],
    ) -> Result<ListCriteria, ProblemDetails> {
        let (page, one_of) = (self.requested_page(by.is_none())?, chosen_filters(self, filters)?);
        Ok(ListCriteria {
            one_of,
            from: from.map(sortable_time),
            to: to.map(sortable_time),
            newest_first,
            by,
            page,
            ..ListCriteria::default()
        })
    }
}

/// Converts filters to their parameters in the API document.
pub(crate) fn to_parameters(filters: &[ListFilter]) -> Value {
    filters.iter().copied().map(ListFilter::to_parameter).collect()
}
