//! Card data that may be stored: the BIN, the last four digits, the brand. A whole card number
//! never leaves this file.

mod digits;
mod number;
mod uuid;

use serde::{Deserialize, Serialize};

pub use number::{has_card_number, truncate_card_numbers};

/// The stored data of a card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruncatedCard {
    /// The first six or eight digits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bin: Option<String>,
    /// The last four digits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last4: Option<String>,
    /// The network's brand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub brand: Option<CardBrand>,
}

/// Card brands by their issuer identification numbers (ISO/IEC 7812).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CardBrand))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CardBrand {
    Visa,
    Mastercard,
    Amex,
    Discover,
    Jcb,
    Diners,
    Maestro,
    Unionpay,
    CartesBancaires,
    EftposAu,
    Interac,
}

impl CardBrand {
    /// Returns the brand of a number or BIN, by the first digits.
    #[must_use]
    pub fn from_digits(digits: &str) -> Option<Self> {
        let head = |n: usize| {
            digits.get(..n).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default()
        };
        Some(match (head(1), head(2), head(3), head(4)) {
            (4, ..) => Self::Visa,
            (_, 51..=55, ..) | (.., 2221..=2720) => Self::Mastercard,
            (_, 34 | 37, ..) => Self::Amex,
            (.., 6011) | (_, 65, ..) | (_, _, 644..=649, _) => Self::Discover,
            (.., 3528..=3589) => Self::Jcb,
            (_, 36 | 38 | 39, ..) | (_, _, 300..=305, _) => Self::Diners,
            (_, 62, ..) => Self::Unionpay,
            (_, 50 | 56..=58 | 63 | 67, ..) => Self::Maestro,
            _ => return None,
        })
    }

    /// Returns the brand of a processor's or vendor's name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let letters: String = name.chars().filter(char::is_ascii_alphabetic).collect();
        Some(match letters.to_ascii_lowercase().as_str() {
            "visa" => Self::Visa,
            "mastercard" | "mc" => Self::Mastercard,
            "amex" | "americanexpress" => Self::Amex,
            "discover" => Self::Discover,
            "jcb" => Self::Jcb,
            "diners" | "dinersclub" => Self::Diners,
            "maestro" => Self::Maestro,
            "unionpay" | "cup" | "chinaunionpay" => Self::Unionpay,
            "cartesbancaires" | "cb" => Self::CartesBancaires,
            "eftposau" | "eftpos" => Self::EftposAu,
            "interac" => Self::Interac,
            _ => return None,
        })
    }

    /// Returns the API's name of the brand.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visa => "VISA",
            Self::Mastercard => "MASTERCARD",
            Self::Amex => "AMEX",
            Self::Discover => "DISCOVER",
            Self::Jcb => "JCB",
            Self::Diners => "DINERS",
            Self::Maestro => "MAESTRO",
            Self::Unionpay => "UNIONPAY",
            Self::CartesBancaires => "CARTES_BANCAIRES",
            Self::EftposAu => "EFTPOS_AU",
            Self::Interac => "INTERAC",
        }
    }

    /// Checks whether the same card may carry both names.
    ///
    /// Maestro belongs to Mastercard, Diners Club to Discover. `UnionPay` and JCB cards use
    /// Discover's network abroad. Domestic schemes share cards with the international schemes.
    #[must_use]
    pub fn can_share_card(self, other: Self) -> bool {
        self == other || self.can_be_called(other) || other.can_be_called(self)
    }

    const fn can_be_called(self, other: Self) -> bool {
        match self {
            Self::Mastercard => matches!(other, Self::Maestro),
            Self::Discover => matches!(other, Self::Diners | Self::Jcb | Self::Unionpay),
            Self::CartesBancaires | Self::EftposAu | Self::Interac => {
                matches!(other, Self::Visa | Self::Mastercard | Self::Maestro)
            }
            _ => false,
        }
    }

    pub(in crate::basics::card) fn number_lengths(self) -> &'static [usize] {
        match self {
            Self::Visa => &[13, 16, 19],
            Self::Mastercard => &[16],
            Self::Amex => &[15],
            Self::Discover | Self::Jcb | Self::Unionpay => &[16, 17, 18, 19],
            Self::Diners => &[14, 16, 17, 18, 19],
            Self::Maestro => &[12, 13, 14, 16, 17, 18, 19],
            // Domestic schemes have no prefixes of their own.
            Self::CartesBancaires | Self::EftposAu | Self::Interac => &[],
        }
    }
}

impl TruncatedCard {
    /// Truncates a number in clear text, in any spelling, or a number masked by the sender with any
    /// character.
    #[must_use]
    pub fn from_number(number: &str) -> Self {
        let masked = || number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let shown: String = number::first_card_number(number).unwrap_or_else(masked);
        let lead = shown.bytes().take_while(u8::is_ascii_digit).count();
        let tail = shown.bytes().rev().take_while(u8::is_ascii_digit).count();
        let bin_digits = if shown.len() >= 16 && lead >= 8 { 8 } else { 6 };
        let bin = (shown.len() >= 12 && lead >= bin_digits).then(|| shown[..bin_digits].to_owned());
        let last4 = (tail >= 4).then(|| shown[shown.len() - 4..].to_owned());
        let brand = bin.as_deref().and_then(CardBrand::from_digits);
        Self { bin, last4, brand }
    }
}

#[cfg(test)]
mod tests;
