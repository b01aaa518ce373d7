//! `DESCRIPTOR` and `ISSUER`: names, compared without case, blanks and signs.

use serde::{Deserialize, Serialize};

use super::Truth;
use super::compare::{Form, Pattern, Sides, pattern_faults, worded};
use super::prepared_facts::PreparedFacts;
use crate::account::enrolment::Fault;

/// The statement descriptor; any of the listed ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DescriptorParameters))]
pub struct Descriptors {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub descriptors: Vec<Pattern>,
}

/// The issuing bank; any of the listed ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = IssuerParameters))]
pub struct Issuers {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub issuers: Vec<Pattern>,
}

impl Descriptors {
    pub(super) fn result(&self, facts: &PreparedFacts<'_>) -> Truth {
        fits_any(facts.descriptor(), &self.descriptors)
    }

    pub(super) fn sides(&self, facts: &PreparedFacts<'_>) -> Sides {
        let told = facts.descriptor().and(facts.facts.descriptor.as_deref());
        Sides::of(told, "no descriptor", worded(&self.descriptors), str::to_owned)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        pattern_faults(&format!("{place}.descriptors"), &self.descriptors, "descriptor", Form::Name)
    }
}

impl Issuers {
    pub(super) fn result(&self, facts: &PreparedFacts<'_>) -> Truth {
        fits_any(facts.issuer(), &self.issuers)
    }

    pub(super) fn sides(&self, facts: &PreparedFacts<'_>) -> Sides {
        let told = facts.issuer().and(facts.facts.issuer.as_deref());
        Sides::of(told, "no issuer", worded(&self.issuers), str::to_owned)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        pattern_faults(&format!("{place}.issuers"), &self.issuers, "issuer", Form::Name)
    }
}

fn fits_any(fact: Option<&str>, wanted: &[Pattern]) -> Truth {
    Truth::of(fact, |text| wanted.iter().any(|own| own.fits(text, Form::Name)))
}
