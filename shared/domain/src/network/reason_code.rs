//! Reason codes of the card networks, and the category of each. The codes come from the networks'
//! public dispute guides, with older codes that issuers still send.

use serde::{Deserialize, Serialize};

use crate::basics::card::CardBrand;
use crate::network::claim::{AlertKind, Claim, normalise_text};

/// The category of a reason code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReasonCategory))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonCategory {
    /// The cardholder did not take part.
    Fraud,
    /// There was no valid authorisation.
    Authorisation,
    /// Late, duplicate, wrong amount or wrong currency.
    Processing,
    /// Not received, not as described, cancelled, or credit not processed.
    Consumer,
}

impl ReasonCategory {
    /// Returns the API's name of the category.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fraud => "FRAUD",
            Self::Authorisation => "AUTHORISATION",
            Self::Processing => "PROCESSING",
            Self::Consumer => "CONSUMER",
        }
    }
}

/// Returns the category of a code: by the network's table, else by the network's numbering, else by
/// the alert's type.
#[must_use]
pub fn categorise_reason_code(
    brand: Option<CardBrand>,
    code: Option<&str>,
    kind: Option<AlertKind>,
) -> Option<ReasonCategory> {
    let by_code = code.and_then(|code| {
        let code = canonicalise_code(brand, code);
        category_from_table(&code, brand).or_else(|| category_from_prefix(&code, brand))
    });
    by_code.or(match kind {
        Some(AlertKind::Fraud) => Some(ReasonCategory::Fraud),
        Some(AlertKind::Dispute) => Some(ReasonCategory::Consumer),
        None => None,
    })
}

/// The certainty with which a reason code means a second charge for the same purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuplicateCertainty {
    /// The code means duplicate processing only.
    Certain,
    /// The code means other processing errors, too.
    Possible,
}

/// Checks whether the code means duplicate processing: Visa's 12.6.1 (82 before 2018), Mastercard's
/// 4834, Amex's P08, Discover's DP.
#[must_use]
pub fn classify_duplicate_code(brand: Option<CardBrand>, code: &str) -> Option<DuplicateCertainty> {
    match (canonicalise_code(brand, code).as_str(), brand) {
        ("12.6.1" | "P08" | "DP", _) | ("82", None | Some(CardBrand::Visa)) => {
            Some(DuplicateCertainty::Certain)
        }
        ("4834", _) => Some(DuplicateCertainty::Possible),
        _ => None,
    }
}

/// Returns a code in the network's own spelling, which makes other spellings equal: ` 104` and
/// `10.4`; Mastercard's `53` and `4853`.
#[must_use]
pub fn canonicalise_code(brand: Option<CardBrand>, code: &str) -> String {
    let code = normalise_text(code);
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    match (brand_of_code(brand, &code), code.len()) {
        (Some(CardBrand::Visa), 3) if digits => format!("{}.{}", &code[..2], &code[2..]),
        (Some(CardBrand::Visa), 4) if digits => {
            format!("{}.{}.{}", &code[..2], &code[2..3], &code[3..])
        }
        (Some(CardBrand::Mastercard), 2) if digits => format!("48{code}"),
        _ => code,
    }
}

/// Checks whether a code, in any spelling, equals the result of [`canonicalise_code`] for a card of
/// this brand. ASCII codes are compared byte by byte, since each rule with a list of codes compares
/// each of these.
pub(crate) fn is_spelling_of(code: &str, brand: Option<CardBrand>, canonical_code: &str) -> bool {
    if !code.is_ascii() {
        return canonicalise_code(brand, code) == canonical_code;
    }
    let own = code.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase());
    let wanted = canonical_code.bytes().filter(|byte| *byte != b'.');
    let is_short = matches!(brand, Some(CardBrand::Mastercard | CardBrand::Maestro))
        && own.clone().map(|b| b.is_ascii_digit()).eq([true, true]);
    own.clone().eq(wanted.clone()) || (is_short && b"48".iter().copied().chain(own).eq(wanted))
}

/// Returns the brand of a code: the card's, else the brand with this form of codes.
fn brand_of_code(brand: Option<CardBrand>, code: &str) -> Option<CardBrand> {
    let brand = match brand {
        Some(CardBrand::Maestro) => Some(CardBrand::Mastercard),
        // Cards of domestic schemes are Visa's or Mastercard's, too.
        Some(CardBrand::CartesBancaires | CardBrand::EftposAu | CardBrand::Interac) => None,
        other => other,
    };
    brand.or_else(|| {
        let digits = code.bytes().all(|b| b.is_ascii_digit());
        match (digits, code.len(), code.get(..2)) {
            (true, 3 | 4, Some("10" | "11" | "12" | "13")) => Some(CardBrand::Visa),
            (true, 4, Some("48" | "49")) => Some(CardBrand::Mastercard),
            (false, 3, _) if code[1..].bytes().all(|b| b.is_ascii_digit()) => Some(CardBrand::Amex),
            (false, ..) => Some(CardBrand::Discover),
            _ => None,
        }
    })
}

