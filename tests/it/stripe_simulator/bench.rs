//! The simulator as a test calls it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::http::Method;
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use tests::simulate::serve::serve;
use tests::simulate::stripe::Stripe;
use tokio::net::TcpListener;

use super::START;

/// The simulator behind a port of its own, with a clock that only a test moves.
pub(super) struct Bench {
    pub(super) stripe: Stripe,
    pub(super) clock: Arc<AtomicI64>,
    pub(super) http: reqwest::Client,
    pub(super) url: String,
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self::with(|stripe| stripe).await
    }

    pub(super) async fn with(adapt: impl FnOnce(Stripe) -> Stripe) -> Self {
        let clock = Arc::new(AtomicI64::new(START));
        let reading = clock.clone();
        let stripe = adapt(Stripe::new(move || reading.load(Ordering::SeqCst), None));
        let url = listen(stripe.router()).await;
        Self { stripe, clock, http: reqwest::Client::new(), url }
    }

    pub(super) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).bearer_auth("sk_test_bench")
    }

    pub(super) async fn get(&self, path: &str) -> (u16, Value) {
        read(self.ask(Method::GET, path).send().await.expect("an answer")).await
    }

    pub(super) async fn post(&self, path: &str, form: &str) -> (u16, Value) {
        self.keyed(path, form, None).await
    }

    pub(super) async fn keyed(&self, path: &str, form: &str, key: Option<&str>) -> (u16, Value) {
        read(self.sending(path, form, key).send().await.expect("an answer")).await
    }

    pub(super) fn sending(&self, path: &str, form: &str, key: Option<&str>) -> RequestBuilder {
        let request = self
            .ask(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded");
        let request =
            key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
        request.body(form.to_owned())
    }

    pub(super) async fn pay(&self, amount: i64, method: &str) -> Value {
        let form = format!("amount={amount}&currency=usd&payment_method={method}&confirm=true");
        self.post("/v1/payment_intents", &form).await.1
    }

    pub(super) async fn sale(&self) -> String {
        id(&self.pay(4900, "pm_card_visa").await)
    }

    pub(super) fn advance(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }
}

pub(super) async fn listen(router: axum::Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(serve(listener, router));
    url
}

pub(super) async fn read(response: Response) -> (u16, Value) {
    (response.status().as_u16(), response.json().await.expect("JSON"))
}

pub(super) fn id(object: &Value) -> String {
    object["id"].as_str().expect("an id").to_owned()
}
