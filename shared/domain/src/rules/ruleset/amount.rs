//! `AMOUNT` and `CURRENCY`: how much is disputed, and in what.

use serde::{Deserialize, Serialize};

use super::Truth;
use super::compare::{Operator, Sides, count, listed, wrong};
use super::prepared_facts::PreparedFacts;
use crate::account::enrolment::Fault;
use crate::basics::money::{Currency, Money, currency};

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
    pub(super) fn result(&self, facts: &PreparedFacts<'_>) -> Truth {
        let ordering = if Currency::USD.is_coded(&self.currency_code) {
            // as in every rule that the API takes
            facts.dollars().map(|dollars| dollars.minor.cmp(&self.amount_in_cents))
        } else {
            self.wanted().and_then(|wanted| facts.worth_in(wanted.currency)?.compare(wanted))
        };
        Truth::of(ordering, |ordering| self.operator.holds(ordering))
    }

    pub(super) fn sides(&self, facts: &PreparedFacts<'_>) -> Sides {
        let (operator, disputed) = (self.operator.as_str(), facts.facts.disputed);
        let Some(wanted) = self.wanted() else {
            let expected = format!(
                "{operator} {} of unknown currency {}",
                self.amount_in_cents, self.currency_code
            );
            return Sides { actual: disputed.to_string(), expected };
        };
        let actual = match (facts.worth_in(wanted.currency), facts.rates) {
            (None, _) => format!("{disputed}, no rate to {}", wanted.currency.code()),
            (Some(converted), Some(rates)) if disputed.currency != wanted.currency => {
                format!("{disputed} = {converted} at the rate of {}", rates.as_of)
            }
            _ => disputed.to_string(),
        };
        Sides { actual, expected: format!("{operator} {wanted}") }
    }

    fn wanted(&self) -> Option<Money> {
        currency(&self.currency_code)
            .ok()
            .map(|currency| Money::new(self.amount_in_cents, currency))
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        if self.currency_code.trim().eq_ignore_ascii_case("USD") {
            return Vec::new();
        }
        vec![Fault::new(
            format!("{place}.currency_code"),
            "CURRENCY_NOT_USD",
            "Amounts are compared in USD.",
        )]
    }
}

impl Currencies {
    pub(super) fn result(&self, disputed: Currency) -> Truth {
        Truth::from(self.currency_codes.iter().any(|code| disputed.is_coded(code)))
    }

    pub(super) fn sides(&self, disputed: Currency) -> Sides {
        Sides { actual: disputed.code().to_owned(), expected: listed(&self.currency_codes) }
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        let field = format!("{place}.currency_codes");
        let codes = &self.currency_codes;
        let unknown = wrong(
            &field,
            codes,
            |code| currency(code).is_ok(),
            "CURRENCY_UNKNOWN",
            "Not an ISO 4217 currency code.",
        );
        count(&field, codes.len(), "currency").into_iter().chain(unknown).collect()
    }
}
