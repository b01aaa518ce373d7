//! `AMOUNT` and `CURRENCY`: conditions on the disputed amount and the currency.

use serde::{Deserialize, Serialize};

use super::TruthValue;
use super::compare::{
    ComparedSides, ComparisonOperator, check_value_count, find_wrong_values, list_values,
};
use super::prepared_facts::PreparedFacts;
use crate::account::enrolment::FieldError;
use crate::basics::money::{Currency, Money, parse_currency};

/// The disputed amount, in US dollars.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AmountParameters))]
pub struct AmountCondition {
    pub operator: ComparisonOperator,
    #[cfg_attr(feature = "openapi", schema(pattern = r"^\s*[Uu][Ss][Dd]\s*$"))]
    pub currency_code: String,
    pub amount_in_cents: u64,
}

/// The currency of the disputed amount: any of the listed currencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CurrencyParameters))]
pub struct CurrencyCondition {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub currency_codes: Vec<String>,
}

impl AmountCondition {
    pub(super) fn evaluate_against(&self, facts: &PreparedFacts<'_>) -> TruthValue {
        let ordering = if Currency::USD.has_code(&self.currency_code) {
            // The API accepts only rules in US dollars.
            facts.disputed_dollars().map(|dollars| dollars.minor.cmp(&self.amount_in_cents))
        } else {
            self.wanted_amount().and_then(|wanted| {
                facts.disputed_amount_in(wanted.currency)?.compare_amounts(wanted)
            })
        };
        TruthValue::from_optional_fact(ordering, |ordering| {
            self.operator.accepts_ordering(ordering)
        })
    }

    pub(super) fn describe_sides(&self, facts: &PreparedFacts<'_>) -> ComparedSides {
        let (operator, disputed) = (self.operator.as_str(), facts.facts.disputed);
        let Some(wanted) = self.wanted_amount() else {
            let expected = format!(
                "{operator} {} of unknown currency {}",
                self.amount_in_cents, self.currency_code
            );
            return ComparedSides { actual: disputed.to_string(), expected };
        };
        let actual = match (facts.disputed_amount_in(wanted.currency), facts.rates) {
            (None, _) => format!("{disputed}, no rate to {}", wanted.currency.code()),
            (Some(converted), Some(rates)) if disputed.currency != wanted.currency => {
                format!("{disputed} = {converted} at the rate of {}", rates.as_of)
            }
            _ => disputed.to_string(),
        };
        ComparedSides { actual, expected: format!("{operator} {wanted}") }
    }

    fn wanted_amount(&self) -> Option<Money> {
        parse_currency(&self.currency_code)
            .ok()
            .map(|currency| Money::new(self.amount_in_cents, currency))
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        if self.currency_code.trim().eq_ignore_ascii_case("USD") {
            return Vec::new();
        }
        vec![FieldError::new(
            format!("{place}.currency_code"),
            "CURRENCY_NOT_USD",
            "Amounts are compared in USD.",
        )]
    }
}

impl CurrencyCondition {
    pub(super) fn evaluate_against(&self, disputed: Currency) -> TruthValue {
        TruthValue::from(self.currency_codes.iter().any(|code| disputed.has_code(code)))
    }

    pub(super) fn describe_sides(&self, disputed: Currency) -> ComparedSides {
        ComparedSides {
            actual: disputed.code().to_owned(),
            expected: list_values(&self.currency_codes),
        }
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        let field = format!("{place}.currency_codes");
        let codes = &self.currency_codes;
        let unknown = find_wrong_values(
            &field,
            codes,
            |code| parse_currency(code).is_ok(),
            "CURRENCY_UNKNOWN",
            "Not an ISO 4217 currency code.",
        );
        check_value_count(&field, codes.len(), "currency").into_iter().chain(unknown).collect()
    }
}
