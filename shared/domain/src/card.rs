//! Card data that may be kept: the BIN, the last four digits, the brand. A whole number never leaves this file.

use serde::{Deserialize, Serialize};

/// What is kept of a card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The first six or eight digits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bin: Option<String>,
    /// The last four digits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last4: Option<String>,
    /// The network's brand.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub brand: Option<Brand>,
}

/// Card brands by their issuer identification numbers (ISO/IEC 7812).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CardBrand))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Brand {
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

impl Brand {
    /// The brand a number or BIN begins as.
    #[must_use]
    pub fn of(digits: &str) -> Option<Self> {
        let head = |n: usize| digits.get(..n).and_then(|text| text.parse::<u32>().ok()).unwrap_or_default();
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

    /// The brand of a name as processors and vendors write it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
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

    /// The brand as the API writes it.
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

    /// Whether one card may carry both names. Maestro is Mastercard's, Diners Club is Discover's; `UnionPay` and JCB cards run
    /// on Discover's network abroad; domestic schemes share their cards with the international ones.
    #[must_use]
    pub fn may_share_card(self, other: Self) -> bool {
        self == other || self.may_be_called(other) || other.may_be_called(self)
    }

    const fn may_be_called(self, other: Self) -> bool {
        match self {
            Self::Mastercard => matches!(other, Self::Maestro),
            Self::Discover => matches!(other, Self::Diners | Self::Jcb | Self::Unionpay),
            Self::CartesBancaires | Self::EftposAu | Self::Interac => matches!(other, Self::Visa | Self::Mastercard | Self::Maestro),
            _ => false,
        }
    }

    fn lengths(self) -> &'static [usize] {
        match self {
            Self::Visa => &[13, 16, 19],
            Self::Mastercard => &[16],
            Self::Amex => &[15],
            Self::Discover | Self::Jcb | Self::Unionpay => &[16, 17, 18, 19],
            Self::Diners => &[14, 15, 16, 17, 18, 19],
            Self::Maestro => &[12, 13, 14, 15, 16, 17, 18, 19],
            Self::CartesBancaires | Self::EftposAu | Self::Interac => &[], // they have no digits of their own
        }
    }
}

impl Card {
    /// What may be kept of a number that is clear, or masked by its sender with any character.
    #[must_use]
    pub fn truncated(number: &str) -> Self {
        let shown: String = number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let lead = shown.bytes().take_while(u8::is_ascii_digit).count();
        let tail = shown.bytes().rev().take_while(u8::is_ascii_digit).count();
        let bin_digits = if shown.len() >= 16 && lead >= 8 { 8 } else { 6 };
        let bin = (shown.len() >= 12 && lead >= bin_digits).then(|| shown[..bin_digits].to_owned());
        let last4 = (tail >= 4).then(|| shown[shown.len() - 4..].to_owned());
        let brand = bin.as_deref().and_then(Brand::of);
        Self { bin, last4, brand }
    }
}

/// Whether the text holds a card number: a known issuer's digits, its brand's length and a valid check digit, alone
/// or in groups, not part of a longer group (ARNs, millisecond times and most order numbers pass).
#[must_use]
pub fn holds_card_number(text: &str) -> bool {
    numbers(text).next().is_some()
}

/// The text with every card number cut to its first six and last four digits.
#[must_use]
pub fn without_card_numbers(text: &str) -> String {
    let mut text = cut(text);
    while holds_card_number(&text) {
        text = cut(&text); // the last four of one and the groups behind it can make another
    }
    text
}

fn cut(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for Number { start, end, digits } in numbers(text) {
        out.push_str(&text[from..start]);
        out.push_str(&digits[..6]);
        out.push_str(&"*".repeat(digits.len() - 10));
        out.push_str(&digits[digits.len() - 4..]);
        from = end;
    }
    out.push_str(&text[from..]);
    out
}

/// The most groups that the digits of one card are written in; each has four or more of at most 19.
const MOST_GROUPS: usize = 4;

struct Number {
    start: usize,
    end: usize,
    digits: String,
}

/// Digits without anything between them.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
}

impl Group {
    /// Whether the next group may go on with the same number: both are of four digits or more, one space or hyphen apart.
    fn goes_on_in(self, next: Self, text: &str) -> bool {
        let apart = matches!(&text[self.end..next.start], " " | "-");
        apart && self.end - self.start >= 4 && next.end - next.start >= 4
    }
}

/// The card numbers of a text from left to right. Other digits beside one, an expiry say, do not hide it.
fn numbers(text: &str) -> impl Iterator<Item = Number> {
    let groups: Vec<Group> = groups(text).collect();
    let mut first = 0;
    std::iter::from_fn(move || {
        while first < groups.len() {
            let joined = groups[first..].windows(2).take(MOST_GROUPS - 1).take_while(|pair| pair[0].goes_on_in(pair[1], text)).count();
            let found = (0..=joined).rev().find_map(|more| number(text, &groups[first..=first + more]).map(|found| (found, more)));
            first += 1;
            if let Some((found, more)) = found {
                first += more;
                return Some(found);
            }
        }
        None
    })
}

fn groups(text: &str) -> impl Iterator<Item = Group> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.as_bytes()[at..].iter().position(u8::is_ascii_digit)?;
        at = start + text.as_bytes()[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        Some(Group { start, end: at })
    })
}

fn number(text: &str, groups: &[Group]) -> Option<Number> {
    let digits: String = groups.iter().map(|group| &text[group.start..group.end]).collect();
    let (start, end) = (groups.first()?.start, groups.last()?.end);
    is_card_number(&digits).then_some(Number { start, end, digits })
}

fn is_card_number(digits: &str) -> bool {
    Brand::of(digits).is_some_and(|brand| brand.lengths().contains(&digits.len())) && luhn(digits)
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .zip([1_u32, 2].into_iter().cycle())
        .map(|(byte, weight)| u32::from(byte - b'0') * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn card_numbers_are_found_and_look_alikes_pass() {
        for number in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "3782-822463-10005",
            "5555555555554444",
            "x4242424242424242y",
            "4242424242424242 0128",
        ] {
            assert!(holds_card_number(number), "{number}");
            assert!(!without_card_numbers(number).contains("42424242424"), "{number}");
        }
        for other in ["74027012345678901234567", "1771322400123", "4242424242424241", "order-10001", "42424242424242424242"] {
            assert!(!holds_card_number(other), "{other}");
        }
    }

    #[test]
    fn a_masked_or_clear_number_keeps_bin_and_last_four() {
        let card = Card::truncated("424242******4242");
        assert_eq!((card.bin.as_deref(), card.last4.as_deref(), card.brand), (Some("424242"), Some("4242"), Some(Brand::Visa)));
        assert_eq!(Card::truncated("5555555555554444").bin.as_deref(), Some("55555555"));
        assert_eq!(Card::truncated("************0005").bin, None);
        assert_eq!(Card::truncated(""), Card::default());
    }

    #[test]
    fn what_a_cut_leaves_is_looked_at_again() {
        assert!(!holds_card_number(&without_card_numbers("4242424242424242 4242 4242 4242")));
    }

    proptest! {
        #[test]
        fn nothing_cut_still_holds_a_card_number(text in "[ -~]{0,60}", number in "4[0-9]{14}") {
            let check = (0..10).find(|d| luhn(&format!("{number}{d}")));
            let text = format!("{text} {number}{} {text}", check.unwrap_or_default());
            prop_assert!(!holds_card_number(&without_card_numbers(&text)));
        }
    }
}
