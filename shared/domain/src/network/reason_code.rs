//! Reason codes of the card networks, and what kind of complaint each is. The codes are those of
//! the networks' public dispute guides, with the older ones that issuers still send.

use serde::{Deserialize, Serialize};

use crate::basics::card::Brand;
use crate::network::claim::{Claim, Kind, normalised};

/// What kind of complaint a reason code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReasonCategory))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// The cardholder did not take part.
    Fraud,
    /// There was no valid authorisation.
    Authorisation,
    /// Late, twice, another amount, another currency.
    Processing,
    /// Not received, not as described, cancelled, no credit.
    Consumer,
}

impl Category {
    /// The category as the API writes it.
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

/// The category of a code: by the network's table, else by the network's way of numbering, else by
/// the alert's type.
#[must_use]
pub fn category(brand: Option<Brand>, code: Option<&str>, kind: Option<Kind>) -> Option<Category> {
    let by_code = code.and_then(|code| {
        let code = canonical(brand, code);
        listed(&code, brand).or_else(|| numbered(&code, brand))
    });
    by_code.or(match kind {
        Some(Kind::Fraud) => Some(Category::Fraud),
        Some(Kind::Dispute) => Some(Category::Consumer),
        None => None,
    })
}

/// What a reason code says of a second charge for one purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicate {
    /// The code means duplicate processing alone.
    Certain,
    /// The code means other errors of processing, too.
    Possible,
}

/// Whether the code is of duplicate processing: Visa's 12.6.1 (82 before 2018), Mastercard's 4834,
/// Amex's P08, Discover's DP.
#[must_use]
pub fn duplicate(brand: Option<Brand>, code: &str) -> Option<Duplicate> {
    match (canonical(brand, code).as_str(), brand) {
        ("12.6.1" | "P08" | "DP", _) | ("82", None | Some(Brand::Visa)) => Some(Duplicate::Certain),
        ("4834", _) => Some(Duplicate::Possible),
        _ => None,
    }
}

/// A code as its network writes it, so that two ways of writing are one: ` 104`, `10.4`;
/// Mastercard's `53`, `4853`.
#[must_use]
pub fn canonical(brand: Option<Brand>, code: &str) -> String {
    let code = normalised(code);
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    match (network(brand, &code), code.len()) {
        (Some(Brand::Visa), 3) if digits => format!("{}.{}", &code[..2], &code[2..]),
        (Some(Brand::Visa), 4) if digits => {
            format!("{}.{}.{}", &code[..2], &code[2..3], &code[3..])
        }
        (Some(Brand::Mastercard), 2) if digits => format!("48{code}"),
        _ => code,
    }
}

/// Whether a code, however it is written, is the one that [`canonical`] made of another for a card
/// of this brand. A code of ASCII is compared byte by byte: each rule that lists codes asks for
/// each of them.
pub(crate) fn is_spelling_of(code: &str, brand: Option<Brand>, canonical_code: &str) -> bool {
    if !code.is_ascii() {
        return canonical(brand, code) == canonical_code;
    }
    let own = code.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase());
    let wanted = canonical_code.bytes().filter(|byte| *byte != b'.');
    let is_short = matches!(brand, Some(Brand::Mastercard | Brand::Maestro))
        && own.clone().map(|b| b.is_ascii_digit()).eq([true, true]);
    own.clone().eq(wanted.clone()) || (is_short && b"48".iter().copied().chain(own).eq(wanted))
}

/// The network whose codes are meant: the card's, else the one that writes codes so.
fn network(brand: Option<Brand>, code: &str) -> Option<Brand> {
    let brand = match brand {
        Some(Brand::Maestro) => Some(Brand::Mastercard),
        // their cards are Visa's or Mastercard's, too
        Some(Brand::CartesBancaires | Brand::EftposAu | Brand::Interac) => None,
        other => other,
    };
    brand.or_else(|| {
        let digits = code.bytes().all(|b| b.is_ascii_digit());
        match (digits, code.len(), code.get(..2)) {
            (true, 3 | 4, Some("10" | "11" | "12" | "13")) => Some(Brand::Visa),
            (true, 4, Some("48" | "49")) => Some(Brand::Mastercard),
            (false, 3, _) if code[1..].bytes().all(|b| b.is_ascii_digit()) => Some(Brand::Amex),
            (false, ..) => Some(Brand::Discover),
            _ => None,
        }
    })
}

