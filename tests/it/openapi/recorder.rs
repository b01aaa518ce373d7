//! Calls as a client makes them, noted as the document's examples: under the operation, with what
//! differs from run to run put into one form.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::world::World;

use super::conversation::{Asked, Told, hold, operations};

/// One call of an operation.
#[derive(Debug, Clone)]
pub struct Example {
    pub path: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub media: String,
    pub request: Option<Value>,
    pub status: u16,
    pub response: Option<Value>,
}

/// Who calls, and what was noted so far, by the operations' names.
pub struct Recorder {
    pub world: World,
    pub key: String,
    pub noted: BTreeMap<String, Example>,
}

impl Recorder {
    pub fn new(world: &World, key: &str) -> Self {
        Self { world: world.clone(), key: key.to_owned(), noted: BTreeMap::new() }
    }

    /// A call that is noted; its answer must be a success.
    pub async fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> Value {
        let text = body.as_ref().map(ToString::to_string).unwrap_or_default();
        self.send(method, path, "application/json", text, body).await
    }

    /// The same with a file of CSV.
    pub async fn ask_csv(&mut self, path: &str, text: &str) -> Value {
        self.send("POST", path, "text/csv", text.to_owned(), Some(json!(text))).await
    }

    async fn send(
        &mut self,
        method: &str,
        at: &str,
        media: &str,
        text: String,
        body: Option<Value>,
    ) -> Value {
        // what is listed by time has one order
        self.world.clock.advance(SignedDuration::from_secs(1));
        let request = self.build_request(method, at, media, &text);
        let (parts, answer) = self.world.answer(request).await.into_parts();
        let bytes = to_bytes(answer, usize::MAX).await.expect("a body");
        assert!(
            parts.status.is_success(),
            "{method} {at} {}: {}",
            parts.status,
            String::from_utf8_lossy(&bytes)
        );
        let (path, query) = at.split_once('?').unwrap_or((at, ""));
        held(method, path, query, media, text, (parts.status.as_u16(), &parts.headers, &bytes));
        let (template, operations) = operations(path).expect("a route");
        let operation =
            operations[method.to_lowercase()]["operationId"].as_str().expect("a name").to_owned();
        let example = Example {
            path: ids(template, path),
            query: pairs(query),
            media: media.into(),
            request: body,
            status: parts.status.as_u16(),
            response: serde_json::from_slice(&bytes).ok(),
        };
        self.noted.insert(operation, example.clone());
        example.response.unwrap_or_default()
    }

    fn build_request(&self, method: &str, at: &str, media: &str, text: &str) -> Request<Body> {
        let request = Request::builder()
            .method(method)
            .uri(at)
            .header("authorization", format!("Bearer {}", self.key));
        let request = request
            .header("prefer", "respond-async")
            .header("content-type", media)
            .body(Body::from(text.to_owned()));
        request.expect("a request")
    }
}

/// The document must say what happened.
pub fn held(
    method: &str,
    path: &str,
    query: &str,
    media: &str,
    body: String,
    told: (u16, &HeaderMap, &[u8]),
) {
    let asked = Asked {
        method: method.into(),
        path: path.into(),
        query: query.into(),
        media: media.into(),
        body: body.into_bytes(),
    };
    hold(&asked, &Told { status: told.0, headers: told.1, body: told.2 });
}

fn ids(template: &str, path: &str) -> Vec<(String, String)> {
    let parts = template.split('/').zip(path.trim_end_matches('/').split('/'));
    parts
        .filter_map(|(own, part)| {
            Some((own.strip_prefix('{')?.strip_suffix('}')?.to_owned(), part.to_owned()))
        })
        .collect()
}

fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
