//! The Stripe simulator refuses, remembers and fails as Stripe does.

mod bench;
mod faults;
mod shapes;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::Method;
use serde_json::json;
use tests::simulate::stripe::{Opening, Stripe, signature};

use self::bench::{Bench, id, listen, read};

const START: i64 = 1_790_000_000;

#[tokio::test]
async fn a_payment_leaves_a_charge_that_can_be_found() {
    let bench = Bench::new().await;
    let intent = bench.pay(4900, "pm_card_mastercard").await;
    assert_eq!(intent["status"], "succeeded");
    let charge = bench
        .get(&format!("/v1/charges/{}", intent["latest_charge"].as_str().expect("paid")))
        .await
        .1;
    let card = &charge["payment_method_details"]["card"];
    assert_eq!(
        (&card["last4"], &card["iin"], &card["network"]),
        (&json!("4444"), &json!("555555"), &json!("mastercard"))
    );
    let query = "/v1/charges/search?query=amount%3A4900\
                 %20AND%20payment_method_details.card.last4%3A%224444%22\
                 %20AND%20created%3E%3D0";
    assert_eq!(bench.get(query).await.1["data"], json!([]), "search lags");
    let listed =
        bench.get(&format!("/v1/charges?created[gte]={START}&created[lte]={START}")).await.1;
    assert_eq!(id(&listed["data"][0]), id(&charge), "a list does not");
    bench.advance(60);
    assert_eq!(id(&bench.get(query).await.1["data"][0]), id(&charge));
    assert_eq!(bench.get("/v1/charges/search?query=colour:1").await.0, 400);
}

#[tokio::test]
async fn keys_are_asked_for_and_accounts_kept_apart() {
    let bench = Bench::new().await;
    let sale = bench.sale().await;
    let bare = bench.http.get(format!("{}/v1/charges", bench.url)).send().await.expect("an answer");
    assert_eq!(read(bare).await.0, 401);
    let basic =
        bench.http.get(format!("{}/v1/charges", bench.url)).basic_auth("sk_test_basic", Some(""));
    assert_eq!(read(basic.send().await.expect("an answer")).await.0, 200);
    let elsewhere = bench
        .ask(Method::GET, &format!("/v1/payment_intents/{sale}"))
        .header("stripe-account", "acct_1Other");
    let (status, body) = read(elsewhere.send().await.expect("an answer")).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("resource_missing")));
    bench.stripe.revoke_key("sk_test_bench");
    let (status, body) = bench.get("/v1/charges").await;
    assert_eq!((status, &body["error"]["code"]), (401, &json!("api_key_expired")));
    assert!(!format!("{:?}", bench.stripe.requests()).contains("sk_test"));
}

#[tokio::test]
async fn refunds_are_refused_as_at_stripe() {
    let bench = Bench::new().await;
    let sale = bench.sale().await;
    let (status, body) =
        bench.post("/v1/refunds", &format!("payment_intent={sale}&amount=5000")).await;
    assert_eq!((status, &body["error"]["param"]), (400, &json!("amount")));
    assert_eq!(
        bench.post("/v1/refunds", &format!("payment_intent={sale}&amount=900")).await.0,
        200
    );
    assert_eq!(
        bench.post("/v1/refunds", &format!("payment_intent={sale}")).await.1["amount"],
        4000
    );
    let (status, body) = bench.post("/v1/refunds", &format!("payment_intent={sale}")).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!("charge_already_refunded")));
    let held = bench
        .post(
            "/v1/payment_intents",
            "amount=9&currency=usd&payment_method=pm_card_visa&confirm=true&capture_method=manual",
        )
        .await
        .1;
    assert_eq!(held["status"], "requires_capture");
    assert_eq!(bench.post("/v1/refunds", &format!("payment_intent={}", id(&held))).await.0, 400);
    assert_eq!(bench.post("/v1/refunds", "payment_intent=pi_none").await.0, 404);
    assert_eq!(
        bench.post("/v1/refunds", "colour=red").await.1["error"]["code"],
        "parameter_unknown"
    );
    assert_eq!(bench.stripe.refunds().len(), 2);
}

#[tokio::test]
async fn a_dispute_blocks_a_refund_unless_it_is_an_inquiry() {
    let bench = Bench::new().await;
    let (inquired, disputed) = (bench.sale().await, bench.sale().await);
    bench.stripe.open_dispute(&disputed, &Opening::default()).expect("a charge");
    bench.stripe.open_dispute(&inquired, &Opening::of("fraudulent", "inquiry")).expect("a charge");
    let (_, body) = bench.post("/v1/refunds", &format!("payment_intent={disputed}")).await;
    assert_eq!(body["error"]["code"], "charge_disputed");
    assert_eq!(bench.post("/v1/refunds", &format!("payment_intent={inquired}")).await.0, 200);
    let closed = bench.get(&format!("/v1/disputes?payment_intent={inquired}")).await.1;
    assert_eq!(closed["data"][0]["status"], "warning_closed");
}

#[tokio::test]
async fn pending_refunds_count_until_they_fail() {
    let bench = Bench::new().await;
    let sale = bench.sale().await;
    bench.stripe.pending_refunds(1);
    let refund = bench.post("/v1/refunds", &format!("payment_intent={sale}")).await.1;
    assert_eq!(refund["status"], "pending");
    assert_eq!(bench.post("/v1/refunds", &format!("payment_intent={sale}")).await.0, 400);
    let failed = bench
        .stripe
        .settle_refund(&id(&refund), Some("insufficient_funds"))
        .expect("a pending refund");
    assert_eq!(failed["failure_reason"], "insufficient_funds");
    assert!(bench.stripe.settle_refund(&id(&refund), None).is_err(), "it has ended");
    let charge =
        bench.get(&format!("/v1/charges?payment_intent={sale}")).await.1["data"][0].clone();
    assert_eq!((&charge["amount_refunded"], &charge["refunded"]), (&json!(0), &json!(false)));
    assert_eq!(
        bench.post("/v1/refunds", &format!("payment_intent={sale}")).await.1["status"],
        "succeeded"
    );
}

