use proptest::prelude::*;

use super::number::is_luhn_valid;
use super::*;

#[test]
fn card_numbers_are_found_and_look_alikes_pass() {
    for number in [
        "4242424242424242",
        "4242 4242 4242 4242",
        "3782-822463-10005",
        "5555555555554444",
        "x4242424242424242y",
        "4242424242424242 0128",
    ] {
        assert!(has_card_number(number), "{number}");
        assert!(!truncate_card_numbers(number).contains("42424242424"), "{number}");
    }
    for other in [
        "74027012345678901234567",
        "1771322400123",
        "4242424242424241",
        "order-10001",
        "42424242424242424242",
    ] {
        assert!(!has_card_number(other), "{other}");
    }
}

#[test]
fn ids_of_transactions_and_uuids_are_no_card_numbers() {
    assert!(!has_card_number("42424242-4242-4242-8242-424242424242"), "a UUID by its groups");
    let fifteen = |head: &str| {
        (0..10)
            .map(|digit| format!("{head}{digit}"))
            .find(|id| is_luhn_valid(id))
            .unwrap_or_default()
    };
    for head in [
        "30420764331068",
        "50123483279614",
        "01612348327961",
        "36123483279614",
        "38999283279614",
        "57999283279614",
        "63999283279614",
    ] {
        assert!(!has_card_number(&fifteen(head)), "{head}");
        assert!(!has_card_number(&format!("the id is {} of it", fifteen(head))), "{head}");
    }
    for head in ["37144963539843", "34999283279614", "67599283279614"] {
        assert!(has_card_number(&fifteen(head)), "{head}");
    }
    for id in [
        "49941796-3533-4602-ab2c-d2efdb26a20c",
        "ord_49941796-3533-4602-AB2C-D2EFDB26A20C",
        "4994179635334602ab2cd2efdb26a20c",
        "txn-49941796-3533-4602-ab2c-d2efdb26a20c-eu",
    ] {
        assert!(!has_card_number(id), "{id}");
    }
    for number in [
        "4242424242424242-3533-4602-ab2c-d2efdb26a20c",
        "49941796-3533-4602-ab2c-d2efdb26a20c 4242424242424242",
        "49941796-3533-4602-1234-123456789012",
    ] {
        assert!(has_card_number(number), "{number}");
    }
}

#[test]
fn a_masked_or_clear_number_keeps_bin_and_last_four() {
    let card = TruncatedCard::from_number("424242******4242");
    assert_eq!(
        (card.bin.as_deref(), card.last4.as_deref(), card.brand),
        (Some("424242"), Some("4242"), Some(CardBrand::Visa))
    );
    assert_eq!(TruncatedCard::from_number("5555555555554444").bin.as_deref(), Some("55555555"));
    assert_eq!(TruncatedCard::from_number("************0005").bin, None);
    assert_eq!(TruncatedCard::from_number(""), TruncatedCard::default());
}

#[test]
fn names_of_one_card_are_no_two_brands() {
    let named = |name| CardBrand::from_name(name).expect("a brand");
    for (one, other) in [
        ("mastercard", "maestro"),
        ("diners", "discover"),
        ("unionpay", "discover"),
        ("cartes_bancaires", "visa"),
        ("mastercard", "eftpos_au"),
        ("interac", "maestro"),
        ("visa", "visa"),
    ] {
        assert!(
            named(one).can_share_card(named(other)) && named(other).can_share_card(named(one)),
            "{one} {other}"
        );
    }
    for (one, other) in [
        ("visa", "mastercard"),
        ("amex", "cartes_bancaires"),
        ("diners", "unionpay"),
        ("interac", "eftpos_au"),
    ] {
        assert!(
            !named(one).can_share_card(named(other)) && !named(other).can_share_card(named(one)),
            "{one} {other}"
        );
    }
    assert_eq!((CardBrand::from_name("link"), CardBrand::from_name("unknown")), (None, None));
}

#[test]
fn what_a_cut_leaves_is_looked_at_again() {
    assert!(!has_card_number(&truncate_card_numbers("4242424242424242 4242 4242 4242")));
}

proptest! {
    #[test]
    fn an_id_of_ours_is_none(
        number in "4[0-9]{15}",
        rest in "[0-9a-hjkmnp-tv-z]{10}",
        around in "[ \":/(]{0,3}",
    ) {
        let id = format!("mrch_{number}{rest}");
        prop_assert!(!has_card_number(&format!("{around}{id}{around}")), "{}", id);
        prop_assert_eq!(
            has_card_number(&format!("mrch_{number}")),
            has_card_number(&number),
            "what only begins as one is none of ours"
        );
    }

    #[test]
    fn a_uuid_is_none(
        id in "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        around in "[ \":/(]{0,3}",
    ) {
        let text = format!("{around}{id}{around}");
        prop_assert!(!has_card_number(&text), "{}", text);
    }

    #[test]
    fn a_number_beside_a_uuid_is_found(
        id in "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{11}[a-f]",
        number in "4[0-9]{14}",
    ) {
        let check = (0..10).find(|d| is_luhn_valid(&format!("{number}{d}"))).unwrap_or_default();
        for text in [
            format!("{id} {number}{check}"),
            format!("{number}{check} {id}"),
            format!("{id}{number}{check}"),
        ] {
            prop_assert!(has_card_number(&text), "{}", text);
        }
    }

    #[test]
    fn nothing_cut_still_holds_a_card_number(text in "[ -~]{0,60}", number in "4[0-9]{14}") {
        let check = (0..10).find(|d| is_luhn_valid(&format!("{number}{d}")));
        let text = format!("{text} {number}{} {text}", check.unwrap_or_default());
        prop_assert!(!has_card_number(&truncate_card_numbers(&text)));
    }
}
