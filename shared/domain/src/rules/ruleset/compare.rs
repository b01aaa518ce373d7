//! Comparisons of values, and the words that explain a comparison.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::TruthValue;
use crate::account::enrolment::{DescriptorMatchType, FieldError};
use crate::network::claim::normalise_text;

/// The most values in a condition.
const MOST_VALUES: usize = 500;

/// The result of a comparison, with both sides in words. Only people read the words; a decision
/// needs none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionExplanation {
    pub result: TruthValue,
    /// The alert's value.
    pub actual: String,
    /// The required value.
    pub expected: String,
}

/// Both sides of a comparison in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ComparedSides {
    pub actual: String,
    pub expected: String,
}

/// The normal form for both sides of a text comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextForm {
    /// Letters and digits in upper case, without accents, blanks and signs.
    Name,
    /// Lower case, without surrounding blanks.
    Reference,
}

/// The operator of a comparison of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Operator))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ComparisonOperator {
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
    Equal,
    NotEqual,
}

/// A text to compare with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Pattern))]
pub struct TextPattern {
    #[cfg_attr(feature = "openapi", schema(min_length = 1))]
    pub value: String,
    pub match_type: DescriptorMatchType,
}

impl ComparedSides {
    /// Describes a fact that may be missing.
    pub fn from_optional_fact<T>(
        fact: Option<T>,
        missing: &str,
        expected: String,
        shown: impl FnOnce(T) -> String,
    ) -> Self {
        Self { actual: fact.map_or_else(|| missing.to_owned(), shown), expected }
    }
}

impl TextForm {
    pub fn normalise_text(self, text: &str) -> String {
        match self {
            Self::Name => normalise_text(text),
            Self::Reference => text.trim().to_lowercase(),
        }
    }
}

impl TextPattern {
    /// Checks whether a text in normal form matches. The pattern is normalised here, byte by byte
    /// and without allocation if the pattern is ASCII.
    pub(super) fn matches_text(&self, text: &str, form: TextForm) -> bool {
        let (value, bytes) = (&self.value, text.as_bytes());
        match form {
            _ if !value.is_ascii() => self.match_type.is_match(&form.normalise_text(value), text),
            TextForm::Name => {
                let letters = value.bytes().filter(u8::is_ascii_alphanumeric);
                matches_bytes(
                    self.match_type,
                    &letters.map(|byte| byte.to_ascii_uppercase()),
                    bytes,
                )
            }
            TextForm::Reference => matches_bytes(
                self.match_type,
                &value.trim().bytes().map(|byte| byte.to_ascii_lowercase()),
                bytes,
            ),
        }
    }
}

/// Applies [`DescriptorMatchType::is_match`] to a pattern that arrives byte by byte.
fn matches_bytes(
    match_type: DescriptorMatchType,
    pattern: &(impl Iterator<Item = u8> + Clone),
    text: &[u8],
) -> bool {
    let length_at = |text: &[u8]| {
        let mut length = 0;
        for byte in pattern.clone() {
            if text.get(length) != Some(&byte) {
                return None;
            }
            length += 1;
        }
        Some(length).filter(|length| *length > 0)
    };
    match match_type {
        DescriptorMatchType::Contains => {
            (0..text.len()).any(|from| length_at(&text[from..]).is_some())
        }
        DescriptorMatchType::StartsWith => length_at(text).is_some(),
        DescriptorMatchType::Equals => length_at(text) == Some(text.len()),
    }
}

impl TruthValue {
    /// Evaluates a test on a fact; a missing fact is unknown.
    pub(super) fn from_optional_fact<T>(fact: Option<T>, met: impl FnOnce(T) -> bool) -> Self {
        fact.map_or(Self::Unknown, |fact| Self::from(met(fact)))
    }
}

impl From<bool> for TruthValue {
    fn from(met: bool) -> Self {
        if met { Self::Met } else { Self::NotMet }
    }
}

impl ComparisonOperator {
    /// Returns the name in the API.
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

    pub(super) fn accepts_ordering(self, ordering: Ordering) -> bool {
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

/// Lists the values as `one of A, B`, or the single value.
pub(super) fn list_values<T: AsRef<str>>(values: &[T]) -> String {
    if let [only] = values {
        return only.as_ref().to_owned();
    }
    let length: usize = values.iter().map(|value| value.as_ref().len() + ", ".len()).sum();
    let mut words = String::with_capacity("one of ".len() + length);
    words.push_str("one of ");
    for (at, value) in values.iter().enumerate() {
        words.push_str(if at > 0 { ", " } else { "" });
        words.push_str(value.as_ref());
    }
    words
}

/// Lists the patterns as `EQUALS A or CONTAINS B`.
pub(super) fn list_patterns(patterns: &[TextPattern]) -> String {
    let mut words = String::with_capacity(
        patterns.iter().map(|own| own.value.len() + " or STARTS_WITH ".len()).sum(),
    );
    for (at, own) in patterns.iter().enumerate() {
        let between = if at > 0 { " or " } else { "" };
        words.extend([between, own.match_type.as_str(), " ", own.value.as_str()]);
    }
    words
}

/// Checks that a list has values, and not too many.
pub(super) fn check_value_count(field: &str, values: usize, what: &str) -> Option<FieldError> {
    match values {
        0 => Some(FieldError::new(field, "EMPTY", format!("At least one {what} is needed."))),
        _ if values > MOST_VALUES => {
            Some(FieldError::new(field, "TOO_MANY", format!("At most {MOST_VALUES} are taken.")))
        }
        _ => None,
    }
}

/// Checks that a list has patterns, not too many, and that each pattern has text to compare.
pub(super) fn find_pattern_errors(
    field: &str,
    patterns: &[TextPattern],
    what: &str,
    form: TextForm,
) -> Vec<FieldError> {
    let blank =
        patterns.iter().enumerate().filter(|(_, own)| form.normalise_text(&own.value).is_empty());
    let blank = blank.map(|(at, _)| {
        FieldError::new(format!("{field}[{at}].value"), "BLANK", "Needs letters or digits.")
    });
    check_value_count(field, patterns.len(), what).into_iter().chain(blank).collect()
}

/// Returns an error for each value that is not `good`.
pub(super) fn find_wrong_values<T>(
    field: &str,
    values: &[T],
    good: impl Fn(&T) -> bool,
    code: &'static str,
    message: &str,
) -> Vec<FieldError> {
    let bad = values.iter().enumerate().filter(|(_, value)| !good(value));
    bad.map(|(at, _)| FieldError::new(format!("{field}[{at}]"), code, message)).collect()
}
