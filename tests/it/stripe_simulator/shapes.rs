//! Payments that are not plain, and the refunds that Stripe refuses of them.

use serde_json::{Value, json};

use super::{Bench, id};

/// A payment by a form, and its charge.
async fn paid(bench: &Bench, form: &str) -> (String, Value) {
    let (status, intent) = bench.post("/v1/payment_intents", &format!("{form}&confirm=true")).await;
    assert_eq!(status, 200, "{intent}");
    let charge = intent["latest_charge"].as_str().expect("paid").to_owned();
    (id(&intent), bench.get(&format!("/v1/charges/{charge}")).await.1)
}

/// The object of a kind that another object names by its id.
async fn read_named(bench: &Bench, path: &str, id: &Value) -> Value {
    bench.get(&format!("{path}/{}", id.as_str().expect("an id"))).await.1
}

#[tokio::test]
async fn a_refund_takes_back_only_what_was_passed_on() {
    let bench = Bench::new().await;
    let plain = bench.sale().await;
    for (term, message) in [
        ("reverse_transfer", "Cannot reverse transfer on charge"),
        ("refund_application_fee", "Attempting to refund_application_fee on"),
    ] {
        let (status, body) =
            bench.post("/v1/refunds", &format!("payment_intent={plain}&{term}=true")).await;
        assert!(
            status == 400
                && body["error"]["message"].as_str().is_some_and(|said| said.starts_with(message)),
            "{body}"
        );
    }
    let split = "amount=5000&currency=usd&payment_method=pm_card_visa\
                 &transfer_data[destination]=acct_1Seller&application_fee_amount=500";
    let (payment, charge) = paid(&bench, split).await;
    bench.stripe.sellers_can_pay(false);
    let both = format!(
        "payment_intent={payment}&amount=2500&reverse_transfer=true&refund_application_fee=true"
    );
    assert_eq!(bench.post("/v1/refunds", &both).await.1["error"]["code"], "balance_insufficient");
    bench.stripe.sellers_can_pay(true);
    assert_eq!(bench.post("/v1/refunds", &both).await.0, 200);
    let transfer = read_named(&bench, "/v1/transfers", &charge["transfer"]).await;
    let fee = read_named(&bench, "/v1/application_fees", &charge["application_fee"]).await;
    assert_eq!(
        (&transfer["amount_reversed"], &fee["amount_refunded"]),
        (&json!(2500), &json!(250))
    );
    let nobody = "amount=5000&currency=usd&payment_method=pm_card_visa&application_fee_amount=500";
    assert_eq!(bench.post("/v1/payment_intents", nobody).await.0, 400, "a fee of nobody's payment");
}

#[tokio::test]
async fn the_last_digits_that_must_be_zero_are() {
    let bench = Bench::new().await;
    let (payment, _) = paid(&bench, "amount=15500&currency=kwd&payment_method=pm_card_visa").await;
    for (amount, status) in [(1234, 400), (1240, 200)] {
        assert_eq!(
            bench.post("/v1/refunds", &format!("payment_intent={payment}&amount={amount}")).await.0,
            status,
            "{amount}"
        );
    }
    for (amount, currency) in [(1235, "omr"), (550, "isk"), (550, "ugx")] {
        let form = format!("amount={amount}&currency={currency}&payment_method=pm_card_visa");
        assert_eq!(
            bench.post("/v1/payment_intents", &form).await.1["error"]["param"],
            "amount",
            "{currency}"
        );
    }
}

#[tokio::test]
async fn the_index_finds_the_cards_digits_and_not_the_devices() {
    let bench = Bench::new().await;
    let wallet = "amount=4900&currency=usd&payment_method_data[type]=card\
                  &payment_method_data[card][number]=4242424242424242\
                  &payment_method_data[card][wallet][type]=apple_pay\
                  &payment_method_data[card][wallet][dynamic_last4]=9876";
    let (_, charge) = paid(&bench, wallet).await;
    assert_eq!(charge["payment_method_details"]["card"]["wallet"]["dynamic_last4"], "9876");
    let form = "amount=4900&currency=usd&payment_method_data[type]=card_present\
                &payment_method_data[card][number]=4242424242424242";
    let (_, read) = paid(&bench, form).await;
    assert_eq!(read["payment_method_details"]["card_present"]["last4"], "4242");
    bench.advance(60);
    let found = async |query: &str| {
        let path =
            format!("/v1/charges/search?query={}", query.replace(' ', "%20").replace('"', "%22"));
        bench.get(&path).await.1["data"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(found("payment_method_details.card.last4:\"9876\" AND amount:4900").await, 0);
    assert_eq!(
        found("payment_method_details.card.last4:\"4242\" AND amount:4900").await,
        1,
        "a terminal's stand elsewhere"
    );
    assert_eq!(found("amount:4900").await, 2);
}
