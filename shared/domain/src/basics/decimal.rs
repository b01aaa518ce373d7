//! Decimal numbers in the notation of JSON, doubles and people: parsed exactly, in bounded time,
//! never as a float.

use std::borrow::Cow;

/// The maximum length of a number's text: a double in full has 309 digits before the point.
const LONGEST: usize = 400;
/// The maximum exponent in either direction: a double goes no further than 308.
const MOST_EXPONENT: i32 = 400;
/// The maximum number of digits of a `u128`.
const MOST_DIGITS: usize = 38;
/// The precision of distances from a whole number: in units of `10^-18`.
const SCALE: u32 = 18;
/// The minimum tolerance for rounding to a whole number of units: `10^-9`, the error of arithmetic
/// on doubles.
const NEAR: u128 = 1_000_000_000;
/// The bits of a double's fraction: a double's precision is the number over two to this power.
const DOUBLE_BITS: u32 = 52;
/// The maximum tolerance: a hundredth of a unit is never a double's imprecision.
const FAR: u128 = 10_000_000_000_000_000;

/// A decimal number: `digits × 10^exponent`, without zeros at either end of the digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecimalNumber<'a> {
    negative: bool,
    digits: Cow<'a, str>,
    exponent: i32,
}

/// The reason for which a number is no whole number of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WholeUnitsError {
    Negative,
    /// The number lies between two whole numbers.
    Between,
    /// The number exceeds the range.
    TooLarge,
}

impl<'a> DecimalNumber<'a> {
    /// Parses a number: digits, a fraction, an exponent, a minus. Absurd lengths and exponents are
    /// invalid.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim();
        if text.len() > LONGEST {
            return None;
        }
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text
            .split_once(['e', 'E'])
            .map_or((text, Some(0)), |(mantissa, power)| (mantissa, parse_exponent(power)));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) {
            return None;
        }
        let exponent = exponent?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        let digits = if fraction.is_empty() {
            Cow::Borrowed(whole)
        } else {
            Cow::Owned(format!("{whole}{fraction}"))
        };
        Some(Self { negative, digits, exponent }.trim_zeros())
    }

    fn trim_zeros(self) -> Self {
        let digits = self.digits.trim_end_matches('0');
        let dropped = i32::try_from(self.digits.len() - digits.len()).unwrap_or_default();
        let digits = digits.trim_start_matches('0').to_owned();
        let exponent = if digits.is_empty() { 0 } else { self.exponent.saturating_add(dropped) };
        Self { negative: self.negative && !digits.is_empty(), digits: Cow::Owned(digits), exponent }
    }

    /// Checks whether the number is below zero.
    #[must_use]
    pub const fn is_negative(&self) -> bool {
        self.negative
    }

    /// Returns the number as an integer, if exact.
    #[must_use]
    pub fn to_integer(&self) -> Option<u64> {
        let exact = !self.negative && self.exponent >= 0;
        self.to_scaled_integer(0).filter(|_| exact).and_then(|whole| whole.try_into().ok())
    }

    /// Returns the number times `10^places`, truncated to an integer; `None` if out of range.
    #[must_use]
    pub fn to_scaled_integer(&self, places: i32) -> Option<u128> {
        let length = self.integer_digits_at(places)?;
        if length == 0 {
            return Some(0);
        }
        let taken = &self.digits[..length.min(self.digits.len())];
        format!("{taken:0<length$}").parse().ok()
    }

    /// Returns the number of `10^-places` units, if whole within the error of arithmetic on
    /// doubles.
    ///
    /// # Errors
    /// [`WholeUnitsError`] with the reason.
    pub fn to_whole_units(&self, places: u16) -> Result<u64, WholeUnitsError> {
        if self.negative {
            return Err(WholeUnitsError::Negative);
        }
        let places = i32::from(places);
        let whole = self
            .to_scaled_integer(places)
            .filter(|whole| *whole < u128::from(u64::MAX))
            .ok_or(WholeUnitsError::TooLarge)?;
        let over = self.remainder_beyond(places);
        let near = ((whole * 10_u128.pow(SCALE)) >> DOUBLE_BITS).clamp(NEAR, FAR);
        let nearest = if over <= near {
            whole
        } else if over >= 10_u128.pow(SCALE) - near {
            whole + 1
        } else {
            return Err(WholeUnitsError::Between);
        };
        nearest.try_into().map_err(|_| WholeUnitsError::TooLarge)
    }

    /// Returns the remainder beyond the units, in units of `10^-18`, rounded up.
    fn remainder_beyond(&self, places: i32) -> u128 {
        let point = i32::try_from(self.digits.len())
            .unwrap_or_default()
            .saturating_add(self.exponent)
            .saturating_add(places);
        let zeros = usize::try_from(-point).unwrap_or_default();
        let rest =
            &self.digits[usize::try_from(point).unwrap_or_default().min(self.digits.len())..];
        let scale = SCALE as usize;
        if zeros >= scale {
            return u128::from(!rest.is_empty());
        }
        let taken = &rest[..rest.len().min(scale - zeros)];
        let text = format!("{:0<zeros$}{taken}", "");
        let measured: u128 = format!("{text:0<scale$}").parse().unwrap_or_default();
        measured + u128::from(taken.len() < rest.len())
    }

    /// Returns the number of digits before the point after a shift by so many places; `None` if
    /// absurd.
    fn integer_digits_at(&self, places: i32) -> Option<usize> {
        let length = i32::try_from(self.digits.len())
            .ok()?
            .checked_add(self.exponent)?
            .checked_add(places)?;
        let length = usize::try_from(length).unwrap_or_default();
        (length <= MOST_DIGITS || self.digits.is_empty()).then_some(if self.digits.is_empty() {
            0
        } else {
            length
        })
    }
}

