//! `ORDER_REFERENCE`, `TRANSACTION_REFERENCE` and `TRANSACTION_AGE`: which payment it is, and how long ago it was made.

use serde::{Deserialize, Serialize};

use super::compare::{Compared, Operator, Pattern, pattern_faults, worded};
use crate::enrolment::Fault;

/// A reference of the order or the transaction; any of the listed ones, without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ReferenceParameters))]
pub struct References {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub references: Vec<Pattern>,
}

/// The days between the payment and the alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = TransactionAgeParameters))]
pub struct Age {
    pub operator: Operator,
    pub days: u32,
}

impl References {
    pub(super) fn check(&self, own: &[String]) -> Compared {
        let met = |all: &&[String]| all.iter().any(|text| self.references.iter().any(|wanted| wanted.fits(text, plain)));
        Compared::of((!own.is_empty()).then_some(own), "no reference", worded(&self.references), |all| all.join(", "), met)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        pattern_faults(&format!("{place}.references"), &self.references, "reference", plain)
    }
}

impl Age {
    pub(super) fn check(&self, days: Option<u32>) -> Compared {
        let expected = format!("{} {} days", self.operator.as_str(), self.days);
        Compared::of(days, "no time of payment", expected, |own| format!("{own} days"), |own| self.operator.holds(own.cmp(&self.days)))
    }
}

fn plain(text: &str) -> String {
    text.trim().to_lowercase()
}
