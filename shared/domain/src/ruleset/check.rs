//! Whether one condition holds, and what was compared.

use std::cmp::Ordering;

use super::{Condition, DescriptorValue, Facts, Operator, Truth};
use crate::claim::normalised;
use crate::money::{Money, currency};

impl Condition {
    /// Whether it holds, with what the alert has and what was asked for, in words.
    #[must_use]
    pub fn check(&self, facts: &Facts) -> (Truth, String, String) {
        match self {
            Self::Amount { operator, currency_code, amount_in_cents } => check_amount(*operator, currency_code, *amount_in_cents, facts),
            Self::Descriptor { descriptors } => check_descriptor(descriptors, facts.descriptor),
        }
    }
}

fn check_amount(operator: Operator, code: &str, minor: u64, facts: &Facts) -> (Truth, String, String) {
    let Ok(wanted) = currency(code).map(|currency| Money::new(minor, currency)) else {
        return (Truth::Unknown, facts.disputed.to_string(), format!("{} {minor} of unknown currency {code}", operator.as_str()));
    };
    let expected = format!("{} {wanted}", operator.as_str());
    let same = (facts.disputed.currency == wanted.currency).then_some(facts.disputed);
    let converted = same.or_else(|| facts.rates.and_then(|rates| rates.convert(facts.disputed, wanted.currency)));
    let Some(ordering) = converted.and_then(|actual| actual.compare(wanted)) else {
        return (Truth::Unknown, format!("{}, no rate to {}", facts.disputed, wanted.currency.code()), expected);
    };
    let actual = match (same, converted, facts.rates) {
        (None, Some(converted), Some(rates)) => format!("{} = {converted} at the rate of {}", facts.disputed, rates.as_of),
        _ => facts.disputed.to_string(),
    };
    (Truth::from(operator.holds(ordering)), actual, expected)
}

fn check_descriptor(wanted: &[DescriptorValue], actual: &str) -> (Truth, String, String) {
    let listed: Vec<String> = wanted.iter().map(|own| format!("{} {}", own.match_type.as_str(), own.value)).collect();
    let expected = listed.join(" or ");
    let text = normalised(actual);
    if text.is_empty() {
        return (Truth::Unknown, "no descriptor".to_owned(), expected);
    }
    let met = wanted.iter().any(|own| own.match_type.matches(&normalised(&own.value), &text));
    (Truth::from(met), actual.to_owned(), expected)
}

impl From<bool> for Truth {
    fn from(met: bool) -> Self {
        if met { Self::Met } else { Self::NotMet }
    }
}

impl Operator {
    /// The operator as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GreaterThan => "GREATER_THAN",
            Self::GreaterThanOrEqual => "GREATER_THAN_OR_EQUAL",
            Self::LessThan => "LESS_THAN",
            Self::LessThanOrEqual => "LESS_THAN_OR_EQUAL",
            Self::Equal => "EQUAL",
            Self::NotEqual => "NOT_EQUAL",
        }
    }

    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::GreaterThan => ordering.is_gt(),
            Self::GreaterThanOrEqual => ordering.is_ge(),
            Self::LessThan => ordering.is_lt(),
            Self::LessThanOrEqual => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
        }
    }
}
