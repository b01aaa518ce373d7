//! `ORDER_REFERENCE`, `TRANSACTION_REFERENCE` and `TRANSACTION_AGE`: which payment it is, and how
//! long ago it was made.

use serde::{Deserialize, Serialize};

use super::Truth;
use super::compare::{Form, Operator, Pattern, Sides, pattern_faults, worded};
use crate::account::enrolment::Fault;

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
    /// Of references that are prepared.
    pub(super) fn result(&self, own: &[String]) -> Truth {
        let fits =
            |text: &String| self.references.iter().any(|wanted| wanted.fits(text, Form::Reference));
        Truth::of(Some(own).filter(|own| !own.is_empty()), |own| own.iter().any(fits))
    }

    pub(super) fn sides(&self, own: &[String]) -> Sides {
        Sides::of(
            Some(own).filter(|own| !own.is_empty()),
            "no reference",
            worded(&self.references),
            |own| own.join(", "),
        )
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        pattern_faults(
            &format!("{place}.references"),
            &self.references,
            "reference",
            Form::Reference,
        )
    }
}

impl Age {
    pub(super) fn result(&self, days: Option<u32>) -> Truth {
        Truth::of(days, |own| self.operator.holds(own.cmp(&self.days)))
    }

    pub(super) fn sides(&self, days: Option<u32>) -> Sides {
        let expected = format!("{} {} days", self.operator.as_str(), self.days);
        Sides::of(days, "no time of payment", expected, |own| format!("{own} days"))
    }
}
