//! `REASON_CODE`, `REASON_CATEGORY` and `ALERT_TYPE`: what the cardholder complains of.

use serde::{Deserialize, Serialize};

use super::Truth;
use super::compare::{Sides, count, listed, wrong};
use super::prepared_facts::PreparedFacts;
use crate::account::enrolment::Fault;
use crate::network::claim::Kind;
use crate::network::reason_code::{Category, is_spelling_of};

/// The network's reason code; any of the listed ones, however it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReasonCodeParameters))]
pub struct Codes {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub reason_codes: Vec<String>,
}

/// The category of the reason code; any of the listed ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReasonCategoryParameters))]
pub struct Categories {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub categories: Vec<Category>,
}

/// Whether the alert is of fraud or of a dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AlertTypeParameters))]
pub struct Kinds {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub types: Vec<Kind>,
}

impl Codes {
    pub(super) fn result(&self, facts: &PreparedFacts<'_>) -> Truth {
        let brand = facts.facts.card.brand;
        Truth::of(facts.reason_code(), |own| {
            self.reason_codes.iter().any(|code| is_spelling_of(code, brand, own))
        })
    }

    pub(super) fn sides(&self, facts: &PreparedFacts<'_>) -> Sides {
        let code =
            facts.facts.reason_code.as_deref().map(str::trim).filter(|code| !code.is_empty());
        Sides::of(code, "no reason code", listed(&self.reason_codes), str::to_owned)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        let field = format!("{place}.reason_codes");
        let blank = wrong(
            &field,
            &self.reason_codes,
            |code| code.chars().any(char::is_alphanumeric),
            "BLANK",
            "Needs letters or digits.",
        );
        count(&field, self.reason_codes.len(), "reason code").into_iter().chain(blank).collect()
    }
}

impl Categories {
    pub(super) fn result(&self, category: Option<Category>) -> Truth {
        Truth::of(category, |own| self.categories.contains(&own))
    }

    pub(super) fn sides(&self, facts: &PreparedFacts<'_>) -> Sides {
        let names: Vec<&str> = self.categories.iter().map(|category| category.as_str()).collect();
        let code = facts.facts.reason_code.as_deref();
        let from = code
            .map(str::trim)
            .filter(|code| !code.is_empty())
            .map_or_else(String::new, |code| format!(" ({code})"));
        let missing = format!("no category{from}");
        Sides::of(facts.category(), &missing, listed(&names), |own| {
            format!("{}{from}", own.as_str())
        })
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        count(&format!("{place}.categories"), self.categories.len(), "category")
            .into_iter()
            .collect()
    }
}

impl Kinds {
    pub(super) fn result(&self, kind: Option<Kind>) -> Truth {
        Truth::of(kind, |own| self.types.contains(&own))
    }

    pub(super) fn sides(&self, kind: Option<Kind>) -> Sides {
        let names: Vec<&str> = self.types.iter().map(|kind| kind.as_str()).collect();
        Sides::of(kind, "no type", listed(&names), |own| own.as_str().to_owned())
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        count(&format!("{place}.types"), self.types.len(), "type").into_iter().collect()
    }
}
