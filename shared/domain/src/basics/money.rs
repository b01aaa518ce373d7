//! Money: whole minor units of a single ISO 4217 currency. Never a float, never two currencies in a
//! sum.

mod currency;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::basics::decimal::{DecimalNumber, WholeUnitsError};
pub use currency::Currency;

/// A non-negative amount in the minor unit of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units: cents, yen, fils.
    pub minor: u64,
    /// The currency, possibly retired.
    pub currency: Currency,
}

/// The reason for which a text is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyParseError {
    /// The currency code is not in ISO 4217, or names no currency for payments.
    #[error("`{0}` is not an ISO 4217 currency code")]
    Currency(String),
    /// The text is not a decimal number, or is negative.
    #[error("is not a decimal amount")]
    Decimal,
    /// The text has more fraction digits than the currency.
    #[error("has more fraction digits than {0} allows")]
    TooFine(&'static str),
    /// The amount exceeds the range.
    #[error("is too large")]
    TooLarge,
}

impl Money {
    /// Creates an amount in minor units.
    #[must_use]
    pub const fn new(minor: u64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Parses decimal text in the notation of JSON and people ("49.00", "4.9E+1", "4900" for yen).
    /// An amount may differ by `10^-9` of a minor unit from a whole number, the error of arithmetic
    /// on doubles.
    ///
    /// # Errors
    /// [`MoneyParseError`] with the reason.
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Self, MoneyParseError> {
        let number = DecimalNumber::parse(text).ok_or(MoneyParseError::Decimal)?;
        let minor =
            number.to_whole_units(currency.minor_digits().into()).map_err(|why| match why {
                WholeUnitsError::Negative => MoneyParseError::Decimal,
                WholeUnitsError::Between => MoneyParseError::TooFine(currency.code()),
                WholeUnitsError::TooLarge => MoneyParseError::TooLarge,
            })?;
        Ok(Self { minor, currency })
    }

    /// Formats the amount as decimal text with all digits of the currency.
    #[must_use]
    pub fn to_decimal(self) -> String {
        format!("{}", DecimalAmount(self))
    }

    /// Returns the sum, if the currencies are equal and the sum is in range.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.require_same_currency(other)
            .and_then(|()| self.minor.checked_add(other.minor))
            .map(|minor| Self { minor, ..self })
    }

    /// Returns the difference, if the currencies are equal and the difference is not negative.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.require_same_currency(other)
            .and_then(|()| self.minor.checked_sub(other.minor))
            .map(|minor| Self { minor, ..self })
    }

    /// Compares two amounts; `None` for different currencies.
    #[must_use]
    pub fn compare_amounts(self, other: Self) -> Option<Ordering> {
        self.require_same_currency(other).map(|()| self.minor.cmp(&other.minor))
    }

    fn require_same_currency(self, other: Self) -> Option<()> {
        (self.currency == other.currency).then_some(())
    }
}

/// An amount displayed without the currency.
struct DecimalAmount(Money);

impl std::fmt::Display for DecimalAmount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Money { minor, currency } = self.0;
        let (places, scale) =
            (usize::from(currency.minor_digits()), 10_u64.pow(currency.minor_digits().into()));
        if places == 0 {
            write!(f, "{minor}")
        } else {
            write!(f, "{}.{:0places$}", minor / scale, minor % scale)
        }
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", DecimalAmount(*self), self.currency.code())
    }
}

/// Parses a currency code in any case.
///
/// # Errors
/// [`MoneyParseError::Currency`] for a code that ISO 4217 never had, and for funds, metals and no
/// currency.
pub fn parse_currency(code: &str) -> Result<Currency, MoneyParseError> {
    Currency::from_code(&code.trim().to_ascii_uppercase())
        .ok_or_else(|| MoneyParseError::Currency(code.to_owned()))
}

/// Exchange rates of a day, as millionths of a US dollar for one unit of the currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeRates {
    /// The day of the rates.
    pub as_of: Date,
    /// Millionths of a US dollar for one major unit, by currency code.
    pub usd_millionths: BTreeMap<String, u64>,
}

