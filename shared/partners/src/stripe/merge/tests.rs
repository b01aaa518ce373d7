use domain::basics::id::{IntegrationId, MerchantId, OrderId, OrganisationId};
use domain::basics::money::{Money, parse_currency};
use domain::sale::{PaymentStanding, SaleId};

use super::*;

mod captures;
mod methods;

fn seat() -> AccountContext {
    AccountContext {
        organisation: OrganisationId::from_seed(1),
        integration: IntegrationId::from_seed(2),
        merchant: Some(MerchantId::from_seed(3)),
        account: Some("acct_own".into()),
        connected: None,
        connect: domain::account::ConnectRefunds::default(),
    }
}

fn usd(minor: u64) -> Money {
    Money::new(minor, parse_currency("USD").expect("a currency"))
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
        authorised: ReportedTime::parse("2026-01-01").expect("a day"),
        settled: ReportedTime::parse("2026-01-02"),
        card: TruncatedCard {
            bin: Some("42424242".into()),
            last4: Some("0000".into()),
            brand: None,
        },
        arn: Some("74027012345678901234567".into()),
        auth_code: Some("000000".into()),
        network_transaction_id: None,
        descriptor: Some("OLD".into()),
        standing: PaymentStanding { failed: true, ..PaymentStanding::default() },
        wallet: None,
        presented: None,
    }
}

fn charge(members: &str) -> String {
    format!(
        r#"{{"id":"ch_1","amount":4900,"currency":"usd","created":1772000000,
        "payment_intent":"pi_1",{members},"calculated_statement_descriptor":"ACME",
        "payment_method_details":{{"card":{{"brand":"visa","last4":"4242","iin":"424242",
        "authorization_code":null,"network_transaction_id":"466061"}},"type":"card"}}}}"#
    )
}

fn intent(status: &str, charge: &str) -> StripePayment {
    let json = format!(
        r#"{{"id":"pi_1","amount":4900,"currency":"usd","created":1772000000,
        "status":"{status}","latest_charge":{charge}}}"#
    );
    StripePayment::from_intent(serde_json::from_str(&json).expect("a payment intent"))
}

fn merged(found: &StripePayment) -> Sale {
    merge_onto_sale(ordered(), found, &seat(), None).expect("a sale")
}

fn refund(id: &str, minor: u64, alert: Option<&str>) -> ProcessorRefund {
    let at = jiff::Timestamp::UNIX_EPOCH;
    ProcessorRefund {
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
    assert_eq!(
        (sale.order, sale.standing),
        (Some(OrderId::from_seed(4)), PaymentStanding::default())
    );
}

#[test]
fn a_payment_at_a_connected_account_is_another_sale() {
    let sale =
        merge_onto_sale(ordered(), &intent("succeeded", &charge(PAID)), &seat(), Some("acct_2"))
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
    let found = StripePayment {
        intent: None,
        charge: Some(serde_json::from_str(&json).expect("a charge")),
    };
    assert_eq!((found.payment_reference(), found.filter_parameter()), ("ch_1", ("charge", "ch_1")));
    assert!(merged(&found).standing.unsettled);
}

#[test]
fn the_dispute_that_gave_the_money_back_weighs_most() {
    let dispute = |id: &str, refundable, prevented| ProcessorDispute {
        id: id.into(),
        opened: jiff::Timestamp::UNIX_EPOCH,
        refundable,
        prevented,
    };
    let all =
        vec![dispute("a", true, false), dispute("b", false, true), dispute("c", false, false)];
    assert_eq!(weightiest_dispute(all.clone()).map(|dispute| dispute.id).as_deref(), Some("b"));
    assert_eq!(
        weightiest_dispute(vec![all[0].clone(), all[2].clone()])
            .map(|dispute| dispute.id)
            .as_deref(),
        Some("c")
    );
    assert_eq!(weightiest_dispute(Vec::new()), None);
}
