//! Reason codes in each spelling, and the categories that codes belong to.

use super::*;

#[test]
fn each_networks_codes_have_their_category() {
    use ReasonCategory::{Authorisation, Consumer, Fraud, Processing};
    for (brand, code, expected) in [
        (CardBrand::Visa, "10.4", Fraud),
        (CardBrand::Visa, "11.3", Authorisation),
        (CardBrand::Visa, "12.6.1", Processing),
        (CardBrand::Visa, "13.1", Consumer),
        (CardBrand::Visa, "75", Fraud),
        (CardBrand::Visa, "41", Consumer),
        (CardBrand::Mastercard, "4837", Fraud),
        (CardBrand::Mastercard, "4808", Authorisation),
        (CardBrand::Mastercard, "4834", Processing),
        (CardBrand::Mastercard, "4853", Consumer),
        (CardBrand::Maestro, "4863", Fraud),
        (CardBrand::Amex, "C08", Consumer),
        (CardBrand::Amex, "FR2", Fraud),
        (CardBrand::Discover, "UA02", Fraud),
        (CardBrand::Discover, "AP", Consumer),
        (CardBrand::Diners, "DP", Processing),
    ] {
        assert_eq!(
            categorise_reason_code(Some(brand), Some(code), None),
            Some(expected),
            "{brand:?} {code}"
        );
    }
}

#[test]
fn a_code_is_read_however_it_is_written() {
    for (brand, code, expected) in [
        (Some(CardBrand::Visa), "  10.4", "10.4"),
        (Some(CardBrand::Visa), "104", "10.4"),
        (Some(CardBrand::Visa), "1261", "12.6.1"),
        (None, "1261", "12.6.1"),
        (Some(CardBrand::Mastercard), "53", "4853"),
        (Some(CardBrand::Mastercard), " 4853", "4853"),
        (Some(CardBrand::Visa), "53", "53"),
        (None, "53", "53"),
        (Some(CardBrand::Discover), "ua02 ", "UA02"),
    ] {
        assert_eq!(canonicalise_code(brand, code), expected, "{brand:?} {code}");
    }
    assert_eq!(
        categorise_reason_code(Some(CardBrand::Mastercard), Some(" 37"), None),
        Some(ReasonCategory::Fraud)
    );
    assert_eq!(categorise_reason_code(None, Some("4853"), None), Some(ReasonCategory::Consumer));
}

proptest::proptest! {
    #[test]
    fn codes_are_compared_as_their_canonical_forms(
        one in "[ .0-9A-Cuaé]{0,5}|(48)?[0-9]{2}",
        other in "[ .0-9A-Cuaé]{0,5}|(48)?[0-9]{2}",
        at in 0_usize..6,
    ) {
        let brand = [
            None,
            Some(CardBrand::Visa),
            Some(CardBrand::Mastercard),
            Some(CardBrand::Maestro),
            Some(CardBrand::Discover),
            Some(CardBrand::Interac),
        ][at];
        let wanted = canonicalise_code(brand, &other);
        proptest::prop_assert_eq!(
            is_spelling_of(&one, brand, &wanted),
            canonicalise_code(brand, &one) == wanted
        );
        proptest::prop_assert!(is_spelling_of(&other, brand, &wanted));
    }
}

#[test]
fn duplicate_processing_is_known_by_each_networks_code() {
    use DuplicateCertainty::{Certain, Possible};
    for (brand, code, expected) in [
        (Some(CardBrand::Visa), "12.6.1", Some(Certain)),
        (None, "1261", Some(Certain)),
        (Some(CardBrand::Visa), " 82", Some(Certain)),
        (Some(CardBrand::Mastercard), "34", Some(Possible)),
        (Some(CardBrand::Maestro), "4834", Some(Possible)),
        (Some(CardBrand::Amex), "p08", Some(Certain)),
        (Some(CardBrand::Discover), "DP", Some(Certain)),
        (Some(CardBrand::Visa), "12.6.2", None),
        (Some(CardBrand::Visa), "12.6", None),
        (Some(CardBrand::Mastercard), "82", None),
        (None, "10.4", None),
    ] {
        assert_eq!(classify_duplicate_code(brand, code), expected, "{brand:?} {code}");
    }
}

#[test]
fn what_no_table_has_goes_by_its_beginning_then_by_the_alerts_type_else_is_unknown() {
    assert_eq!(
        categorise_reason_code(Some(CardBrand::Visa), Some("13.99"), Some(AlertKind::Fraud)),
        Some(ReasonCategory::Consumer)
    );
    assert_eq!(
        categorise_reason_code(Some(CardBrand::Amex), Some("A99"), None),
        Some(ReasonCategory::Authorisation)
    );
    assert_eq!(
        categorise_reason_code(Some(CardBrand::Mastercard), Some("4999"), Some(AlertKind::Fraud)),
        Some(ReasonCategory::Fraud)
    );
    assert_eq!(
        categorise_reason_code(None, Some("53"), Some(AlertKind::Dispute)),
        Some(ReasonCategory::Consumer)
    );
    assert_eq!(categorise_reason_code(Some(CardBrand::Jcb), Some("546"), None), None);
    assert_eq!(categorise_reason_code(None, None, None), None);
}
