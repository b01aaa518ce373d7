//! Filters of stored lists: a parameter, and the fact that must have one of its values. A parameter
//! given again adds a value.

use flows::problem::ProblemDetails;
use jiff::Timestamp;
use serde_json::{Value, json};
use store::facts::FilterField;
use store::keys::sortable_time;
use store::list::ListCriteria;

use super::ListQuery;

/// The most values of one filter.
pub(crate) const MOST_VALUES: usize = 20;

/// One filter of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListFilter {
    name: &'static str,
    fact: FilterField,
    /// All that it takes; any text, where there are none.
    words: &'static [&'static str],
    about: &'static str,
}

impl ListFilter {
    /// A filter that takes any text.
    pub const fn for_text(name: &'static str, fact: FilterField, about: &'static str) -> Self {
        Self { name, fact, words: &[], about }
    }

    /// A filter that takes some words only.
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

    /// The filter as the document has it.
    fn to_parameter(&self) -> Value {
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
pub(crate) fn chosen_filters(
    asked: &ListQuery,
    filters: &[ListFilter],
) -> Result<Vec<(FilterField, Vec<String>)>, ProblemDetails> {
    filters.iter().filter_map(|filter| filter.chosen_values(asked).transpose()).collect()
}

impl ListQuery {
    /// What is asked of a stored list that is sorted and bounded by one time, the latest first
    /// unless asked otherwise.
    pub fn to_listing(
        &self,
        time: &str,
        filters: &[ListFilter],
    ) -> Result<ListCriteria, ProblemDetails> {
        let latest_first = format!("-{time}");
        let (_, newest_first) = self.sort_order(&[time], &latest_first)?;
        self.listing_between(self.time_span(time)?, (newest_first, None), filters)
    }

    /// What is asked of a stored list between two times, in its own order or by a fact.
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

/// The filters of a list as the document has them.
pub(crate) fn to_parameters(filters: &[ListFilter]) -> Value {
    filters.iter().map(ListFilter::to_parameter).collect()
}
