//! The validation of an enrolment request: errors and warnings by field.

use super::{
    DescriptorMatchType, EnrolledDescriptor, EnrolmentTarget, FieldError, MIN_DESCRIPTOR,
    MIN_WHOLE_DESCRIPTOR, NOTHING_NAMED, is_digits,
};
use crate::basics::text::{
    STATEMENT_CHARACTERS, exceeds_statement, normalise_text, truncate_to_statement,
};

/// The maximum number of characters of a descriptor; networks send at most 50.
const MOST_CHARACTERS: usize = 100;

impl EnrolmentTarget {
    /// Returns the errors, by the fields of the API.
    #[must_use]
    pub fn find_errors(&self) -> Vec<FieldError> {
        match self {
            Self::EthocaAlert { descriptors } => check_descriptors(descriptors),
            Self::VerifiRdr { bin, caid, arns } => check_rdr(bin.as_deref(), caid.as_deref(), arns),
        }
    }

    /// Returns warnings on valid targets with surprising effects, by the fields of the API.
    #[must_use]
    pub fn find_warnings(&self) -> Vec<FieldError> {
        let Self::EthocaAlert { descriptors } = self else { return Vec::new() };
        let long =
            descriptors.iter().enumerate().filter(|(_, own)| exceeds_statement(&own.descriptor));
        let warning = |(at, own): (usize, &EnrolledDescriptor)| {
            let message = format!(
                "A statement has at most {STATEMENT_CHARACTERS} characters. An alert that has \
                 only `{}` of this descriptor fits it too.",
                truncate_to_statement(&own.descriptor)
            );
            FieldError::new(descriptor_path(at), "LONGER_THAN_A_STATEMENT", message)
        };
        long.map(warning).collect()
    }

    /// Checks whether a descriptor has the match type `CONTAINS`. Such a descriptor routes nothing
    /// without the operator's approval.
    #[must_use]
    pub fn has_contains_descriptor(&self) -> bool {
        let Self::EthocaAlert { descriptors } = self else { return false };
        descriptors.iter().any(|own| own.match_type == DescriptorMatchType::Contains)
    }

    /// Checks whether a descriptor is a vague prefix. Such a descriptor routes nothing without the
    /// operator's approval.
    #[must_use]
    pub fn has_vague_descriptor(&self) -> bool {
        let Self::EthocaAlert { descriptors } = self else { return false };
        descriptors.iter().any(|own| own.match_type.is_vague(&normalise_text(&own.descriptor)))
    }
}

impl DescriptorMatchType {
    /// Returns the minimum number of letters and digits of a descriptor with this match type.
    #[must_use]
    pub const fn min_length(self) -> usize {
        match self {
            Self::Contains => MIN_DESCRIPTOR,
            Self::StartsWith | Self::Equals => MIN_WHOLE_DESCRIPTOR,
        }
    }

    /// Checks whether a normalised pattern is a vague prefix: short enough to match other
    /// merchants' alerts.
    #[must_use]
    pub fn is_vague(self, pattern: &str) -> bool {
        self == Self::StartsWith && pattern.chars().count() < MIN_DESCRIPTOR
    }
}

fn check_descriptors(descriptors: &[EnrolledDescriptor]) -> Vec<FieldError> {
    if descriptors.is_empty() {
        return vec![FieldError::new(
            "ethoca_alert.descriptors",
            "EMPTY",
            "At least one descriptor is needed.",
        )];
    }
    descriptors
        .iter()
        .enumerate()
        .filter_map(|(at, own)| check_descriptor(descriptor_path(at), own))
        .collect()
}

fn check_descriptor(field: String, own: &EnrolledDescriptor) -> Option<FieldError> {
    let (least, letters) =
        (own.match_type.min_length(), normalise_text(&own.descriptor).chars().count());
    if letters == 0 {
        let message = "It has no letter and no digit; blanks and signs are not compared.";
        return Some(FieldError::new(field, "NOTHING_TO_COMPARE", message));
    }
    if letters < least {
        let message = format!(
            "At least {least} letters or digits are needed with {}.",
            own.match_type.as_str()
        );
        return Some(FieldError::new(field, "DESCRIPTOR_TOO_SHORT", message));
    }
    let is_long = letters > MOST_CHARACTERS || own.descriptor.chars().count() > MOST_CHARACTERS;
    is_long.then(|| {
        FieldError::new(
            field,
            "TOO_LONG",
            format!("At most {MOST_CHARACTERS} characters are taken."),
        )
    })
}

fn descriptor_path(at: usize) -> String {
    format!("ethoca_alert.descriptors[{at}].descriptor")
}

fn check_rdr(bin: Option<&str>, caid: Option<&str>, arns: &[String]) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if arns.is_empty() && (bin.is_none() || caid.is_none()) {
        faults.push(FieldError::new(
            "verifi_rdr",
            NOTHING_NAMED,
            "Give `bin` and `caid`, or at least one of `arns`.",
        ));
    }
    if bin.is_some_and(|text| !is_digits(text, 6..=6)) {
        faults.push(FieldError::new("verifi_rdr.bin", "NOT_A_BIN", "A BIN is 6 digits."));
    }
    if caid.is_some_and(|text| {
        text.is_empty() || text.len() > 16 || !text.bytes().all(|b| b.is_ascii_alphanumeric())
    }) {
        faults.push(FieldError::new(
            "verifi_rdr.caid",
            "NOT_A_CAID",
            "A CAID is 1 to 16 letters and digits.",
        ));
    }
    let wrong = arns.iter().enumerate().filter(|(_, arn)| !is_digits(arn, 23..=23));
    faults.extend(wrong.map(|(at, _)| {
        FieldError::new(format!("verifi_rdr.arns[{at}]"), "NOT_AN_ARN", "An ARN is 23 digits.")
    }));
    faults
}
