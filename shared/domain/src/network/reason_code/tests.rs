//! Reason codes in each spelling, and the categories that codes belong to.

use super::*;

#[test]
fn each_networks_codes_have_their_category() {
    use Category::{Authorisation, Consumer, Fraud, Processing};
    for (brand, code, expected) in [
        (Brand::Visa, "10.4", Fraud),
        (Brand::Visa, "11.3", Authorisation),
        (Brand::Visa, "12.6.1", Processing),
        (Brand::Visa, "13.1", Consumer),
        (Brand::Visa, "75", Fraud),
        (Brand::Visa, "41", Consumer),
        (Brand::Mastercard, "4837", Fraud),
        (Brand::Mastercard, "4808", Authorisation),
        (Brand::Mastercard, "4834", Processing),
        (Brand::Mastercard, "4853", Consumer),
        (Brand::Maestro, "4863", Fraud),
        (Brand::Amex, "C08", Consumer),
        (Brand::Amex, "FR2", Fraud),
        (Brand::Discover, "UA02", Fraud),
        (Brand::Discover, "AP", Consumer),
        (Brand::Diners, "DP", Processing),
    ] {
        assert_eq!(category(Some(brand), Some(code), None), Some(expected), "{brand:?} {code}");
    }
}

#[test]
fn a_code_is_read_however_it_is_written() {
    for (brand, code, expected) in [
        (Some(Brand::Visa), "  10.4", "10.4"),
        (Some(Brand::Visa), "104", "10.4"),
        (Some(Brand::Visa), "1261", "12.6.1"),
        (None, "1261", "12.6.1"),
        (Some(Brand::Mastercard), "53", "4853"),
        (Some(Brand::Mastercard), " 4853", "4853"),
        (Some(Brand::Visa), "53", "53"),
        (None, "53", "53"),
        (Some(Brand::Discover), "ua02 ", "UA02"),
    ] {
        assert_eq!(canonical(brand, code), expected, "{brand:?} {code}");
    }
    assert_eq!(category(Some(Brand::Mastercard), Some(" 37"), None), Some(Category::Fraud));
    assert_eq!(category(None, Some("4853"), None), Some(Category::Consumer));
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
            Some(Brand::Visa),
            Some(Brand::Mastercard),
            Some(Brand::Maestro),
            Some(Brand::Discover),
            Some(Brand::Interac),
        ][at];
        let wanted = canonical(brand, &other);
        proptest::prop_assert_eq!(
            is_spelling_of(&one, brand, &wanted),
            canonical(brand, &one) == wanted
        );
        proptest::prop_assert!(is_spelling_of(&other, brand, &wanted));
    }
}

#[test]
fn duplicate_processing_is_known_by_each_networks_code() {
    use Duplicate::{Certain, Possible};
    for (brand, code, expected) in [
        (Some(Brand::Visa), "12.6.1", Some(Certain)),
        (None, "1261", Some(Certain)),
        (Some(Brand::Visa), " 82", Some(Certain)),
        (Some(Brand::Mastercard), "34", Some(Possible)),
        (Some(Brand::Maestro), "4834", Some(Possible)),
        (Some(Brand::Amex), "p08", Some(Certain)),
        (Some(Brand::Discover), "DP", Some(Certain)),
        (Some(Brand::Visa), "12.6.2", None),
        (Some(Brand::Visa), "12.6", None),
        (Some(Brand::Mastercard), "82", None),
        (None, "10.4", None),
    ] {
        assert_eq!(duplicate(brand, code), expected, "{brand:?} {code}");
    }
}

#[test]
fn what_no_table_has_goes_by_its_beginning_then_by_the_alerts_type_else_is_unknown() {
    assert_eq!(
        category(Some(Brand::Visa), Some("13.99"), Some(Kind::Fraud)),
        Some(Category::Consumer)
    );
    assert_eq!(category(Some(Brand::Amex), Some("A99"), None), Some(Category::Authorisation));
    assert_eq!(
        category(Some(Brand::Mastercard), Some("4999"), Some(Kind::Fraud)),
        Some(Category::Fraud)
    );
    assert_eq!(category(None, Some("53"), Some(Kind::Dispute)), Some(Category::Consumer));
    assert_eq!(category(Some(Brand::Jcb), Some("546"), None), None);
    assert_eq!(category(None, None, None), None);
}