fn parse_exponent(text: &str) -> Option<i32> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let power: i32 = digits
        .trim_start_matches('0')
        .parse()
        .ok()
        .or_else(|| digits.bytes().all(|byte| byte == b'0').then_some(0))?;
    (is_number && power <= MOST_EXPONENT).then_some(sign * power)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn units(text: &str, places: u16) -> Option<Result<u64, WholeUnitsError>> {
        DecimalNumber::parse(text).map(|number| number.to_whole_units(places))
    }

    #[test]
    fn numbers_as_json_writes_them_are_exact() {
        for (text, places, minor) in [
            ("49.00", 2, 4900),
            ("4.9E+1", 2, 4900),
            ("0.00049e5", 2, 4900),
            ("3.0E6", 0, 3_000_000),
            ("49.00000000000001", 2, 4900),
            ("48.99999999999999", 2, 4900),
            ("19.990000000000002", 2, 1999),
            ("1234567.8899999999", 2, 123_456_789),
            ("0", 2, 0),
            ("-0.0E5", 2, 0),
            ("1e-300", 2, 0),
            ("1.234", 3, 1234),
        ] {
            assert_eq!(units(text, places), Some(Ok(minor)), "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_number_of_units_is_told() {
        for text in ["1.005", "0.001", "49.000001", "49.0000001", "48.9999999", "0.5e-2"] {
            assert_eq!(units(text, 2), Some(Err(WholeUnitsError::Between)), "{text}");
        }
        assert_eq!(units("-1", 2), Some(Err(WholeUnitsError::Negative)));
        assert_eq!(units("1e300", 2), Some(Err(WholeUnitsError::TooLarge)));
        assert_eq!(units("184467440737095516.16", 2), Some(Err(WholeUnitsError::TooLarge)));
        for text in [
            "",
            "NaN",
            "Infinity",
            ".5",
            "1,00",
            "1e",
            "1e+",
            "--1",
            "0x10",
            "1e999999999",
            "1e-999999999",
            "٣",
            "1 0",
        ] {
            assert_eq!(DecimalNumber::parse(text), None, "{text}");
        }
        assert_eq!(DecimalNumber::parse(&"9".repeat(100_000)), None);
    }

    #[test]
    fn an_integer_is_exactly_one() {
        let integer = |text| DecimalNumber::parse(text).and_then(|number| number.to_integer());
        assert_eq!(
            [integer("4.9E+3"), integer("4900.0"), integer("0e5")],
            [Some(4900), Some(4900), Some(0)]
        );
        assert_eq!(
            [integer("4900.5"), integer("4900.0000000000001"), integer("-1"), integer("1e30")],
            [None; 4]
        );
    }

    proptest! {
        /// The same number, wherever its point stands, however many zeros are around it.
        #[test]
        fn any_spelling_reads_the_same(
            minor in 0_u64..1_000_000_000_000,
            move_by in -30_i32..30,
            zeros in 0_usize..9,
            lead in 0_usize..4,
        ) {
            let power = -2 - move_by;
            let digits = format!("{}{minor}", "0".repeat(lead));
            let spelled = if let Ok(right) = usize::try_from(move_by) {
                format!("{digits}{}.{}e{power}", "0".repeat(right), "0".repeat(zeros))
            } else {
                let width = usize::try_from(-move_by).unwrap_or_default() + 1;
                let padded = format!("{digits:0>width$}");
                let (whole, fraction) = padded.split_at(padded.len() - width + 1);
                format!("{whole}.{fraction}{}E{power:+}", "0".repeat(zeros))
            };
            prop_assert_eq!(units(&spelled, 2), Some(Ok(minor)), "{}", spelled);
        }

        #[test]
        fn a_doubles_last_digits_change_nothing(
            minor in 1_u64..10_000_000,
            noise in 1_u64..9,
            below in any::<bool>(),
        ) {
            let (whole, cents) = (minor / 100, minor % 100);
            let over = format!("{whole}.{cents:02}0000000000{noise}");
            let (less, digit) = (minor - 1, 9);
            let under =
                format!("{}.{:02}{}{noise}", less / 100, less % 100, digit.to_string().repeat(11));
            prop_assert_eq!(units(if below { &under } else { &over }, 2), Some(Ok(minor)));
        }

        #[test]
        fn nothing_panics(text in "[-+.eE0-9]{0,40}", places in 0_u16..5) {
            if let Some(number) = DecimalNumber::parse(&text) {
                std::hint::black_box((
                    number.to_whole_units(places).is_ok(),
                    number.to_integer(),
                    number.to_scaled_integer(9),
                ));
            }
        }
    }
}
