use domain::basics::id::{IntegrationId, MerchantId, OrderId, OrganisationId};
use domain::basics::money::{Money, currency};
use domain::sale::{SaleId, Standing};

use super::*;

fn seat() -> Seat {
    Seat {
        organisation: OrganisationId::from_seed(1),
        integration: IntegrationId::from_seed(2),
        merchant: Some(MerchantId::from_seed(3)),
        account: Some("acct_own".into()),
        connected: None,
        connect: domain::account::ConnectRefunds::default(),
    }
}

fn usd(minor: u64) -> Money {
    Money::new(minor, currency("USD").expect("a currency"))
}

/// The sale as an order tells of it.
fn ordered() -> Sale {
    Sale {
        id: SaleId::of_order(&OrganisationId::from_seed(1), &IntegrationId::from_seed(9), "T-1"),
        transaction_id: "T-1".into(),
        payment: None,
        order: Some(OrderId::from_seed(4)),
        order_reference: Some("o-4".to_owned()),
        integration: IntegrationId::from_seed(9),
        merchant: None,
        amount: usd(1),
        authorised_amount: None,
        authorised: Moment::parse("2026-01-01").expect("a day"),
        settled: Moment::parse("2026-01-02"),
        card: Card { bin: Some("42424242".into()), last4: Some("0000".into()), brand: None },
        arn: Some("74027012345678901234567".into()),
        auth_code: Some("000000".into()),
        network_transaction_id: None,
        descriptor: Some("OLD".into()),
        standing: Standing { failed: true, ..Standing::default() },
        wallet: None,
        presented: None,
    }
}

fn charge(members: &str) -> String {
    format!(
        r#"{{"id":"ch_1","amount":4900,"currency":"usd","created":1772000000,"payment_intent":"pi_1",{members},
        "calculated_statement_descriptor":"ACME","payment_method_details":{{"card":{{"brand":"visa","last4":"4242","iin":"424242",
        "authorization_code":null,"network_transaction_id":"466061"}},"type":"card"}}}}"#
    )
}

fn intent(status: &str, charge: &str) -> Found {
    let json = format!(
        r#"{{"id":"pi_1","amount":4900,"currency":"usd","created":1772000000,"status":"{status}","latest_charge":{charge}}}"#
    );
    Found::of(serde_json::from_str(&json).expect("a payment intent"))
}

fn merged(found: &Found) -> Sale {
    onto(ordered(), found, &seat(), None).expect("a sale")
}

fn refund(id: &str, minor: u64, alert: Option<&str>) -> RefundSeen {
    let at = jiff::Timestamp::UNIX_EPOCH;
    RefundSeen {
        id: id.into(),
        amount: usd(minor),
        state: RefundState::Succeeded,
        at,
        alert: alert.map(str::to_owned),
        arn: None,
    }
}

const PAID: &str = r#""status":"succeeded","captured":true,"amount_captured":4900"#;

#[test]
fn stripe_is_right_and_the_order_fills_what_it_leaves_out() {
    let sale = merged(&intent("succeeded", &charge(PAID)));
    assert_eq!(sale.id, SaleId::at_processor(&OrganisationId::from_seed(1), "acct_own", "pi_1"));
    let payment = sale.payment.as_ref().map(|payment| {
        (payment.reference.as_str(), payment.charge.as_deref(), payment.account.as_deref())
    });
    assert_eq!(
        (sale.transaction_id.as_str(), payment),
        ("pi_1", Some(("pi_1", Some("ch_1"), Some("acct_own"))))
    );
    assert_eq!(
        (sale.amount, sale.authorised_amount, sale.authorised.day.to_string()),
        (usd(4900), None, "2026-02-25".to_owned())
    );
    assert_eq!(
        (sale.card.bin.as_deref(), sale.card.last4.as_deref()),
        (Some("42424242"), Some("4242"))
    );
    assert_eq!(
        (sale.auth_code.as_deref(), sale.network_transaction_id.as_deref()),
        (Some("000000"), Some("466061"))
    );
    assert_eq!(
        (sale.descriptor.as_deref(), sale.arn.is_some(), sale.merchant.is_some()),
        (Some("ACME"), true, true)
    );
    assert_eq!((sale.order, sale.standing), (Some(OrderId::from_seed(4)), Standing::default()));
}

