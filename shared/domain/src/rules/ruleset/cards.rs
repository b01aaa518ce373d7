//! `CARD_BRAND` and `ISSUER_BIN`: conditions on the card.

use serde::{Deserialize, Serialize};

use super::TruthValue;
use super::compare::{ComparedSides, check_value_count, find_wrong_values, list_values};
use crate::account::enrolment::{FieldError, is_digits};
use crate::basics::card::CardBrand;

/// The card's brand: any of the listed brands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CardBrandParameters))]
pub struct CardBrandCondition {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub brands: Vec<CardBrand>,
}

/// The card's first digits: any of the listed BINs and ranges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = IssuerBinParameters))]
pub struct IssuerBinCondition {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bins: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<BinRange>,
}

/// A range of BINs of 6 or 8 digits each, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BinRange {
    pub from: String,
    pub to: String,
}

/// A range of 8-digit BINs, both ends included.
type EightDigitSpan = (u32, u32);

impl CardBrandCondition {
    pub(super) fn evaluate_against(&self, brand: Option<CardBrand>) -> TruthValue {
        TruthValue::from_optional_fact(brand, |own| self.brands.contains(&own))
    }

    pub(super) fn describe_sides(&self, brand: Option<CardBrand>) -> ComparedSides {
        let names: Vec<&str> = self.brands.iter().map(|brand| brand.as_str()).collect();
        ComparedSides::from_optional_fact(brand, "no card brand", list_values(&names), |own| {
            own.as_str().to_owned()
        })
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        check_value_count(&format!("{place}.brands"), self.brands.len(), "brand")
            .into_iter()
            .collect()
    }
}

impl IssuerBinCondition {
    /// Compares the BIN. Six digits cannot decide on a longer BIN: the result is then unknown.
    pub(super) fn evaluate_against(&self, bin: Option<&str>) -> TruthValue {
        let Some(own) = bin.and_then(|bin| parse_span(bin, bin)) else {
            return TruthValue::Unknown;
        };
        let (mut inside, mut meets) = (false, false);
        for wanted in self.bin_spans() {
            inside |= wanted.0 <= own.0 && own.1 <= wanted.1;
            meets |= wanted.0 <= own.1 && own.0 <= wanted.1;
        }
        match (inside, meets) {
            (true, _) => TruthValue::Met,
            (false, true) => TruthValue::Unknown,
            (false, false) => TruthValue::NotMet,
        }
    }

    pub(super) fn describe_sides(&self, bin: Option<&str>) -> ComparedSides {
        ComparedSides::from_optional_fact(
            bin.filter(|bin| parse_span(bin, bin).is_some()),
            "no BIN",
            list_values(&self.bin_labels()),
            str::to_owned,
        )
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        let mut faults: Vec<FieldError> = check_value_count(
            &format!("{place}.bins"),
            self.bins.len() + self.ranges.len(),
            "BIN or range",
        )
        .into_iter()
        .collect();
        faults.extend(find_wrong_values(
            &format!("{place}.bins"),
            &self.bins,
            |bin| is_bin(bin),
            "NOT_A_BIN",
            "A BIN is 6 or 8 digits.",
        ));
        let good = |range: &BinRange| {
            is_bin(&range.from) && is_bin(&range.to) && parse_span(&range.from, &range.to).is_some()
        };
        let message = "`from` and `to` are BINs of 6 or 8 digits, `to` not before `from`.";
        faults.extend(find_wrong_values(
            &format!("{place}.ranges"),
            &self.ranges,
            good,
            "NOT_A_RANGE",
            message,
        ));
        faults
    }

    fn bin_spans(&self) -> impl Iterator<Item = EightDigitSpan> {
        let single = self.bins.iter().filter_map(|bin| parse_span(bin, bin));
        single.chain(self.ranges.iter().filter_map(|range| parse_span(&range.from, &range.to)))
    }

    fn bin_labels(&self) -> Vec<String> {
        self.bins
            .iter()
            .cloned()
            .chain(self.ranges.iter().map(|range| format!("{}-{}", range.from, range.to)))
            .collect()
    }
}

/// Returns the range from the first 8-digit BIN of `from` to the last of `to`.
fn parse_span(from: &str, to: &str) -> Option<EightDigitSpan> {
    let span = (pad_to_eight_digits(from, 0)?, pad_to_eight_digits(to, 9)?);
    (span.0 <= span.1).then_some(span)
}

/// Pads the text to eight digits with the digit `fill`.
fn pad_to_eight_digits(text: &str, fill: u32) -> Option<u32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let filled = text.bytes().map(digit).chain((text.len()..8).map(|_| Some(fill)));
    filled.into_iter().try_fold(0_u32, |number, digit| number.checked_mul(10)?.checked_add(digit?))
}

fn is_bin(text: &str) -> bool {
    is_digits(text, 6..=6) || is_digits(text, 8..=8)
}
