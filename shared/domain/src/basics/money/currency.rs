//! Currencies: the ISO 4217 currencies in use, and the currencies retired since alerts exist.
//!
//! A sale in a retired currency can still be disputed, and reported by an order, a file or a
//! processor. A new sale in a retired currency is refused. Funds codes, metals and codes for no
//! currency are invalid.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: &'static str,
    digits: u8,
}

/// A retired currency: the code, the digits of the minor unit, and the last day.
struct RetiredCurrency(&'static str, u8, Date);

/// The days after a sale within which the sale may be posted.
const POSTED_WITHIN_DAYS: i32 = 31;

/// ISO 4217's list of historic codes from 2005 on. Ethoca was founded in 2005, and no alert is
/// about an earlier sale.
const RETIRED: [RetiredCurrency; 29] = [
    RetiredCurrency("ROL", 2, date(2005, 6, 30)),
    RetiredCurrency("TRL", 2, date(2005, 12, 31)),
    RetiredCurrency("AZM", 2, date(2005, 12, 31)),
    RetiredCurrency("MZM", 2, date(2006, 12, 31)),
    RetiredCurrency("CSD", 2, date(2006, 10, 25)),
    RetiredCurrency("SIT", 2, date(2006, 12, 31)),
    RetiredCurrency("SDD", 2, date(2007, 7, 1)),
    RetiredCurrency("GHC", 2, date(2007, 12, 31)),
    RetiredCurrency("CYP", 2, date(2007, 12, 31)),
    RetiredCurrency("MTL", 2, date(2007, 12, 31)),
    RetiredCurrency("VEB", 2, date(2007, 12, 31)),
    RetiredCurrency("ZWD", 2, date(2008, 8, 1)),
    RetiredCurrency("SKK", 2, date(2008, 12, 31)),
    RetiredCurrency("TMM", 2, date(2008, 12, 31)),
    RetiredCurrency("ZWR", 2, date(2009, 6, 30)),
    RetiredCurrency("EEK", 2, date(2010, 12, 31)),
    RetiredCurrency("ZMK", 2, date(2012, 12, 31)),
    RetiredCurrency("LVL", 2, date(2013, 12, 31)),
    RetiredCurrency("LTL", 2, date(2014, 12, 31)),
    RetiredCurrency("BYR", 0, date(2016, 12, 31)),
    RetiredCurrency("MRO", 2, date(2017, 12, 31)),
    RetiredCurrency("STD", 2, date(2017, 12, 31)),
    RetiredCurrency("VEF", 2, date(2018, 8, 20)),
    RetiredCurrency("CUC", 2, date(2021, 6, 30)),
    RetiredCurrency("HRK", 2, date(2022, 12, 31)),
    RetiredCurrency("SLL", 2, date(2024, 3, 31)),
    RetiredCurrency("ZWL", 2, date(2024, 8, 31)),
    RetiredCurrency("ANG", 2, date(2025, 6, 30)),
    RetiredCurrency("BGN", 2, date(2025, 12, 31)),
];

impl Currency {
    pub const USD: Self = Self { code: "USD", digits: 2 };
    pub const EUR: Self = Self { code: "EUR", digits: 2 };
    pub const JPY: Self = Self { code: "JPY", digits: 0 };
    pub const KWD: Self = Self { code: "KWD", digits: 3 };

    /// Returns the currency of a code in upper case, current or retired.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        if let Some(RetiredCurrency(code, digits, _)) =
            RETIRED.iter().find(|retired| retired.0 == code)
        {
            return Some(Self { code, digits: *digits });
        }
        let known = iso_currency::Currency::from_code(code)
            .filter(|known| !known.is_fund() && !known.is_special())?;
        Some(Self { code: known.code(), digits: u8::try_from(known.exponent()?).ok()? })
    }

    /// Returns the ISO 4217 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// Checks whether a text is the code, in any case and with surrounding blanks.
    pub(crate) fn has_code(self, text: &str) -> bool {
        // Fast path for rules on amounts and currencies: upper and lower case differ in a bit that
        // no capital letter has.
        let letters = |text: &str| {
            <[u8; 3]>::try_from(text.as_bytes()).map(|[a, b, c]| u32::from_be_bytes([0, a, b, c]))
        };
        match (letters(text), letters(self.code)) {
            (Ok(text), Ok(code)) => text & 0x00df_dfdf == code,
            _ => text.trim().eq_ignore_ascii_case(self.code),
        }
    }

    /// Returns the digits of the minor unit.
    #[must_use]
    pub const fn minor_digits(self) -> u8 {
        self.digits
    }

    /// Checks whether a sale of that day may use the currency. Sales of the last days are posted
    /// later.
    #[must_use]
    pub fn is_valid_on(self, day: Date) -> bool {
        self.retired_after()
            .is_none_or(|last| day <= last.saturating_add(POSTED_WITHIN_DAYS.days()))
    }

    /// Returns the last day of a retired currency.
    #[must_use]
    pub fn retired_after(self) -> Option<Date> {
        RETIRED.iter().find(|retired| retired.0 == self.code).map(|retired| retired.2)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        Self::from_code(&code).ok_or_else(|| D::Error::custom("must be an ISO 4217 currency code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn current_and_retired_codes_are_currencies_and_no_others() {
        for (code, digits) in [
            ("USD", 2),
            ("JPY", 0),
            ("KWD", 3),
            ("VES", 2),
            ("XCG", 2),
            ("XOF", 0),
            ("HRK", 2),
            ("BGN", 2),
            ("LTL", 2),
            ("ANG", 2),
            ("BYR", 0),
        ] {
            assert_eq!(
                Currency::from_code(code).map(Currency::minor_digits),
                Some(digits),
                "{code}"
            );
        }
        for code in ["XXX", "XTS", "XAU", "XDR", "BOV", "CHE", "CLF", "UYI", "usd", "US", ""] {
            assert_eq!(Currency::from_code(code), None, "{code}");
        }
        for own in [Currency::USD, Currency::EUR, Currency::JPY, Currency::KWD] {
            assert_eq!(Currency::from_code(own.code()), Some(own));
            assert_eq!(own.retired_after(), None);
        }
    }

    #[test]
    fn a_retired_currency_is_valid_until_its_last_sales_are_posted() {
        let ended = |code| {
            Currency::from_code(code).and_then(Currency::retired_after).map(|day| day.to_string())
        };
        let lev = Currency::from_code("BGN").expect("a currency");
        assert_eq!(
            [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 1)]
                .map(|day| lev.is_valid_on(day)),
            [true, true, false]
        );
        assert_eq!(
            (ended("HRK").as_deref(), ended("BGN").as_deref()),
            (Some("2022-12-31"), Some("2025-12-31"))
        );
    }

    #[test]
    fn a_code_is_known_in_any_case_and_with_blanks() {
        let is_dollar = |text| Currency::USD.has_code(text);
        assert!(["USD", "usd", "Usd", " usd\n"].into_iter().all(is_dollar));
        assert!(
            !["USE", "US", "U5D", "USDD", "\u{0}SD", "us$", "\u{15}SD", "", "   ", "Us\u{a4}"]
                .into_iter()
                .any(is_dollar)
        );
    }

    #[test]
    fn a_currency_is_kept_as_its_code() {
        for code in ["USD", "LTL"] {
            let kept = serde_json::to_string(&Currency::from_code(code)).expect("a text");
            assert_eq!(
                (kept.as_str(), serde_json::from_str(&kept).ok()),
                (format!("\"{code}\"").as_str(), Currency::from_code(code))
            );
        }
        assert!(serde_json::from_str::<Currency>("\"XXX\"").is_err());
    }
}
