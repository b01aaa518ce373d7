//! A call as it arrived, and what is remembered of it.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, header::AUTHORIZATION};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::faults::FaultKind;
use super::form::Form;

/// More than any form of Stripe's.
const LARGEST_BODY: usize = 1 << 20;

/// What is remembered of a request: nothing secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Received {
    /// Unix seconds.
    pub at: i64,
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// As it was sent.
    pub query: String,
    /// `Idempotency-Key`
    pub idempotency_key: Option<String>,
    /// `Stripe-Account`
    pub stripe_account: Option<String>,
    /// The status that was found; none if the request was lost before.
    pub status: Option<u16>,
    /// Whether the answer was that of an earlier request with the same key.
    pub replayed: bool,
    /// The fault that befell it.
    pub fault: Option<FaultKind>,
}

/// A call as it arrived.
pub struct Call {
    /// `GET`, `POST` or `DELETE`.
    pub method: Method,
    /// Without the query.
    pub path: String,
    /// As it was sent.
    pub query: String,
    /// Query and body together.
    pub form: Form,
    /// The secret key, from Bearer or Basic.
    pub secret: Option<String>,
    /// `Idempotency-Key`
    pub idempotency_key: Option<String>,
    /// `Stripe-Account`
    pub account: Option<String>,
    /// `Stripe-Version`
    pub version: Option<String>,
}

impl Call {
    /// Reads a request; a body that is broken off or too long counts as empty.
    pub async fn read(request: Request) -> Self {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, LARGEST_BODY).await.unwrap_or_default();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let header = |name: &str| {
            parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        Self {
            form: Form::decode(&[&query, &String::from_utf8_lossy(&body)]),
            path: parts.uri.path().trim_end_matches('/').to_owned(),
            query,
            secret: secret(&parts.headers),
            idempotency_key: header("idempotency-key").filter(|_| parts.method == Method::POST),
            account: header("stripe-account"),
            version: header("stripe-version"),
            method: parts.method,
        }
    }

    /// What is remembered of it.
    pub fn received(&self, at: i64) -> Received {
        Received {
            at,
            method: self.method.to_string(),
            path: self.path.clone(),
            query: self.query.clone(),
            idempotency_key: self.idempotency_key.clone(),
            stripe_account: self.account.clone(),
            status: None,
            replayed: false,
            fault: None,
        }
    }
}

fn secret(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(AUTHORIZATION)?.to_str().ok()?;
    match given.split_once(' ')? {
        ("Bearer", key) => Some(key.trim().to_owned()),
        ("Basic", pair) => {
            let pair = String::from_utf8(STANDARD.decode(pair.trim()).ok()?).ok()?;
            pair.split(':').next().map(str::to_owned)
        }
        _ => None,
    }
}
