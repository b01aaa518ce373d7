//! World's front door: the routes that API Gateway has, in process or on a port.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use flows::ProcessorClients;
use partner_api::{ApiContext, RateLimits};
use partners::Destinations;
use runtime::http::RequestTime;
use serde_json::Value;
use store::Store;
use tower::ServiceExt;

use super::World;

/// More than any route takes, so that the routes themselves refuse.
const MOST_BYTES: usize = 4 << 20;

impl World {
    /// The routes of both APIs.
    pub fn router(&self) -> axum::Router {
        axum::Router::new().fallback(enter).with_state(self.clone())
    }

    /// Calls the partner API: method, path, key, body. The answer's status and JSON.
    ///
    /// # Panics
    /// If the call itself cannot be made.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        key: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {key}"));
        let request =
            request.header("content-type", "application/json").header("prefer", "respond-async");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.answer(request.body(body).expect("a request")).await;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Answers a request as the gateways would.
    pub async fn answer(&self, mut request: Request) -> Response {
        request.extensions_mut().insert(RequestTime(self.clock.now()));
        let path = request.uri().path();
        if path.starts_with("/vendors/") {
            return from_lambda(alert_intake::handle(&self.intake, to_lambda(request).await).await);
        }
        if path.starts_with("/processor-events/") {
            return from_lambda(
                processor_events::handle(&self.store, &self.processors, to_lambda(request).await)
                    .await,
            );
        }
        match self.api.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

async fn enter(State(world): State<World>, request: Request) -> Response {
    world.answer(request).await
}

async fn to_lambda(request: Request) -> lambda_http::Request {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MOST_BYTES).await.unwrap_or_default();
    lambda_http::Request::from_parts(parts, lambda_http::Body::from(bytes.to_vec()))
}

fn from_lambda(response: lambda_http::Response<lambda_http::Body>) -> Response {
    response.map(|body| Body::from(body.to_vec()))
}

/// The partners' API.
pub(super) fn api(
    store: Store,
    processors: &ProcessorClients,
    (waits, rate_limit, webhooks): (Duration, u32, Destinations),
) -> axum::Router {
    let limits = RateLimits::per_minute(rate_limit);
    partner_api::build_router(ApiContext {
        store,
        processors: processors.clone(),
        waits,
        limits,
        webhooks,
    })
}
