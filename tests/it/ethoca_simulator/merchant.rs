//! A merchant that signs its calls, for the tests of the Ethoca simulator.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tests::simulate::ethoca::alert::Kind;
use tests::simulate::ethoca::oauth::{base_string, body_hash};
use tests::simulate::ethoca::{BASE_PATH, Credentials, Ethoca};
use tests::simulate::serve::serve;
use tokio::net::TcpListener;

pub const NOON: i64 = 1_773_489_600;

/// A merchant's side of a simulator that listens on a port of its own.
pub struct Merchant {
    pub ethoca: Ethoca,
    pub url: String,
    pub credentials: Credentials,
    pub nonces: AtomicU64,
}

impl Merchant {
    pub async fn new() -> Self {
        let ethoca = Ethoca::new(|| NOON, None);
        let credentials = ethoca.generate_credentials();
        Self::of(ethoca, credentials).await
    }

    pub async fn of(ethoca: Ethoca, credentials: Credentials) -> Self {
        let url = listen(ethoca.router()).await;
        Self { ethoca, url, credentials, nonces: AtomicU64::new(0) }
    }

    pub fn raised(&self, kind: Kind) -> String {
        let alert = self.ethoca.alert(kind, "ACMEFIT", "49.00", "USD").build();
        self.ethoca.raise(&alert);
        alert["alertId"].as_str().expect("an id").to_owned()
    }

    /// The header's parameters but the signature, as Mastercard's signers write them.
    pub fn claims(&self, body: &[u8]) -> Vec<(String, String)> {
        let nonce = format!("nonce{:011}", self.nonces.fetch_add(1, Ordering::SeqCst));
        let claims = [
            ("oauth_body_hash", body_hash(body)),
            ("oauth_consumer_key", self.credentials.consumer_key.clone()),
            ("oauth_nonce", nonce),
            ("oauth_signature_method", "RSA-SHA256".to_owned()),
            ("oauth_timestamp", NOON.to_string()),
            ("oauth_version", "1.0".to_owned()),
        ];
        claims.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    /// The header of a plain pull in which one parameter has another value.
    pub fn pull_header(&self, name: &str, value: &str) -> String {
        let changed = self.claims(b"").into_iter().map(|(known, old)| {
            let value = if known == name { value.to_owned() } else { old };
            (known, value)
        });
        self.header("GET", &format!("{}{BASE_PATH}/alerts", self.url), &changed.collect::<Vec<_>>())
    }

    pub fn header(&self, method: &str, url: &str, claims: &[(String, String)]) -> String {
        let key = RsaKeyPair::from_pkcs8(&self.credentials.private_key_pkcs8_der)
            .expect("the generated key");
        let mut signature = vec![0; key.public_modulus_len()];
        let text = base_string(method, url, claims);
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .expect("a signature");
        let written: Vec<String> =
            claims.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        format!(
            "OAuth {},oauth_signature=\"{}\"",
            written.join(","),
            escaped(&STANDARD.encode(signature))
        )
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        header: &str,
        body: Vec<u8>,
    ) -> Result<(u16, Value), reqwest::Error> {
        let url = format!("{}{BASE_PATH}{path}", self.url);
        let request = Client::new().request(method, url).header("authorization", header);
        let response = request.header("content-type", "application/json").body(body).send().await?;
        let status = response.status().as_u16();
        Ok((status, response.json().await.unwrap_or_default()))
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: &str,
    ) -> Result<(u16, Value), reqwest::Error> {
        let body = body.as_bytes().to_vec();
        let header = self.header(
            method.as_str(),
            &format!("{}{BASE_PATH}{path}", self.url),
            &self.claims(&body),
        );
        self.send(method, path, &header, body).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.call(Method::POST, path, &body.to_string()).await.expect("an answer")
    }

    pub async fn pull(&self, query: &str) -> (u16, Value) {
        self.call(Method::GET, &format!("/alerts{query}"), "").await.expect("an answer")
    }

    /// What the simulator answers below `/_simulator/`; null where it has nothing.
    pub async fn ask(&self, path: &str) -> Value {
        let response = Client::new().get(format!("{}/_simulator/{path}", self.url)).send().await;
        response.expect("an answer").json().await.unwrap_or_default()
    }

    pub async fn report(&self, item: Value) -> Value {
        let (status, body) = self.post("/outcomes", &json!({ "outcomes": [item] })).await;
        assert_eq!(status, 200, "{body}");
        body["outcomeResponses"][0].clone()
    }
}

pub async fn listen(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    tokio::spawn(serve(listener, router));
    format!("http://{address}")
}

pub fn escaped(text: &str) -> String {
    text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D").replace('!', "%21")
}

pub fn resolved(alert_id: &str) -> Value {
    json!({
        "alertId": alert_id, "outcome": "RESOLVED", "refundStatus": "REFUNDED",
        "refund": {
            "amount": { "value": 49, "currencyCode": "USD" }, "type": "REFUND",
            "timestamp": "2026-03-14T12:00:00.000Z"
        },
        "actionTimestamp": "2026-03-14T12:00:00.000Z",
    })
}

/// The reason code and `Recoverable` of an item's answer.
pub fn reason(answer: &Value) -> (&str, &Value) {
    let error = &answer["errors"]["Error"][0];
    (error["ReasonCode"].as_str().unwrap_or_default(), &error["Recoverable"])
}

/// Pairs of texts, owned.
pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Every fixture: its file's name and its text.
pub fn fixtures() -> impl Iterator<Item = (String, String)> {
    let directory = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ethoca"));
    std::fs::read_dir(directory).expect("the fixtures").map(|entry| {
        let path = entry.expect("an entry").path();
        (
            path.file_name().expect("a name").to_string_lossy().into_owned(),
            std::fs::read_to_string(&path).expect("a fixture"),
        )
    })
}
