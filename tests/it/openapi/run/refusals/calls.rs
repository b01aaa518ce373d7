//! Calls that must be refused, each noted under the code of its error.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use jiff::SignedDuration;
use serde_json::Value;

use super::{ORGANISATIONS, Refused};
use crate::openapi::recorder::held;

impl Refused {
    pub(super) async fn ask(&mut self, method: &str, path: &str, body: Value) {
        let key = self.shop.key.clone();
        self.ask_as(&key, method, path, body).await;
    }

    pub(super) async fn ask_as(&mut self, key: &str, method: &str, path: &str, body: Value) {
        self.send(
            Self::request(key, method, path, "application/json")
                .body(Body::from(body.to_string()))
                .expect("a request"),
        )
        .await;
    }

    pub(super) fn request(
        key: &str,
        method: &str,
        path: &str,
        media: &str,
    ) -> axum::http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {key}"));
        request.header("content-type", media).header("prefer", "respond-async")
    }

    pub(super) async fn send_text(&mut self, media: &str, body: &str) {
        self.send(
            Self::request(&self.shop.key, "POST", ORGANISATIONS, media)
                .body(Body::from(body.to_owned()))
                .expect("a request"),
        )
        .await;
    }

    /// The request must be refused, as the document says.
    pub(super) async fn send(&mut self, request: Request<Body>) {
        self.shop.world.clock.advance(SignedDuration::from_secs(1));
        let (method, at) = (request.method().to_string(), request.uri().to_string());
        let (parts, answer) = Box::pin(self.shop.world.answer(request)).await.into_parts();
        let bytes = to_bytes(answer, usize::MAX).await.expect("a body");
        let (path, query) = at.split_once('?').unwrap_or((&at, ""));
        held(
            &method,
            path,
            query,
            "",
            String::new(),
            (parts.status.as_u16(), &parts.headers, &bytes),
        );
        let told: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let code = told["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{method} {at} {}: {told}", parts.status))
            .to_owned();
        self.told.insert(code, told);
    }

    pub(super) async fn made(&self, path: &str, body: Value) -> Value {
        let (status, made) = self.shop.world.call("POST", path, &self.shop.key, Some(&body)).await;
        assert!(status < 300, "{path} {status}: {made}");
        made
    }
}
