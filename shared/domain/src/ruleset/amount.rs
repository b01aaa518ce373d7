//! `AMOUNT` and `CURRENCY`: how much is disputed, and in what.

use serde::{Deserialize, Serialize};

use super::Truth;
use super::compare::{Compared, Operator, count, listed, wrong};
use crate::enrolment::Fault;
use crate::money::{Currency, Money, Rates, currency, worth};

/// The disputed amount, in US dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AmountParameters))]
pub struct Amount {
    pub operator: Operator,
    #[cfg_attr(feature = "openapi", schema(pattern = r"^\s*[Uu][Ss][Dd]\s*$"))]
    pub currency_code: String,
    pub amount_in_cents: u64,
}

/// The currency of the disputed amount; any of the listed ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CurrencyParameters))]
pub struct Currencies {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub currency_codes: Vec<String>,
}

impl Amount {
    pub(super) fn check(&self, disputed: Money, rates: Option<&Rates>) -> Compared {
        let operator = self.operator.as_str();
        let Ok(wanted) = currency(&self.currency_code).map(|currency| Money::new(self.amount_in_cents, currency)) else {
            let expected = format!("{operator} {} of unknown currency {}", self.amount_in_cents, self.currency_code);
            return Compared { result: Truth::Unknown, actual: disputed.to_string(), expected };
        };
        let expected = format!("{operator} {wanted}");
        let same = (disputed.currency == wanted.currency).then_some(disputed);
        let converted = worth(disputed, wanted.currency, rates);
        let Some(ordering) = converted.and_then(|actual| actual.compare(wanted)) else {
            let actual = format!("{disputed}, no rate to {}", wanted.currency.code());
            return Compared { result: Truth::Unknown, actual, expected };
        };
        let actual = match (same, converted, rates) {
            (None, Some(converted), Some(rates)) => format!("{disputed} = {converted} at the rate of {}", rates.as_of),
            _ => disputed.to_string(),
        };
        Compared { result: Truth::from(self.operator.holds(ordering)), actual, expected }
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        if self.currency_code.trim().eq_ignore_ascii_case("USD") {
            return Vec::new();
        }
        vec![Fault::new(format!("{place}.currency_code"), "CURRENCY_NOT_USD", "Amounts are compared in USD.")]
    }
}

impl Currencies {
    pub(super) fn check(&self, disputed: Currency) -> Compared {
        let met = |own: &Currency| self.currency_codes.iter().any(|code| currency(code).as_ref() == Ok(own));
        Compared::of(Some(disputed), "", listed(&self.currency_codes), |own| own.code().to_owned(), met)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        let field = format!("{place}.currency_codes");
        let codes = &self.currency_codes;
        let unknown = wrong(&field, codes, |code| currency(code).is_ok(), "CURRENCY_UNKNOWN", "Not an ISO 4217 currency code.");
        count(&field, codes.len(), "currency").into_iter().chain(unknown).collect()
    }
}
