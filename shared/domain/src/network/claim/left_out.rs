//! What a vendor's alert tells and nobody can use: nothing is dropped in silence.

use serde::{Deserialize, Serialize};

use crate::basics::card::truncate_card_numbers;
use crate::basics::time::ImpossibleTime;

/// The most characters of a value that are kept.
const MOST_CHARACTERS: usize = 40;

/// A field of an alert that was there and is not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusedField {
    /// The field, as the vendor names it.
    pub field: String,
    /// What stood there: its first characters, card numbers truncated; nothing of a card's own
    /// field.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// Why it is not used.
    pub reason: UnusedFieldReason,
}

/// Why a field of an alert is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = LeftOutReason))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UnusedFieldReason {
    /// It is no time in any known spelling.
    NotATime,
    /// It is what systems write where they know nothing: `0001-01-01`, `N/A`, zeros only.
    Placeholder,
    /// It is a day before the networks had alerts.
    TooOld,
    /// It is later than the alert's arrival.
    InFuture,
    /// It has not the form of its field.
    WrongForm,
    /// The field is there twice, with two values.
    GivenTwice,
    /// It is longer than any such field: its end is left out.
    TooLong,
}

impl UnusedField {
    /// A field that is not used, with what stood there.
    #[must_use]
    pub fn new(field: &str, value: &str, reason: UnusedFieldReason) -> Self {
        let field = truncate_card_numbers(field).chars().take(MOST_CHARACTERS).collect();
        let value = truncate_card_numbers(value).chars().take(MOST_CHARACTERS).collect();
        Self { field, value: Some(value), reason }
    }

    /// A field of a card that is not used: nothing of it is kept.
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
    /// The reason as people say it.
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
