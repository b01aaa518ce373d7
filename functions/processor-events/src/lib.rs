//! A processor speaks by itself: its signed word makes us look, and what we then read is what counts.

use domain::account::Integration;
use domain::id::IntegrationId;
use jiff::Timestamp;
use lambda_http::{Body, Request, Response};
use partners::stripe::{ProcessorEvent, parse_event, verify_webhook};
use runtime::heard::{Word, heard};
use runtime::http::{self, Problem};
use runtime::worker::chain;
use runtime::{Failure, Processors};
use store::Store;

/// `POST /processor-events/{integration_id}`: an event of the processor behind the integration.
pub async fn handle(store: &Store, processors: &Processors, request: Request) -> Response<Body> {
    let now = http::now(&request);
    match take(store, processors, &request, now).await {
        Ok(()) => Response::default(),
        Err(problem) => problem.response(&http::request_id(&request)),
    }
}

async fn take(store: &Store, processors: &Processors, request: &Request, now: Timestamp) -> Result<(), Problem> {
    let integration = sender(store, request).await?;
    let credentials = processors.credentials(&integration, now).await.map_err(later)?;
    let secret = credentials.webhook_secret.ok_or_else(nobody)?;
    let header = request.headers().get("stripe-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    verify_webhook(&secret, header, request.body(), now).map_err(|_| Problem::unauthenticated("Stripe-Signature"))?;
    match parse_event(request.body()) {
        Ok(ProcessorEvent::Refund { refund, .. }) => match Word::of(&refund) {
            Some(word) => heard(store, processors, &integration, &word, now).await.map_err(later),
            None => Ok(()), // not ours
        },
        Ok(ProcessorEvent::DisputeOpened { .. } | ProcessorEvent::Other { .. }) => Ok(()), // read at the processor when it matters
        Err(unreadable) => {
            tracing::error!(integration = %integration.id, "Processor event cannot be read: {unreadable}");
            Ok(())
        }
    }
}

async fn sender(store: &Store, request: &Request) -> Result<Integration, Problem> {
    let last = request.uri().path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let id: IntegrationId = last.parse().map_err(|_| nobody())?;
    store.record(id.as_str()).await?.ok_or_else(nobody)
}

fn nobody() -> Problem {
    Problem::not_found("integration that takes events")
}

/// The processor sends the event again.
fn later(failure: impl Into<Failure>) -> Problem {
    let failure = failure.into();
    tracing::warn!(failure = %chain(&failure), "Processor event is asked for again: {failure}");
    Problem::unavailable(None)
}
