//! `DESCRIPTOR` and `ISSUER`: names, compared without case, blanks and signs.

use serde::{Deserialize, Serialize};

use super::compare::{Compared, Pattern, pattern_faults, worded};
use crate::claim::normalised;
use crate::enrolment::Fault;

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
    pub(super) fn check(&self, descriptor: Option<&str>) -> Compared {
        name(descriptor, "no descriptor", &self.descriptors)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        pattern_faults(&format!("{place}.descriptors"), &self.descriptors, "descriptor", normalised)
    }
}

impl Issuers {
    pub(super) fn check(&self, issuer: Option<&str>) -> Compared {
        name(issuer, "no issuer", &self.issuers)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        pattern_faults(&format!("{place}.issuers"), &self.issuers, "issuer", normalised)
    }
}

fn name(fact: Option<&str>, missing: &str, wanted: &[Pattern]) -> Compared {
    let fact = fact.filter(|text| !normalised(text).is_empty());
    let met = |text: &&str| wanted.iter().any(|own| own.fits(text, normalised));
    Compared::of(fact, missing, worded(wanted), |text| (*text).to_owned(), met)
}
