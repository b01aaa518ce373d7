//! What an enrolment may watch: the faults of what is asked for, and what a person should know of
//! it.

use super::{
    Descriptor, Fault, MIN_DESCRIPTOR, MIN_WHOLE_DESCRIPTOR, MatchType, NOTHING_NAMED, Watches,
    is_digits,
};
use crate::basics::text::{STATEMENT_CHARACTERS, exceeds_statement, normalised, on_statement};

/// The most characters of a descriptor; networks send at most 50.
const MOST_CHARACTERS: usize = 100;

impl Watches {
    /// What is wrong with it, by the fields of the API.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        match self {
            Self::EthocaAlert { descriptors } => descriptor_faults(descriptors),
            Self::VerifiRdr { bin, caid, arns } => {
                rdr_faults(bin.as_deref(), caid.as_deref(), arns)
            }
        }
    }

    /// What is right and may still surprise, by the fields of the API.
    #[must_use]
    pub fn warnings(&self) -> Vec<Fault> {
        let Self::EthocaAlert { descriptors } = self else { return Vec::new() };
        let long =
            descriptors.iter().enumerate().filter(|(_, own)| exceeds_statement(&own.descriptor));
        let warning = |(at, own): (usize, &Descriptor)| {
            let message = format!(
                "A statement has at most {STATEMENT_CHARACTERS} characters. An alert that has \
                 only `{}` of this descriptor fits it too.",
                on_statement(&own.descriptor)
            );
            Fault::new(field(at), "LONGER_THAN_A_STATEMENT", message)
        };
        long.map(warning).collect()
    }

    /// Whether a descriptor is looked for inside others: it routes nothing without the operator's
    /// word.
    #[must_use]
    pub fn looks_inside(&self) -> bool {
        let Self::EthocaAlert { descriptors } = self else { return false };
        descriptors.iter().any(|own| own.match_type == MatchType::Contains)
    }

    /// Whether a descriptor is so short a beginning that it routes nothing without the operator's
    /// word.
    #[must_use]
    pub fn is_vague(&self) -> bool {
        let Self::EthocaAlert { descriptors } = self else { return false };
        descriptors.iter().any(|own| own.match_type.is_vague(&normalised(&own.descriptor)))
    }
}

impl MatchType {
    /// The fewest letters and digits of a descriptor that is compared so.
    #[must_use]
    pub const fn least(self) -> usize {
        match self {
            Self::Contains => MIN_DESCRIPTOR,
            Self::StartsWith | Self::Equals => MIN_WHOLE_DESCRIPTOR,
        }
    }

    /// Whether a normalised pattern is so short a beginning that it may catch others' alerts.
    #[must_use]
    pub fn is_vague(self, pattern: &str) -> bool {
        self == Self::StartsWith && pattern.chars().count() < MIN_DESCRIPTOR
    }
}

fn descriptor_faults(descriptors: &[Descriptor]) -> Vec<Fault> {
    if descriptors.is_empty() {
        return vec![Fault::new(
            "ethoca_alert.descriptors",
            "EMPTY",
            "At least one descriptor is needed.",
        )];
    }
    descriptors
        .iter()
        .enumerate()
        .filter_map(|(at, own)| descriptor_fault(field(at), own))
        .collect()
}

fn descriptor_fault(field: String, own: &Descriptor) -> Option<Fault> {
    let (least, letters) = (own.match_type.least(), normalised(&own.descriptor).chars().count());
    if letters == 0 {
        let message = "It has no letter and no digit; blanks and signs are not compared.";
        return Some(Fault::new(field, "NOTHING_TO_COMPARE", message));
    }
    if letters < least {
        let message = format!(
            "At least {least} letters or digits are needed with {}.",
            own.match_type.as_str()
        );
        return Some(Fault::new(field, "DESCRIPTOR_TOO_SHORT", message));
    }
    let is_long = letters > MOST_CHARACTERS || own.descriptor.chars().count() > MOST_CHARACTERS;
    is_long.then(|| {
        Fault::new(field, "TOO_LONG", format!("At most {MOST_CHARACTERS} characters are taken."))
    })
}

fn field(at: usize) -> String {
    format!("ethoca_alert.descriptors[{at}].descriptor")
}

fn rdr_faults(bin: Option<&str>, caid: Option<&str>, arns: &[String]) -> Vec<Fault> {
    let mut faults = Vec::new();
    if arns.is_empty() && (bin.is_none() || caid.is_none()) {
        faults.push(Fault::new(
            "verifi_rdr",
            NOTHING_NAMED,
            "Give `bin` and `caid`, or at least one of `arns`.",
        ));
    }
    if bin.is_some_and(|text| !is_digits(text, 6..=6)) {
        faults.push(Fault::new("verifi_rdr.bin", "NOT_A_BIN", "A BIN is 6 digits."));
    }
    if caid.is_some_and(|text| {
        text.is_empty() || text.len() > 16 || !text.bytes().all(|b| b.is_ascii_alphanumeric())
    }) {
        faults.push(Fault::new(
            "verifi_rdr.caid",
            "NOT_A_CAID",
            "A CAID is 1 to 16 letters and digits.",
        ));
    }
    let wrong = arns.iter().enumerate().filter(|(_, arn)| !is_digits(arn, 23..=23));
    faults.extend(wrong.map(|(at, _)| {
        Fault::new(format!("verifi_rdr.arns[{at}]"), "NOT_AN_ARN", "An ARN is 23 digits.")
    }));
    faults
}
