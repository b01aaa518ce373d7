//! Serves a simulator over real sockets, with the faults that only a transport can make: a
//! connection that closes without a byte, and an answer that never comes.

use std::convert::Infallible;
use std::fmt;
use std::future::pending;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;
use tracing::instrument::WithSubscriber;

pub use crate::gate::{Gate, Moment, Verdict};

/// Serves `router` until the future is dropped, which also cuts every open connection. A response
/// that carries [`DropConnection`] closes its connection without a byte.
pub async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(converse(stream, router.clone()).with_current_subscriber());
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Response extension: close the connection instead of sending this response.
#[derive(Clone, Copy, Debug)]
pub struct DropConnection;

impl DropConnection {
    /// The response that is never sent.
    #[must_use]
    pub fn response() -> Response {
        let mut response = ().into_response();
        response.extensions_mut().insert(Self);
        response
    }
}

/// `router` with `gate` before and after each of its calls.
pub fn gated(router: Router, name: &'static str, gate: Gate) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        let gate = gate.clone();
        async move {
            let call = format!("{name} {} {}", request.method(), request.uri().path());
            if let Some(lost) = obey(gate(&call, Moment::Before)).await {
                return lost;
            }
            let response = next.run(request).await;
            obey(gate(&call, Moment::After)).await.unwrap_or(response)
        }
    }))
}

async fn obey(verdict: Verdict) -> Option<Response> {
    match verdict {
        // those two are the store's own refusals
        Verdict::Pass | Verdict::Throttle | Verdict::Conflict => None,
        Verdict::Lose => Some(DropConnection::response()),
        Verdict::Hold => pending().await,
    }
}

async fn converse(stream: TcpStream, router: Router) {
    let service = service_fn(move |request| answer(router.clone(), request));
    // An error here is a caller who hung up, or a connection closed on purpose.
    hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await
        .ok();
}

/// Runs the call as a task of its own: a server goes on executing when its caller has hung up.
async fn answer(router: Router, request: hyper::Request<Incoming>) -> Result<Response, Dropped> {
    let call = tokio::spawn(router.oneshot(request.map(Body::new)).with_current_subscriber());
    let response: Result<Response, Infallible> = call.await.map_err(|_| Dropped)?;
    match response {
        Ok(response) if response.extensions().get::<DropConnection>().is_some() => Err(Dropped),
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the simulator dropped the connection")
    }
}

impl std::error::Error for Dropped {}
