//! Amounts in Stripe's units: ISO 4217's minor units, with three exceptions.

use domain::basics::money::{self, Money};

use crate::PartnerError;

/// Converts Stripe's amount to ISO's minor units.
pub(super) fn from_stripe(amount: u64, currency: &str) -> Result<Money, PartnerError> {
    let currency = money::parse_currency(currency)
        .map_err(|error| PartnerError::unreadable(error.to_string()))?;
    let minor = match minor_unit_scale(currency.code()) {
        MinorUnitScale::Same => Some(amount),
        MinorUnitScale::HundredTimesOurs => amount.is_multiple_of(100).then_some(amount / 100),
        MinorUnitScale::HundredthOfOurs => amount.checked_mul(100),
    };
    let minor = minor.ok_or_else(|| {
        PartnerError::unreadable(format!("an amount of {amount} {}", currency.code()))
    })?;
    Ok(Money::new(minor, currency))
}

/// Converts an amount to Stripe's units.
pub(super) fn to_stripe(money: Money) -> Result<u64, PartnerError> {
    let amount = match minor_unit_scale(money.currency.code()) {
        MinorUnitScale::Same => Some(money.minor),
        MinorUnitScale::HundredTimesOurs => money.minor.checked_mul(100),
        MinorUnitScale::HundredthOfOurs => {
            money.minor.is_multiple_of(100).then_some(money.minor / 100)
        }
    };
    amount.ok_or_else(|| {
        PartnerError::refused("amount_not_representable", &format!("Stripe cannot count {money}"))
    })
}

/// Returns the smallest step of a refund in minor units, where larger than 1. The last digit of a
/// three-decimal currency must be 0, and Stripe counts whole ariary.
pub(super) fn refund_step(currency: &str) -> Option<u64> {
    let currency = money::parse_currency(currency).ok()?;
    match (minor_unit_scale(currency.code()), currency.minor_digits()) {
        (MinorUnitScale::HundredthOfOurs, _) => Some(100),
        (MinorUnitScale::Same, 3) => Some(10),
        (MinorUnitScale::Same | MinorUnitScale::HundredTimesOurs, _) => None,
    }
}

enum MinorUnitScale {
    Same,
    HundredTimesOurs,
    HundredthOfOurs,
}

/// Returns Stripe's scale of a currency (docs.stripe.com/currencies). ISK and UGX have no cents in
/// ISO 4217 but two decimals at Stripe; MGA has fractions in ISO 4217 and none at Stripe.
fn minor_unit_scale(currency: &str) -> MinorUnitScale {
    match currency {
        "ISK" | "UGX" => MinorUnitScale::HundredTimesOurs,
        "MGA" => MinorUnitScale::HundredthOfOurs,
        _ => MinorUnitScale::Same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripes_own_scales_are_minded() {
        for (stripe, currency, minor) in [
            (4900, "usd", 4900),
            (4900, "jpy", 4900),
            (500, "isk", 5),
            (500, "ugx", 5),
            (5, "mga", 500),
        ] {
            let money = from_stripe(stripe, currency);
            assert_eq!(money.as_ref().map(|money| money.minor), Ok(minor), "{currency}");
            assert_eq!(money.and_then(to_stripe), Ok(stripe), "{currency}");
        }
        assert!(from_stripe(501, "isk").is_err());
        for currency in ["bhd", "jod", "kwd", "omr", "tnd"] {
            assert_eq!(refund_step(currency), Some(10), "{currency}");
        }
        for (currency, step) in [
            ("usd", None),
            ("jpy", None),
            ("isk", None),
            ("ugx", None),
            ("huf", None),
            ("twd", None),
            ("mga", Some(100)),
        ] {
            assert_eq!(refund_step(currency), step, "{currency}");
        }
        assert!(from_stripe(1, "zzz").is_err());
    }
}
