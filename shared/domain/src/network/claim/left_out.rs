//! The unused fields of a vendor's alert. Every invalid value is recorded, none is dropped in
//! silence.

use serde::{Deserialize, Serialize};

use crate::basics::card::truncate_card_numbers;
use crate::basics::time::ImpossibleTime;

/// The maximum number of characters stored of a value.
const MOST_CHARACTERS: usize = 40;

/// A field of an alert that was present and is not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusedField {
    /// The vendor's name of the field.
    pub field: String,
    /// The first characters of the value, with card numbers truncated; `None` for a card's own
    /// field.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// The reason for which the field is not used.
    pub reason: UnusedFieldReason,
}

/// The reasons for which a field of an alert is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = LeftOutReason))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UnusedFieldReason {
    /// The value is no time in any supported spelling.
    NotATime,
    /// The value is a placeholder for missing data: `0001-01-01`, `N/A`, zeros only.
    Placeholder,
    /// The value is a day before the networks had alerts.
    TooOld,
    /// The value is later than the alert's arrival.
    InFuture,
    /// The value does not have the form of the field.
    WrongForm,
    /// The field occurs twice, with two values.
    GivenTwice,
    /// The value is longer than the field allows and was truncated.
    TooLong,
}

impl UnusedField {
    /// Records a field that is not used, with the value.
    #[must_use]
    pub fn new(field: &str, value: &str, reason: UnusedFieldReason) -> Self {
        let field = truncate_card_numbers(field).chars().take(MOST_CHARACTERS).collect();
        let value = truncate_card_numbers(value).chars().take(MOST_CHARACTERS).collect();
        Self { field, value: Some(value), reason }
    }

    /// Records a card field that is not used. Nothing of the value is stored.
    #[must_use]
    pub fn for_card_field(field: &str) -> Self {
        Self { value: None, ..Self::new(field, "", UnusedFieldReason::WrongForm) }
    }
}

impl From<ImpossibleTime> for UnusedFieldReason {
    fn from(why: ImpossibleTime) -> Self {
        match why {
            ImpossibleTime::Placeholder => Self::Placeholder,
            ImpossibleTime::TooOld => Self::TooOld,
            ImpossibleTime::InFuture => Self::InFuture,
        }
    }
}

impl UnusedFieldReason {
    /// Returns the reason in plain English.
    #[must_use]
    pub const fn as_phrase(self) -> &'static str {
        match self {
            Self::NotATime => "is no time",
            Self::Placeholder => "is a placeholder",
            Self::TooOld => "is before alerts existed",
            Self::InFuture => "is later than its arrival",
            Self::WrongForm => "has not the form of its field",
            Self::GivenTwice => "was given twice, differently",
            Self::TooLong => "was too long and is cut",
        }
    }
}
