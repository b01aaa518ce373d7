//! `DESCRIPTOR` and `ISSUER`: conditions on names, compared without case, blanks and signs.

use serde::{Deserialize, Serialize};

use super::TruthValue;
use super::compare::{ComparedSides, TextForm, TextPattern, find_pattern_errors, list_patterns};
use super::prepared_facts::PreparedFacts;
use crate::account::enrolment::FieldError;

/// The statement descriptor: any of the listed descriptors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DescriptorParameters))]
pub struct DescriptorCondition {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub descriptors: Vec<TextPattern>,
}

/// The issuing bank: any of the listed banks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = IssuerParameters))]
pub struct IssuerCondition {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub issuers: Vec<TextPattern>,
}

impl DescriptorCondition {
    pub(super) fn evaluate_against(&self, facts: &PreparedFacts<'_>) -> TruthValue {
        matches_any_pattern(facts.descriptor(), &self.descriptors)
    }

    pub(super) fn describe_sides(&self, facts: &PreparedFacts<'_>) -> ComparedSides {
        let told = facts.descriptor().and(facts.facts.descriptor.as_deref());
        ComparedSides::from_optional_fact(
            told,
            "no descriptor",
            list_patterns(&self.descriptors),
            str::to_owned,
        )
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        find_pattern_errors(
            &format!("{place}.descriptors"),
            &self.descriptors,
            "descriptor",
            TextForm::Name,
        )
    }
}

impl IssuerCondition {
    pub(super) fn evaluate_against(&self, facts: &PreparedFacts<'_>) -> TruthValue {
        matches_any_pattern(facts.issuer(), &self.issuers)
    }

    pub(super) fn describe_sides(&self, facts: &PreparedFacts<'_>) -> ComparedSides {
        let told = facts.issuer().and(facts.facts.issuer.as_deref());
        ComparedSides::from_optional_fact(
            told,
            "no issuer",
            list_patterns(&self.issuers),
            str::to_owned,
        )
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        find_pattern_errors(&format!("{place}.issuers"), &self.issuers, "issuer", TextForm::Name)
    }
}

fn matches_any_pattern(fact: Option<&str>, wanted: &[TextPattern]) -> TruthValue {
    TruthValue::from_optional_fact(fact, |text| {
        wanted.iter().any(|own| own.matches_text(text, TextForm::Name))
    })
}
