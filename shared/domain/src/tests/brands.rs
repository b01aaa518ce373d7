//! Brands that one card may carry.

use crate::card::Brand;

#[test]
fn names_of_one_card_are_no_two_brands() {
    let named = |name| Brand::named(name).expect("a brand");
    for (one, other) in [
        ("mastercard", "maestro"),
        ("diners", "discover"),
        ("unionpay", "discover"),
        ("cartes_bancaires", "visa"),
        ("mastercard", "eftpos_au"),
        ("interac", "maestro"),
        ("visa", "visa"),
    ] {
        assert!(named(one).may_share_card(named(other)) && named(other).may_share_card(named(one)), "{one} {other}");
    }
    for (one, other) in [("visa", "mastercard"), ("amex", "cartes_bancaires"), ("diners", "unionpay"), ("interac", "eftpos_au")] {
        assert!(!named(one).may_share_card(named(other)) && !named(other).may_share_card(named(one)), "{one} {other}");
    }
    assert_eq!((Brand::named("link"), Brand::named("unknown")), (None, None));
}
