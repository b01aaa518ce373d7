//! The calls of the demonstration: as a partner, as a shop at Stripe, and at the simulators' own
//! desks.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Failed, Target};

/// The shop's key at the Stripe simulator.
pub const STRIPE_KEY: &str = "sk_test_acme";

/// One HTTP client for all of them.
pub struct Client {
    http: reqwest::Client,
    target: Target,
}

impl Client {
    /// A client of the target.
    #[must_use]
    pub fn new(target: &Target) -> Self {
        Self { http: reqwest::Client::new(), target: target.clone() }
    }

    /// Reads from the partner API.
    ///
    /// # Errors
    /// A sentence, for any answer that is not 2xx.
    pub async fn get(&self, path: &str) -> Result<Value, Failed> {
        self.partner(Method::GET, path, None).await
    }

    /// Creates over the partner API.
    ///
    /// # Errors
    /// A sentence, for any answer that is not 2xx.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failed> {
        self.partner(Method::POST, path, Some(body)).await
    }

    /// Has Ethoca push an alert.
    ///
    /// # Errors
    /// A sentence, where its simulator does not answer.
    pub async fn push(&self, alert: &Value) -> Result<Value, Failed> {
        let Target { push_url, username, password, ethoca_simulator, .. } = &self.target;
        let body = json!({
            "url": push_url, "username": username, "password": password, "alerts": [alert]
        });
        self.answer(self.http.post(format!("{ethoca_simulator}/_simulator/push")).json(&body)).await
    }

    /// What the Ethoca simulator remembers.
    ///
    /// # Errors
    /// A sentence, where it does not answer.
    pub async fn ethoca(&self, what: &str) -> Result<Value, Failed> {
        self.answer(self.http.get(format!("{}/_simulator/{what}", self.target.ethoca_simulator)))
            .await
    }

    /// What the Stripe simulator remembers.
    ///
    /// # Errors
    /// A sentence, where it does not answer.
    pub async fn stripe_memory(&self, what: &str) -> Result<Value, Failed> {
        self.answer(self.http.get(format!("{}/_simulator/{what}", self.target.stripe_simulator)))
            .await
    }

    /// Calls Stripe as the shop.
    ///
    /// # Errors
    /// A sentence, for any answer that is not 2xx.
    pub async fn stripe(&self, path: &str, form: &[(&str, &str)]) -> Result<Value, Failed> {
        let url = format!("{}{path}", self.target.stripe_simulator);
        let request =
            if form.is_empty() { self.http.get(url) } else { self.http.post(url).form(form) };
        self.answer(request.bearer_auth(STRIPE_KEY)).await
    }

    async fn partner(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Failed> {
        let request = self
            .http
            .request(method, format!("{}{path}", self.target.api_url))
            .bearer_auth(&self.target.partner_api_key);
        self.answer(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Value, Failed> {
        let response = request.send().await.map_err(|error| format!("no answer: {error}"))?;
        let (status, url) = (response.status(), response.url().clone());
        let text = response.text().await.map_err(|error| format!("{url}: {error}"))?;
        if !status.is_success() {
            return Err(format!("{url} answered {status}: {text}"));
        }
        serde_json::from_str(&text).map_err(|error| format!("{url} answered no JSON: {error}"))
    }
}
