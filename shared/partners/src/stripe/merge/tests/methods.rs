//! What a charge tells besides its amount: the card and the wallet, what the cardholder was asked
//! for, and how the payment was split.

use super::*;

fn charge_of(method: &str, more: &str) -> StripePayment {
    let json = format!(
        r#"{{"id":"ch_1","amount":4900,"amount_captured":4900,"currency":"usd",
        "created":1772000000,"payment_intent":"pi_1","captured":true,"status":"succeeded",
        "payment_method_details":{method}{more}}}"#
    );
    StripePayment { intent: None, charge: Some(serde_json::from_str(&json).expect("a charge")) }
}

#[test]
fn a_cards_facts_are_read_from_wherever_it_was_read() {
    for kind in ["card_present", "interac_present"] {
        let method = format!(
            r#"{{"type":"{kind}","{kind}":{{"brand":"interac","network":"interac",
            "last4":"4242","iin":"424242","network_transaction_id":"016153570198200",
            "wallet":{{"type":"apple_pay"}},"receipt":{{"authorization_code":"123456"}}}}}}"#
        );
        let sale = merged(&charge_of(&method, ""));
        assert_eq!(
            (sale.card.brand, sale.card.last4.as_deref()),
            (Some(CardBrand::Interac), Some("4242")),
            "{kind}"
        );
        assert_eq!(
            (sale.auth_code.as_deref(), sale.network_transaction_id.as_deref()),
            (Some("123456"), Some("016153570198200"))
        );
        assert_eq!(sale.wallet, Some(CardWallet { device_last4: None }));
    }
    for without in [
        r#"{"type":"klarna","klarna":{"payment_method_category":"pay_later"}}"#,
        r#"{"type":"link","link":{}}"#,
        "null",
    ] {
        let sale = merged(&charge_of(without, ""));
        assert_eq!(
            (sale.amount, sale.card.last4.as_deref(), sale.wallet),
            (usd(4900), Some("0000"), None),
            "{without}"
        );
    }
}

#[test]
fn a_wallet_tells_the_devices_digits() {
    let wallet = |told: &str| {
        let method = format!(
            r#"{{"type":"card","card":{{"brand":"visa","last4":"4242","wallet":{told}}}}}"#
        );
        merged(&charge_of(&method, "")).wallet
    };
    let device = |digits: Option<&str>| Some(CardWallet { device_last4: digits.map(Into::into) });
    assert_eq!(
        wallet(r#"{"type":"apple_pay","dynamic_last4":"9876","apple_pay":{}}"#),
        device(Some("9876"))
    );
    assert_eq!(wallet(r#"{"type":"link","dynamic_last4":null}"#), device(None));
    assert_eq!(wallet("null"), None);
}

#[test]
fn a_brand_without_a_name_of_ours_is_that_of_its_network() {
    let brand = |brand: &str, network: &str| {
        let method = format!(r#"{{"type":"card","card":{{"brand":{brand},"network":{network}}}}}"#);
        merged(&charge_of(&method, "")).card.brand
    };
    assert_eq!(brand(r#""unknown""#, r#""cartes_bancaires""#), Some(CardBrand::CartesBancaires));
    assert_eq!(brand(r#""mastercard""#, r#""cartes_bancaires""#), Some(CardBrand::Mastercard));
    assert_eq!(brand(r#""link""#, "null"), None);
}

#[test]
fn what_the_cardholder_was_asked_for_is_read_of_the_charge_or_its_intent() {
    let card = r#"{"card":{}}"#;
    let eur = Some(Money::new(4321, parse_currency("EUR").expect("a currency")));
    let presented = |told: &str| {
        merged(&charge_of(card, &format!(r#","presentment_details":{told}"#))).presented
    };
    assert_eq!(presented(r#"{"presentment_amount":4321,"presentment_currency":"eur"}"#), eur);
    assert_eq!(
        presented(r#"{"presentment_amount":4900,"presentment_currency":"usd"}"#),
        None,
        "that is the sale's own"
    );
    assert_eq!(presented(r#"{"presentment_amount":4321,"presentment_currency":"zzz"}"#), None);
    assert_eq!(presented("null"), None);
    let mut of_intent = intent("succeeded", &charge(PAID));
    let told = serde_json::from_str(r#"{"presentment_amount":4321,"presentment_currency":"eur"}"#)
        .expect("details");
    if let Some(intent) = &mut of_intent.intent {
        intent.presentment_details = Some(told);
    }
    assert_eq!(merged(&of_intent).presented, eur);
}

#[test]
fn a_split_payment_and_the_steps_of_its_refunds_are_known() {
    let payment =
        |more: &str| merged(&charge_of(r#"{"card":{}}"#, more)).payment.expect("a payment");
    let split = |more: &str| (payment(more).is_transferred, payment(more).has_application_fee);
    assert_eq!(split(""), (false, false));
    assert_eq!(
        split(
            r#","transfer":"tr_1","transfer_data":{"destination":"acct_1"},
            "application_fee":"fee_1""#
        ),
        (true, true)
    );
    assert_eq!(
        split(r#","transfer":null,"transfer_data":{"destination":{"id":"acct_1"},"amount":null}"#),
        (true, false)
    );
    assert_eq!(
        split(
            r#","transfer_data":null,"transfer_group":"order-1","application_fee":null,
            "application_fee_amount":0"#
        ),
        (false, false)
    );
    let dinars = charge(PAID).replace("usd", "kwd");
    let step =
        |found: &StripePayment| merged(found).payment.and_then(|payment| payment.refund_step);
    assert_eq!(
        (step(&intent("succeeded", &dinars)), step(&intent("succeeded", &charge(PAID)))),
        (Some(10), None)
    );
}