#[tokio::test]
async fn a_subscription_leads_from_its_payment_to_its_end() {
    let bench = Bench::new().await;
    let customer = id(&bench.post("/v1/customers", "email=ada%40example.test").await.1);
    let price = "currency=usd&unit_amount=4900&recurring[interval]=month&product_data[name]=Gym";
    let price = id(&bench.post("/v1/prices", price).await.1);
    let form =
        format!("customer={customer}&items[0][price]={price}&default_payment_method=pm_card_visa");
    let subscription = bench.post("/v1/subscriptions", &form).await.1;
    assert_eq!(subscription["status"], "active");
    let charge = bench
        .get(&format!("/v1/charges?customer={customer}&expand[]=data.customer"))
        .await
        .1["data"][0]
        .clone();
    assert_eq!(charge["customer"]["email"], "ada@example.test");
    let intent = charge["payment_intent"].as_str().expect("an intent");
    let query = format!(
        "payment[type]=payment_intent&payment[payment_intent]={intent}&expand[]=data.invoice"
    );
    let payment = bench.get(&format!("/v1/invoice_payments?{query}")).await.1["data"][0].clone();
    assert_eq!(
        payment["invoice"]["parent"]["subscription_details"]["subscription"],
        subscription["id"]
    );
    bench.advance(31 * 86_400);
    bench.stripe.renew_subscription(&id(&subscription)).expect("alive");
    let charges = bench.get(&format!("/v1/charges?customer={customer}")).await.1;
    assert_eq!(charges["data"].as_array().map(Vec::len), Some(2));
    let path = format!("/v1/subscriptions/{}", id(&subscription));
    for (status, method) in [(200, Method::DELETE), (404, Method::DELETE), (200, Method::GET)] {
        assert_eq!(read(bench.ask(method, &path).send().await.expect("an answer")).await.0, status);
    }
    assert_eq!(
        bench.get(&format!("/v1/subscriptions?customer={customer}")).await.1["data"],
        json!([])
    );
}

#[tokio::test]
async fn declined_cards_leave_a_failed_charge() {
    let bench = Bench::new().await;
    let refused = bench.pay(4900, "pm_card_chargeDeclinedInsufficientFunds").await;
    assert_eq!(refused["error"]["decline_code"], "insufficient_funds");
    assert_eq!(refused["error"]["payment_intent"]["status"], "requires_payment_method");
    let charge = bench.get("/v1/charges").await.1["data"][0].clone();
    assert_eq!((&charge["status"], &charge["captured"]), (&json!("failed"), &json!(false)));
}

#[tokio::test]
async fn webhooks_are_signed_and_sent_again_when_asked() {
    let bench = Bench::new().await;
    let (heard, mut hearing) = tokio::sync::mpsc::unbounded_channel();
    let up = Arc::new(AtomicI64::new(500));
    let status = up.clone();
    let endpoint =
        axum::Router::new().fallback(move |headers: axum::http::HeaderMap, body: String| {
            let signed = headers["stripe-signature"].to_str().expect("text").to_owned();
            heard.send((signed, body)).expect("the test listens");
            let status = u16::try_from(status.load(Ordering::SeqCst)).expect("a status");
            async move { axum::http::StatusCode::from_u16(status).expect("a status") }
        });
    let form = format!(
        "url={}/hook&enabled_events[]=refund.created&enabled_events[]=refund.failed",
        listen(endpoint).await
    );
    let secret = bench.post("/v1/webhook_endpoints", &form).await.1["secret"]
        .as_str()
        .expect("shown once")
        .to_owned();
    bench.post("/v1/refunds", &format!("payment_intent={}", bench.sale().await)).await;
    let (signed, body) = hearing.recv().await.expect("a delivery");
    assert_eq!(signed, signature(&secret, START, &body));
    assert!(body.contains("\"refund.created\""));
    while bench.stripe.deliveries()[0].status.is_none() {
        tokio::task::yield_now().await;
    }
    up.store(200, Ordering::SeqCst);
    assert_eq!(bench.stripe.deliver_webhooks().await, 1);
    assert_eq!(hearing.recv().await.expect("a redelivery").1, body, "the same bytes");
    assert_eq!(bench.stripe.deliver_webhooks().await, 0);
    assert_eq!(bench.stripe.deliveries().len(), 1);
}

#[tokio::test]
async fn everything_outlives_a_restart() {
    let folder = std::env::temp_dir().join(format!("forestall-stripe-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let first = Stripe::new(|| START, Some(folder.clone()));
    let form = "amount=4900&currency=usd&payment_method=pm_card_visa&confirm=true";
    let (_, intent) = first.call(Method::POST, "/v1/payment_intents", form);
    let (status, _) =
        first.call(Method::POST, "/v1/refunds", &format!("payment_intent={}", id(&intent)));
    assert_eq!(status, 200);
    let second = Stripe::new(|| START, Some(folder.clone()));
    assert_eq!(second.refunds(), first.refunds());
    assert_eq!(second.requests().len(), 2);
    let (status, _) =
        second.call(Method::POST, "/v1/refunds", &format!("payment_intent={}", id(&intent)));
    assert_eq!(status, 400, "already refunded");
    std::fs::remove_dir_all(folder).expect("our own folder");
}
