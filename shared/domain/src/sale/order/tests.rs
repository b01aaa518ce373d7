use jiff::civil::date;

use super::*;
use crate::basics::card::{CardBrand, TruncatedCard};
use crate::basics::money::Money;
use crate::basics::time::ReportedTime;
use crate::sale::{PaymentStanding, Sale};

const PAYMENT: &str = "pi_3QJ2ABCD12345678";

/// The onboarding guide's own example.
fn an_order() -> Order {
    let integration = IntegrationId::derived(&["custom"]);
    Order {
        id: Order::derive_id(&integration, "order-10001"),
        organisation: OrganisationId::derived(&["acme"]),
        integration,
        merchant_id: None,
        kind: OrderKind::Complete,
        reference_id: "order-10001".into(),
        order_datetime: Timestamp::UNIX_EPOCH,
        order_number: Some("AF-10001".into()),
        order_subtotal_amount_in_cents: Some(4900),
        order_currency: "USD".into(),
        order_total_amount_in_cents: Some(4900),
        order_status: OrderStatus::ClosedComplete,
        items: None,
        is_subscription: None,
        customer_email: Some("casey.jordan@acmefitness.com".into()),
        transactions: vec![a_transaction()],
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        version: 1,
    }
}

fn a_transaction() -> OrderTransaction {
    OrderTransaction {
        reference_id: "txn-10001".into(),
        amount_in_cents: Some(4900),
        currency: Some("USD".into()),
        payment_method_type: Some(PaymentMethod::Card),
        authorisation_status: Some(AuthorisationStatus::Settled),
        payment_method_reference_id: Some(PAYMENT.into()),
        authorised_at: ReportedTime { day: date(2026, 2, 17), at: None },
        settled_at: None,
        payment_method_card_brand: Some("VISA".into()),
        payment_method_card_last_4: Some("4242".into()),
        payment_method_card_bin: None,
        authorisation_code: None,
        acquirer_reference_number: Some("74027012345678901234567".into()),
        network_transaction_id: None,
        descriptor: None,
        refunded_amount_in_cents: None,
        refunded_at: None,
    }
}

fn with(change: impl FnOnce(&mut OrderTransaction)) -> Order {
    let mut only = a_transaction();
    change(&mut only);
    Order { transactions: vec![only], ..an_order() }
}

fn standing_of(order: &Order) -> PaymentStanding {
    order.to_sales(|_| None).pop().map(|sale| sale.standing).unwrap_or_default()
}

fn at_stripe(reference: &str, account: Option<&str>) -> ProcessorPayment {
    let integration = IntegrationId::derived(&["stripe"]);
    ProcessorPayment::new_minimal(integration, account.map(Into::into), reference.into(), None)
}

#[test]
fn a_sale_is_found_again_by_its_place() {
    let mut second = a_transaction();
    second.payment_method_card_last_4 = Some("1111".into());
    let mut untold = a_transaction();
    (untold.amount_in_cents, untold.payment_method_reference_id) = (None, None);
    let order = Order { transactions: vec![untold, a_transaction(), second], ..an_order() };
    let sales = order.to_sales(|reference| Some(at_stripe(reference, Some("acct_1"))));
    assert_eq!(
        sales.iter().map(|sale| order.transaction_index_of(sale)).collect::<Vec<_>>(),
        [Some(1), Some(2)],
        "both views of one payment"
    );
    for sale in sales {
        let place = order.transaction_index_of(&sale).expect("its place");
        assert_eq!(order.sale_at_index(place, sale.payment.clone()), Some(sale));
    }
}

#[test]
fn a_transaction_is_a_sale_of_its_order() {
    let order = an_order();
    let card =
        TruncatedCard { bin: None, last4: Some("4242".into()), brand: Some(CardBrand::Visa) };
    let expected = Sale {
        id: SaleId::of_order(&order.organisation, &order.integration, "txn-10001"),
        transaction_id: PAYMENT.into(),
        payment: None,
        order: Some(order.id.clone()),
        order_reference: Some(order.reference_id.clone()),
        integration: order.integration.clone(),
        merchant: None,
        amount: Money::new(4900, crate::basics::money::Currency::USD),
        authorised_amount: None,
        authorised: ReportedTime { day: date(2026, 2, 17), at: None },
        settled: None,
        card,
        arn: Some("74027012345678901234567".into()),
        auth_code: None,
        network_transaction_id: None,
        descriptor: None,
        standing: PaymentStanding::default(),
        wallet: None,
        presented: None,
    };
    assert_eq!(order.to_sales(|_| None), [expected]);
}

