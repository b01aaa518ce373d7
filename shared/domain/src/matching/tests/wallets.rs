//! Cards that go by more than one name or number, and amounts that two currencies tell.

use super::*;
use crate::sale::CardWallet;

fn in_wallet(device_last4: Option<&str>) -> Sale {
    Sale {
        wallet: Some(CardWallet { device_last4: device_last4.map(Into::into) }),
        ..at_stripe("pi_1")
    }
}

/// What the bank tells of a device.
fn of_device(last4: &str) -> Claim {
    let card = TruncatedCard {
        bin: Some("481582".into()),
        last4: Some(last4.into()),
        brand: Some(CardBrand::Visa),
    };
    Claim { card, ..a_claim() }
}

fn evidence(claim: &Claim, sale: Sale) -> Vec<MatchEvidence> {
    MatchCandidate::from_named_sale(claim, sale).evidence
}

#[test]
fn a_wallets_device_is_the_card() {
    assert_eq!(found(&of_device("9876"), &[in_wallet(Some("9876"))]), "pi_1");
    let said = evidence(&of_device("9876"), in_wallet(Some("9876")));
    assert!(
        said.contains(&MatchEvidence::CardLast4) && said.contains(&MatchEvidence::DeviceLast4),
        "{said:?}"
    );
    assert!(!said.contains(&MatchEvidence::ContradictsCardBin), "{said:?}");
    // Some banks tell the card's own.
    let said = evidence(&a_claim(), in_wallet(Some("9876")));
    assert!(
        said.contains(&MatchEvidence::CardLast4)
            && said.contains(&MatchEvidence::CardBin)
            && !said.contains(&MatchEvidence::DeviceLast4),
        "{said:?}"
    );
}

#[test]
fn digits_that_are_neither_the_cards_nor_the_devices_contradict() {
    let said = evidence(&of_device("1111"), in_wallet(Some("9876")));
    assert!(
        said.contains(&MatchEvidence::ContradictsCardLast4)
            && said.contains(&MatchEvidence::ContradictsCardBin),
        "{said:?}"
    );
}

#[test]
fn a_device_whose_digits_nobody_told_is_for_a_person() {
    assert_eq!(found(&of_device("9876"), &[in_wallet(None)]), "WeakEvidence 1");
    let said = evidence(&of_device("9876"), in_wallet(None));
    assert!(
        !said.iter().any(|one| matches!(
            one,
            MatchEvidence::ContradictsCardLast4 | MatchEvidence::ContradictsCardBin
        )),
        "{said:?}"
    );
    let other_bin =
        Claim { card: TruncatedCard { bin: Some("411111".into()), ..a_card() }, ..a_claim() };
    assert!(
        evidence(&other_bin, in_wallet(None)).contains(&MatchEvidence::ContradictsCardBin),
        "the card's own digits go with its own BIN"
    );
}

#[test]
fn another_card_that_ends_as_the_device_does_leaves_it_to_a_person() {
    let other = Sale {
        card: TruncatedCard { bin: None, last4: Some("9876".into()), brand: Some(CardBrand::Visa) },
        ..at_stripe("pi_2")
    };
    assert_eq!(found(&of_device("9876"), &[in_wallet(Some("9876")), other]), "Tie 2");
}

#[test]
fn a_second_payment_of_the_card_whose_device_nobody_told_may_be_meant_as_well() {
    let again = Sale { wallet: Some(CardWallet { device_last4: None }), ..at_stripe("pi_2") };
    assert_eq!(found(&of_device("9876"), &[in_wallet(Some("9876")), again.clone()]), "Tie 2");
    let failed = Sale {
        standing: PaymentStanding { failed: true, ..PaymentStanding::default() },
        ..again.clone()
    };
    assert_eq!(
        found(&of_device("9876"), &[in_wallet(Some("9876")), failed]),
        "pi_1",
        "nobody disputes what was not paid"
    );
    let plastic = Sale { wallet: None, ..again.clone() };
    assert_eq!(
        found(&of_device("9876"), &[in_wallet(Some("9876")), plastic]),
        "pi_1",
        "its own digits would be told"
    );
    let coded = Claim { auth_code: Some("123456".into()), ..of_device("9876") };
    let own = Sale { auth_code: Some("123456".into()), ..in_wallet(Some("9876")) };
    assert_eq!(found(&coded, &[own, again]), "pi_1", "the code names it");
}

#[test]
fn a_payment_that_the_bank_told_late_may_be_meant_as_well() {
    let told = Claim { transacted: Some(day("2026-02-21T00:00:00Z")), ..a_claim() };
    let on = |name: &str, at: &str| Sale { authorised: day(at), ..at_stripe(name) };
    let (late, near) = (on("pi_1", "2026-02-17T09:00:00Z"), on("pi_2", "2026-02-18T09:00:00Z"));
    assert_eq!(found(&told, &[late, near.clone()]), "Tie 2", "four days before, and three");
    assert_eq!(
        found(&told, &[on("pi_1", "2026-02-11T09:00:00Z"), near]),
        "pi_2",
        "ten days are another purchase"
    );
}

#[test]
fn brands_of_one_card_do_not_contradict() {
    let maestro = |bin: &str| Claim {
        card: TruncatedCard {
            bin: Some(bin.into()),
            brand: CardBrand::from_digits(bin),
            ..a_card()
        },
        ..a_claim()
    };
    let named = |brand, bin: Option<&str>| {
        let card = TruncatedCard { bin: bin.map(Into::into), brand: Some(brand), ..a_card() };
        Sale { card, ..at_stripe("pi_1") }
    };
    assert_eq!(found(&maestro("676100"), &[named(CardBrand::Mastercard, Some("676100"))]), "pi_1");
    assert_eq!(found(&maestro("676100"), &[named(CardBrand::Mastercard, None)]), "pi_1");
    // One BIN is one brand, even where two name it as nobody knew they could.
    assert_eq!(found(&maestro("676100"), &[named(CardBrand::Amex, Some("676100"))]), "pi_1");
    assert_eq!(found(&maestro("676100"), &[named(CardBrand::Amex, None)]), "WeakEvidence 1");
}

#[test]
fn what_the_cardholder_was_asked_for_is_the_amount() {
    let euros = Money::new(4321, Currency::EUR);
    let presented = Sale { presented: Some(euros), ..at_stripe("pi_1") };
    let claim = Claim { amount: euros, ..a_claim() };
    assert_eq!(found(&claim, std::slice::from_ref(&presented)), "pi_1");
    let said = evidence(&claim, presented.clone());
    assert!(
        said.contains(&MatchEvidence::AmountExact)
            && said.contains(&MatchEvidence::AmountPresented),
        "{said:?}"
    );
    let near = Claim { amount: Money::new(4320, Currency::EUR), ..a_claim() };
    assert_eq!(found(&near, &[presented]), "WeakEvidence 1", "to the cent");
}

#[test]
fn a_device_and_an_amount_in_the_cardholders_currency_are_worth_a_look() {
    let elsewhere = Sale { amount: usd(1), ..in_wallet(Some("9876")) };
    assert!(
        is_of_card(&of_device("9876"), &elsewhere)
            && is_plausible_sale(&of_device("9876"), &elsewhere)
    );
    assert!(!is_plausible_sale(&of_device("1111"), &elsewhere));
    let euros = Money::new(4321, Currency::EUR);
    let presented =
        Sale { presented: Some(euros), card: TruncatedCard::default(), ..at_stripe("pi_1") };
    assert!(is_plausible_sale(&Claim { amount: euros, ..a_claim() }, &presented));
}
