//! How values are compared, and how a comparison is told.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::Truth;
use crate::enrolment::{Fault, MatchType};

/// The most values that one condition lists.
const MOST_VALUES: usize = 500;

/// What came of a comparison, with both sides in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub result: Truth,
    /// What the alert had.
    pub actual: String,
    /// What was asked for.
    pub expected: String,
}

/// How numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Operator {
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
    Equal,
    NotEqual,
}

/// A text to compare with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pattern {
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub value: String,
    pub match_type: MatchType,
}

impl Compared {
    /// A comparison of a fact that may be missing.
    pub(super) fn of<T>(fact: Option<T>, missing: &str, expected: String, shown: impl Fn(&T) -> String, met: impl Fn(&T) -> bool) -> Self {
        match fact {
            Some(fact) => Self { result: Truth::from(met(&fact)), actual: shown(&fact), expected },
            None => Self { result: Truth::Unknown, actual: missing.to_owned(), expected },
        }
    }
}

impl Pattern {
    /// Whether a text fits, both sides brought into one form first.
    pub(super) fn fits(&self, text: &str, form: fn(&str) -> String) -> bool {
        self.match_type.matches(&form(&self.value), &form(text))
    }
}

impl From<bool> for Truth {
    fn from(met: bool) -> Self {
        if met { Self::Met } else { Self::NotMet }
    }
}

impl Operator {
    /// The operator as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GreaterThan => "GREATER_THAN",
            Self::GreaterThanOrEqual => "GREATER_THAN_OR_EQUAL",
            Self::LessThan => "LESS_THAN",
            Self::LessThanOrEqual => "LESS_THAN_OR_EQUAL",
            Self::Equal => "EQUAL",
            Self::NotEqual => "NOT_EQUAL",
        }
    }

    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::GreaterThan => ordering.is_gt(),
            Self::GreaterThanOrEqual => ordering.is_ge(),
            Self::LessThan => ordering.is_lt(),
            Self::LessThanOrEqual => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
        }
    }
}

/// `one of A, B`, or the only one.
pub(super) fn listed<T: AsRef<str>>(values: &[T]) -> String {
    let all: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    if let [only] = all.as_slice() { (*only).to_owned() } else { format!("one of {}", all.join(", ")) }
}

/// `EQUALS A or CONTAINS B`.
pub(super) fn worded(patterns: &[Pattern]) -> String {
    patterns.iter().map(|own| format!("{} {}", own.match_type.as_str(), own.value)).collect::<Vec<_>>().join(" or ")
}

/// The faults of a list that must have values, and not too many.
pub(super) fn count(field: &str, values: usize, what: &str) -> Option<Fault> {
    match values {
        0 => Some(Fault::new(field, "EMPTY", format!("At least one {what} is needed."))),
        _ if values > MOST_VALUES => Some(Fault::new(field, "TOO_MANY", format!("At most {MOST_VALUES} are taken."))),
        _ => None,
    }
}

/// The faults of a list of patterns, of which each must have something to compare.
pub(super) fn pattern_faults(field: &str, patterns: &[Pattern], what: &str, form: fn(&str) -> String) -> Vec<Fault> {
    let blank = patterns.iter().enumerate().filter(|(_, own)| form(&own.value).is_empty());
    let blank = blank.map(|(at, _)| Fault::new(format!("{field}[{at}].value"), "BLANK", "Needs letters or digits."));
    count(field, patterns.len(), what).into_iter().chain(blank).collect()
}

/// The values of a list that are not what they must be.
pub(super) fn wrong<T>(field: &str, values: &[T], good: impl Fn(&T) -> bool, code: &'static str, message: &str) -> Vec<Fault> {
    let bad = values.iter().enumerate().filter(|(_, value)| !good(value));
    bad.map(|(at, _)| Fault::new(format!("{field}[{at}]"), code, message)).collect()
}