#[test]
fn a_payment_at_a_connected_account_is_another_sale() {
    let sale = onto(ordered(), &intent("succeeded", &charge(PAID)), &seat(), Some("acct_2"))
        .expect("a sale");
    assert_eq!(sale.id, SaleId::at_processor(&OrganisationId::from_seed(1), "acct_2", "pi_1"));
    assert_eq!(sale.payment.and_then(|payment| payment.account).as_deref(), Some("acct_2"));
}

#[test]
fn each_status_says_whether_money_was_taken() {
    let held = charge(r#""status":"succeeded","captured":false"#);
    let released =
        charge(r#""status":"succeeded","captured":false,"refunded":true,"amount_refunded":4900"#);
    let declined = charge(r#""status":"failed""#);
    for (status, charge, failed, unsettled) in [
        ("succeeded", charge(PAID), false, false),
        ("requires_capture", held, false, true),
        ("processing", charge(r#""status":"pending""#), false, true),
        ("canceled", released, true, false),
        ("requires_payment_method", declined, true, false),
        ("requires_action", "null".to_owned(), true, false),
        ("a_status_of_the_future", charge(PAID), false, false),
    ] {
        let standing = merged(&intent(status, &charge)).standing;
        assert_eq!((standing.failed, standing.unsettled), (failed, unsettled), "{status}");
    }
}

#[test]
fn a_charge_without_an_intent_is_named_by_itself() {
    let json = charge(r#""status":"succeeded","captured":false"#).replace("\"pi_1\"", "null");
    let found =
        Found { intent: None, charge: Some(serde_json::from_str(&json).expect("a charge")) };
    assert_eq!((found.reference(), found.key()), ("ch_1", ("charge", "ch_1")));
    assert!(merged(&found).standing.unsettled);
}

#[test]
fn what_a_partial_capture_let_go_is_no_refund() {
    let part = |refunded: u64| {
        let members = format!(
            r#""status":"succeeded","captured":true,"amount_captured":4000,"amount_refunded":{refunded}"#
        );
        intent("succeeded", &charge(&members))
    };
    let sale = merged(&part(900));
    assert_eq!((sale.amount, sale.authorised_amount), (usd(4000), Some(usd(4900))));
    let (release, given) = (refund("re_1", 900, None), refund("re_2", 900, Some("alrt_1")));
    // Listed among the refunds, or counted only.
    assert_eq!(without_release(vec![given.clone(), release], &part(1800)), Ok(vec![given.clone()]));
    assert_eq!(without_release(vec![given.clone()], &part(1800)), Ok(vec![given.clone()]));
    let whole = intent("succeeded", &charge(PAID));
    assert_eq!(without_release(vec![given.clone()], &whole), Ok(vec![given]));
}

fn in_parts(status: &str, received: u64, open: u64, refunded: u64) -> Found {
    let members = format!(
        r#""status":"succeeded","captured":true,"amount_captured":{received},"amount_refunded":{refunded}"#
    );
    let mut found = intent(status, &charge(&members));
    if let Some(intent) = &mut found.intent {
        (intent.amount_received, intent.amount_capturable) = (received, open);
    }
    found
}

#[test]
fn what_was_captured_of_an_intent_that_waits_for_more_is_the_sale() {
    let sale = merged(&in_parts("requires_capture", 2900, 2000, 0));
    assert_eq!(
        (sale.amount, sale.authorised_amount, sale.standing.uncaptured),
        (usd(2900), Some(usd(4900)), Some(usd(2000)))
    );
    assert!(
        !sale.standing.unsettled && !sale.standing.failed,
        "money was taken: a void would tell what is not so"
    );
    let nothing = merged(&in_parts("requires_capture", 0, 4900, 0));
    assert!(nothing.standing.unsettled && nothing.standing.uncaptured.is_none());
    for status in ["canceled", "succeeded"] {
        let ended = in_parts(status, 2900, 0, 2000);
        let sale = merged(&ended);
        assert_eq!(
            (sale.amount, sale.standing.uncaptured, sale.standing.failed),
            (usd(2900), None, false),
            "{status}"
        );
        assert_eq!(
            without_release(vec![refund("re_1", 2000, None)], &ended),
            Ok(Vec::new()),
            "what was released is no refund"
        );
    }
    let given = refund("re_1", 2900, Some("alrt_1"));
    assert_eq!(
        without_release(vec![given.clone()], &in_parts("requires_capture", 2900, 2000, 2900)),
        Ok(vec![given])
    );
}

#[test]
fn what_a_void_let_go_is_no_refund() {
    let voided = intent(
        "canceled",
        &charge(r#""status":"succeeded","captured":false,"refunded":true,"amount_refunded":4900"#),
    );
    assert_eq!(without_release(vec![refund("re_1", 4900, None)], &voided), Ok(Vec::new()));
}

#[test]
fn the_dispute_that_gave_the_money_back_weighs_most() {
    let dispute = |id: &str, refundable, prevented| Dispute {
        id: id.into(),
        opened: jiff::Timestamp::UNIX_EPOCH,
        refundable,
        prevented,
    };
    let all =
        vec![dispute("a", true, false), dispute("b", false, true), dispute("c", false, false)];
    assert_eq!(weightiest(all.clone()).map(|dispute| dispute.id).as_deref(), Some("b"));
    assert_eq!(
        weightiest(vec![all[0].clone(), all[2].clone()]).map(|dispute| dispute.id).as_deref(),
        Some("c")
    );
    assert_eq!(weightiest(Vec::new()), None);
}

fn charge_of(method: &str, more: &str) -> Found {
    let json = format!(
        r#"{{"id":"ch_1","amount":4900,"amount_captured":4900,"currency":"usd","created":1772000000,"payment_intent":"pi_1","captured":true,
        "status":"succeeded","payment_method_details":{method}{more}}}"#
    );
    Found { intent: None, charge: Some(serde_json::from_str(&json).expect("a charge")) }
}

#[test]
fn a_cards_facts_are_read_from_wherever_it_was_read() {
    for kind in ["card_present", "interac_present"] {
        let method = format!(
            r#"{{"type":"{kind}","{kind}":{{"brand":"interac","network":"interac","last4":"4242","iin":"424242",
            "network_transaction_id":"016153570198200","wallet":{{"type":"apple_pay"}},"receipt":{{"authorization_code":"123456"}}}}}}"#
        );
        let sale = merged(&charge_of(&method, ""));
        assert_eq!(
            (sale.card.brand, sale.card.last4.as_deref()),
            (Some(Brand::Interac), Some("4242")),
            "{kind}"
        );
        assert_eq!(
            (sale.auth_code.as_deref(), sale.network_transaction_id.as_deref()),
            (Some("123456"), Some("016153570198200"))
        );
        assert_eq!(sale.wallet, Some(Wallet { device_last4: None }));
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
    let device = |digits: Option<&str>| Some(Wallet { device_last4: digits.map(Into::into) });
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
    assert_eq!(brand(r#""unknown""#, r#""cartes_bancaires""#), Some(Brand::CartesBancaires));
    assert_eq!(brand(r#""mastercard""#, r#""cartes_bancaires""#), Some(Brand::Mastercard));
    assert_eq!(brand(r#""link""#, "null"), None);
}

#[test]
fn what_the_cardholder_was_asked_for_is_read_of_the_charge_or_its_intent() {
    let card = r#"{"card":{}}"#;
    let eur = Some(Money::new(4321, currency("EUR").expect("a currency")));
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
            r#","transfer":"tr_1","transfer_data":{"destination":"acct_1"},"application_fee":"fee_1""#
        ),
        (true, true)
    );
    assert_eq!(
        split(r#","transfer":null,"transfer_data":{"destination":{"id":"acct_1"},"amount":null}"#),
        (true, false)
    );
    assert_eq!(
        split(
            r#","transfer_data":null,"transfer_group":"order-1","application_fee":null,"application_fee_amount":0"#
        ),
        (false, false)
    );
    let dinars = charge(PAID).replace("usd", "kwd");
    let step = |found: &Found| merged(found).payment.and_then(|payment| payment.refund_step);
    assert_eq!(
        (step(&intent("succeeded", &dinars)), step(&intent("succeeded", &charge(PAID)))),
        (Some(10), None)
    );
}