#[test]
fn a_payment_that_a_processor_of_ours_has_is_named_as_there() {
    let order = an_order();
    let sales = order.to_sales(|reference| Some(at_stripe(reference, Some("acct_1"))));
    assert_eq!(
        sales.first().map(|sale| &sale.id),
        Some(&SaleId::at_processor(&order.organisation, "acct_1", PAYMENT))
    );
    let own = order.to_sales(|reference| Some(at_stripe(reference, None)));
    let integration = IntegrationId::derived(&["stripe"]);
    assert_eq!(
        own.first().map(|sale| &sale.id),
        Some(&SaleId::at_processor(&order.organisation, integration.as_str(), PAYMENT))
    );
    let foreign = with(|only| only.payment_method_reference_id = Some("bank-77".into()));
    assert_eq!(
        foreign
            .to_sales(|reference| Some(at_stripe(reference, None)))
            .pop()
            .map(|sale| sale.transaction_id),
        Some("txn-10001".into())
    );
}

#[test]
fn the_standing_follows_from_what_the_merchant_tells() {
    let standing = |status| standing_of(&with(|only| only.authorisation_status = Some(status)));
    assert!(
        standing(AuthorisationStatus::Declined).failed
            && standing(AuthorisationStatus::Voided).failed
    );
    assert!(
        standing(AuthorisationStatus::Authorised).unsettled
            && !standing(AuthorisationStatus::Settled).unsettled
    );
    assert_eq!(standing(AuthorisationStatus::Refunded).refunded_minor_units(), 4900);
    let part = with(|only| only.refunded_amount_in_cents = Some(900));
    let refunds = standing_of(&part).refunds;
    assert_eq!(
        refunds.iter().map(|refund| (refund.amount.minor, refund.at)).collect::<Vec<_>>(),
        [(900, part.updated_at)]
    );
}

#[test]
fn content_is_the_same_whenever_and_under_whatever_id_it_was_stored() {
    let order = an_order();
    let id = Order::derive_id(&order.integration, "another");
    let again = Order { id, updated_at: Timestamp::MAX, version: 7, ..order.clone() };
    assert!(order.has_same_content(&again));
    assert!(!order.has_same_content(&with(|only| only.amount_in_cents = Some(4901))));
}

/// The faults of an order, each as its field and its code.
fn faults(order: &Order) -> Vec<String> {
    let faults = order.find_errors().into_iter();
    faults.map(|fault| format!("{} {}", fault.field, fault.code)).collect()
}

#[test]
fn what_is_wrong_is_named_by_field() {
    assert!(faults(&an_order()).is_empty());
    let empty = Order {
        transactions: Vec::new(),
        reference_id: " ".into(),
        order_currency: "XYZ".into(),
        ..an_order()
    };
    assert_eq!(
        faults(&empty),
        ["reference_id BLANK", "order_currency CURRENCY_UNKNOWN", "transactions EMPTY"]
    );
    assert_eq!(
        faults(&Order { kind: OrderKind::Partial, transactions: Vec::new(), ..an_order() }),
        [""; 0]
    );
    let mut wrong = with(|only| {
        only.currency = Some("usdollar".into());
        only.payment_method_card_last_4 = Some("42".into());
        only.payment_method_card_bin = Some("4242424".into());
        only.acquirer_reference_number = Some("740270".into());
        only.refunded_amount_in_cents = Some(4901);
    });
    wrong.transactions.extend(an_order().transactions);
    let expected = [
        "transactions[0].currency CURRENCY_UNKNOWN",
        "transactions[0].payment_method_card_last_4 NOT_LAST_4",
        "transactions[0].payment_method_card_bin NOT_A_BIN",
        "transactions[0].acquirer_reference_number NOT_AN_ARN",
        "transactions[0].refunded_amount_in_cents MORE_THAN_PAID",
        "transactions[1].reference_id DUPLICATE_REFERENCE",
    ];
    assert_eq!(faults(&wrong), expected);
}

#[test]
fn a_partial_order_leaves_to_the_processor_what_it_does_not_tell() {
    let untold = |reference: &str| OrderTransaction {
        reference_id: reference.into(),
        amount_in_cents: None,
        currency: None,
        payment_method_type: None,
        authorisation_status: None,
        payment_method_reference_id: None,
        ..a_transaction()
    };
    let complete = Order { transactions: vec![untold(PAYMENT)], ..an_order() };
    let fields: Vec<String> = complete.find_errors().into_iter().map(|fault| fault.field).collect();
    let left_out = ["amount_in_cents", "currency", "payment_method_type", "authorisation_status"];
    assert_eq!(fields, left_out.map(|name| format!("transactions[0].{name}")));
    let partial = Order {
        kind: OrderKind::Partial,
        transactions: vec![untold(PAYMENT), untold("txn-7")],
        ..an_order()
    };
    assert!(partial.find_errors().is_empty());
    let sales = partial.to_sales(|reference| Some(at_stripe(reference, None)));
    assert_eq!(
        sales.iter().map(|sale| (&*sale.transaction_id, sale.has_amount())).collect::<Vec<_>>(),
        [(PAYMENT, false)]
    );
    assert_eq!(sales.first().map(|sale| &sale.standing), Some(&PaymentStanding::default()));
}

#[test]
fn the_stored_form_reads_back() {
    let order = an_order();
    let text = serde_json::to_string(&order).unwrap_or_default();
    assert_eq!(serde_json::from_str::<Order>(&text).ok(), Some(order));
}