fn listed(code: &str, brand: Option<Brand>) -> Option<Category> {
    let table = match network(brand, &code.replace('.', ""))? {
        Brand::Visa => VISA,
        Brand::Mastercard | Brand::Maestro => MASTERCARD,
        Brand::Amex => AMEX,
        Brand::Discover | Brand::Diners => DISCOVER,
        Brand::Jcb
        | Brand::Unionpay
        | Brand::CartesBancaires
        | Brand::EftposAu
        | Brand::Interac => return None,
    };
    table
        .iter()
        .find(|(_, codes)| codes.split(' ').any(|own| own == code))
        .map(|(category, _)| *category)
}

/// Codes we do not know, of networks that tell the category by the first characters.
fn numbered(code: &str, brand: Option<Brand>) -> Option<Category> {
    let head = |length: usize| code.get(..length).unwrap_or_default();
    match (network(brand, &code.replace('.', ""))?, head(3), head(1)) {
        (Brand::Visa, "10.", _) | (Brand::Amex, _, "F") => Some(Category::Fraud),
        (Brand::Visa, "11.", _) | (Brand::Amex, _, "A") => Some(Category::Authorisation),
        (Brand::Visa, "12.", _) | (Brand::Amex, _, "P") => Some(Category::Processing),
        (Brand::Visa, "13.", _) | (Brand::Amex, _, "C") => Some(Category::Consumer),
        (Brand::Discover | Brand::Diners, head, _) if head.starts_with("UA") => {
            Some(Category::Fraud)
        }
        _ => None,
    }
}

type Table = &'static [(Category, &'static str)];

/// Visa's, with those before 2018 that CDRN still sends.
const VISA: Table = &[
    (Category::Fraud, "10.1 10.2 10.3 10.4 10.5 57 62 75 81 83 93"),
    (Category::Authorisation, "11.1 11.2 11.3 70 71 72 73 78"),
    (Category::Processing, "12.1 12.2 12.3 12.4 12.5 12.6.1 12.6.2 12.6 12.7 74 76 77 80 82 86"),
    (Category::Consumer, "13.1 13.2 13.3 13.4 13.5 13.6 13.7 13.8 13.9 30 41 53 85 90"),
];

/// Mastercard's, with those that 4853, 4808, 4834 and 4837 took in.
const MASTERCARD: Table = &[
    (Category::Fraud, "4837 4849 4870 4871 4840 4863"),
    (Category::Authorisation, "4808 4807 4812"),
    (Category::Processing, "4834 4831 4842 4846"),
    (Category::Consumer, "4853 4841 4854 4855 4859 4860"),
];

const AMEX: Table = &[
    (Category::Fraud, "F10 F14 F24 F29 F30 F31 FR2 FR4 FR6"),
    (Category::Authorisation, "A01 A02 A08"),
    (Category::Processing, "P01 P03 P04 P05 P07 P08 P22 P23"),
    (Category::Consumer, "C02 C04 C05 C08 C14 C18 C28 C31 C32"),
];

const DISCOVER: Table = &[
    (Category::Fraud, "UA01 UA02 UA05 UA06 UA10 UA11"),
    (Category::Authorisation, "AT DA NA EX"),
    (Category::Processing, "IN IC LP DP PM AW CD NC"),
    (Category::Consumer, "AA AP RG RM RN2 CR NF"),
];

impl Claim {
    /// Whether the bank says that the customer was charged twice.
    #[must_use]
    pub fn duplicate(&self) -> Option<Duplicate> {
        duplicate(self.card.brand, self.reason_code.as_deref()?)
    }
}

#[cfg(test)]
mod tests;
