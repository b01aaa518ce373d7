//! `REASON_CODE`, `REASON_CATEGORY` and `ALERT_TYPE`: what the cardholder complains of.

use serde::{Deserialize, Serialize};

use super::compare::{Compared, count, listed, wrong};
use crate::card::Brand;
use crate::claim::Kind;
use crate::enrolment::Fault;
use crate::reason::{Category, canonical, category};

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
    pub(super) fn check(&self, brand: Option<Brand>, code: Option<&str>) -> Compared {
        let fact = code.filter(|code| !code.trim().is_empty());
        let met = |own: &&str| self.reason_codes.iter().any(|code| canonical(brand, code) == canonical(brand, own));
        Compared::of(fact, "no reason code", listed(&self.reason_codes), |own| own.trim().to_owned(), met)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        let field = format!("{place}.reason_codes");
        let blank = wrong(&field, &self.reason_codes, |code| code.chars().any(char::is_alphanumeric), "BLANK", "Needs letters or digits.");
        count(&field, self.reason_codes.len(), "reason code").into_iter().chain(blank).collect()
    }
}

impl Categories {
    pub(super) fn check(&self, brand: Option<Brand>, code: Option<&str>, kind: Option<Kind>) -> Compared {
        let names: Vec<&str> = self.categories.iter().map(|category| category.as_str()).collect();
        let from = code.map(str::trim).filter(|code| !code.is_empty()).map_or_else(String::new, |code| format!(" ({code})"));
        let shown = |own: &Category| format!("{}{from}", own.as_str());
        let missing = format!("no category{from}");
        Compared::of(category(brand, code, kind), &missing, listed(&names), shown, |own| self.categories.contains(own))
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        count(&format!("{place}.categories"), self.categories.len(), "category").into_iter().collect()
    }
}

impl Kinds {
    pub(super) fn check(&self, kind: Option<Kind>) -> Compared {
        let names: Vec<&str> = self.types.iter().map(|kind| kind.as_str()).collect();
        Compared::of(kind, "no type", listed(&names), |own| own.as_str().to_owned(), |own| self.types.contains(own))
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        count(&format!("{place}.types"), self.types.len(), "type").into_iter().collect()
    }
}