impl ExchangeRates {
    /// Converts money to another currency, rounded half up; `None` if a rate is missing.
    #[must_use]
    pub fn convert_money(&self, money: Money, to: Currency) -> Option<Money> {
        if money.currency == to {
            return Some(money);
        }
        let (from_rate, to_rate) = (self.usd_rate(money.currency)?, self.usd_rate(to)?);
        let (from_scale, to_scale) = (minor_unit_scale(money.currency), minor_unit_scale(to));
        let over = u128::from(money.minor).checked_mul(from_rate)?.checked_mul(to_scale)?;
        let under = to_rate.checked_mul(from_scale)?;
        let minor = u64::try_from((over + under / 2) / under).ok()?;
        Some(Money::new(minor, to))
    }

    fn usd_rate(&self, currency: Currency) -> Option<u128> {
        if currency == Currency::USD {
            return Some(1_000_000);
        }
        self.usd_millionths
            .get(currency.code())
            .filter(|rate| **rate > 0)
            .map(|rate| u128::from(*rate))
    }
}

fn minor_unit_scale(currency: Currency) -> u128 {
    10_u128.pow(currency.minor_digits().into())
}

/// Converts money to another currency; `None` if the currencies differ and a rate is missing.
#[must_use]
pub fn convert_with_rates(
    money: Money,
    to: Currency,
    rates: Option<&ExchangeRates>,
) -> Option<Money> {
    let same = (money.currency == to).then_some(money);
    same.or_else(|| rates.and_then(|rates| rates.convert_money(money, to)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decimal_text_reads_back(minor in 0_u64..1_000_000_000_000, pick in 0_usize..3) {
            let currency = [Currency::USD, Currency::JPY, Currency::KWD][pick];
            let money = Money::new(minor, currency);
            prop_assert_eq!(Money::from_decimal(&money.to_decimal(), currency), Ok(money));
        }

        #[test]
        fn a_difference_and_its_part_sum_to_the_whole(a in any::<u32>(), b in any::<u32>()) {
            let (a, b) = (Money::new(a.into(), Currency::EUR), Money::new(b.into(), Currency::EUR));
            if let Some(rest) = a.checked_sub(b) {
                prop_assert_eq!(rest.checked_add(b), Some(a));
            }
        }
    }

    #[test]
    fn vendors_amounts_are_read_as_text() {
        assert_eq!(Money::from_decimal("49.000", Currency::USD).map(|m| m.minor), Ok(4900));
        assert_eq!(Money::from_decimal("4900.00", Currency::JPY).map(|m| m.minor), Ok(4900));
        assert_eq!(Money::from_decimal("1.234", Currency::KWD).map(|m| m.minor), Ok(1234));
        assert_eq!(
            Money::from_decimal("1.005", Currency::USD),
            Err(MoneyParseError::TooFine("USD"))
        );
        assert_eq!(Money::from_decimal("3.0E6", Currency::JPY).map(|m| m.minor), Ok(3_000_000));
        assert_eq!(
            Money::from_decimal("49.00000000000001", Currency::USD).map(|m| m.minor),
            Ok(4900)
        );
        assert_eq!(Money::from_decimal("1e30", Currency::USD), Err(MoneyParseError::TooLarge));
        for wrong in ["", "-1", ".5", "1,00", "NaN", "1e999999999"] {
            assert_eq!(
                Money::from_decimal(wrong, Currency::USD),
                Err(MoneyParseError::Decimal),
                "{wrong}"
            );
        }
    }

    #[test]
    fn two_currencies_never_mix() {
        let (usd, eur) = (Money::new(1, Currency::USD), Money::new(1, Currency::EUR));
        assert_eq!((usd.checked_add(eur), usd.compare_amounts(eur)), (None, None));
    }

    #[test]
    fn rates_convert_between_exponents_or_not_at_all() {
        let rates = ExchangeRates {
            as_of: jiff::civil::date(2026, 2, 1),
            usd_millionths: BTreeMap::from([("JPY".into(), 6_500)]),
        };
        assert_eq!(
            rates.convert_money(Money::new(10_000, Currency::JPY), Currency::USD),
            Some(Money::new(6_500, Currency::USD))
        );
        assert_eq!(rates.convert_money(Money::new(1, Currency::KWD), Currency::USD), None);
    }
}