fn category_from_table(code: &str, brand: Option<CardBrand>) -> Option<ReasonCategory> {
    let table = match brand_of_code(brand, &code.replace('.', ""))? {
        CardBrand::Visa => VISA,
        CardBrand::Mastercard | CardBrand::Maestro => MASTERCARD,
        CardBrand::Amex => AMEX,
        CardBrand::Discover | CardBrand::Diners => DISCOVER,
        CardBrand::Jcb
        | CardBrand::Unionpay
        | CardBrand::CartesBancaires
        | CardBrand::EftposAu
        | CardBrand::Interac => return None,
    };
    table
        .iter()
        .find(|(_, codes)| codes.split(' ').any(|own| own == code))
        .map(|(category, _)| *category)
}

/// Returns the category of a code outside the tables, for networks with a prefix for each category.
fn category_from_prefix(code: &str, brand: Option<CardBrand>) -> Option<ReasonCategory> {
    let head = |length: usize| code.get(..length).unwrap_or_default();
    match (brand_of_code(brand, &code.replace('.', ""))?, head(3), head(1)) {
        (CardBrand::Visa, "10.", _) | (CardBrand::Amex, _, "F") => Some(ReasonCategory::Fraud),
        (CardBrand::Visa, "11.", _) | (CardBrand::Amex, _, "A") => {
            Some(ReasonCategory::Authorisation)
        }
        (CardBrand::Visa, "12.", _) | (CardBrand::Amex, _, "P") => Some(ReasonCategory::Processing),
        (CardBrand::Visa, "13.", _) | (CardBrand::Amex, _, "C") => Some(ReasonCategory::Consumer),
        (CardBrand::Discover | CardBrand::Diners, head, _) if head.starts_with("UA") => {
            Some(ReasonCategory::Fraud)
        }
        _ => None,
    }
}

type ReasonCodeTable = &'static [(ReasonCategory, &'static str)];

/// Visa's codes, with those before 2018 that CDRN still sends.
const VISA: ReasonCodeTable = &[
    (ReasonCategory::Fraud, "10.1 10.2 10.3 10.4 10.5 57 62 75 81 83 93"),
    (ReasonCategory::Authorisation, "11.1 11.2 11.3 70 71 72 73 78"),
    (
        ReasonCategory::Processing,
        "12.1 12.2 12.3 12.4 12.5 12.6.1 12.6.2 12.6 12.7 74 76 77 80 82 86",
    ),
    (ReasonCategory::Consumer, "13.1 13.2 13.3 13.4 13.5 13.6 13.7 13.8 13.9 30 41 53 85 90"),
];

/// Mastercard's codes, with those that were merged into 4853, 4808, 4834 and 4837.
const MASTERCARD: ReasonCodeTable = &[
    (ReasonCategory::Fraud, "4837 4849 4870 4871 4840 4863"),
    (ReasonCategory::Authorisation, "4808 4807 4812"),
    (ReasonCategory::Processing, "4834 4831 4842 4846"),
    (ReasonCategory::Consumer, "4853 4841 4854 4855 4859 4860"),
];

const AMEX: ReasonCodeTable = &[
    (ReasonCategory::Fraud, "F10 F14 F24 F29 F30 F31 FR2 FR4 FR6"),
    (ReasonCategory::Authorisation, "A01 A02 A08"),
    (ReasonCategory::Processing, "P01 P03 P04 P05 P07 P08 P22 P23"),
    (ReasonCategory::Consumer, "C02 C04 C05 C08 C14 C18 C28 C31 C32"),
];

const DISCOVER: ReasonCodeTable = &[
    (ReasonCategory::Fraud, "UA01 UA02 UA05 UA06 UA10 UA11"),
    (ReasonCategory::Authorisation, "AT DA NA EX"),
    (ReasonCategory::Processing, "IN IC LP DP PM AW CD NC"),
    (ReasonCategory::Consumer, "AA AP RG RM RN2 CR NF"),
];

impl Claim {
    /// Returns the certainty that the bank reports a duplicate charge.
    #[must_use]
    pub fn duplicate_certainty(&self) -> Option<DuplicateCertainty> {
        classify_duplicate_code(self.card.brand, self.reason_code.as_deref()?)
    }
}

#[cfg(test)]
mod tests;
