//! A processor speaks by itself: its signed word makes us look, and what we then read is what
//! counts. Whoever has the secret can sign anything, so that nothing in an event rings for the
//! operator.

mod waiting;

use domain::account::Integration;
use domain::basics::id::IntegrationId;
use domain::sale::{Payment, RefundSeen, RefundState};
use flows::problem::{Code, Problem};
use flows::refund_report::{Word, heard};
use flows::tenant_warning::warn_tenant;
use flows::{Failure, Processors};
use jiff::Timestamp;
use lambda_http::{Body, Request, Response};
use partners::PartnerError;
use partners::stripe::{OfPayment, ProcessorEvent, parse_event, verify_webhook};
use runtime::http;
use runtime::worker::{Returns, chain};
use store::Store;
use waiting::Told;

/// `POST /processor-events/{integration_id}`: an event of the processor behind the integration.
pub async fn handle(store: &Store, processors: &Processors, request: Request) -> Response<Body> {
    let now = http::now(&request);
    match take(store, processors, &request, now).await {
        Ok(()) => Response::default(),
        Err(problem) => problem.response(&http::request_id(&request)),
    }
}

async fn take(
    store: &Store,
    processors: &Processors,
    request: &Request,
    now: Timestamp,
) -> Result<(), Problem> {
    let integration = sender(store, request).await?;
    verify(processors, &integration, request, now).await?;
    match parse_event(request.body()) {
        Ok(ProcessorEvent::Refund { refund, of }) => {
            let payment = payment_of(&integration, of);
            Box::pin(refunded(store, processors, &integration, (&refund, payment.as_ref()), now))
                .await
                .map_err(later)
        }
        Ok(ProcessorEvent::ChargeRefunded { of }) => match payment_of(&integration, of) {
            Some(payment) => Box::pin(waiting::wake(
                store,
                processors,
                &integration,
                (&payment, &Told::default()),
                now,
            ))
            .await
            .map_err(later),
            None => Ok(()),
        },
        // read at the processor when it matters
        Ok(ProcessorEvent::DisputeOpened { .. } | ProcessorEvent::Other { .. }) => Ok(()),
        Err(unreadable) => Err(refuse_unreadable(&integration, &unreadable)),
    }
}

/// Checks the signature by the integration's own secret.
async fn verify(
    processors: &Processors,
    integration: &Integration,
    request: &Request,
    now: Timestamp,
) -> Result<(), Problem> {
    let credentials = processors.credentials(integration, now).await.map_err(later)?;
    let secret = credentials.webhook_secret.ok_or_else(nobody)?;
    let header = request
        .headers()
        .get("stripe-signature")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    verify_webhook(&secret, header, request.body(), now)
        .map_err(|_| Problem::unauthenticated("Stripe-Signature"))
}

/// The tenant sees that its processor sends what cannot be read, and the processor is refused.
fn refuse_unreadable(integration: &Integration, unreadable: &PartnerError) -> Problem {
    warn_tenant(&integration.organisation, "EVENT_UNREADABLE", integration.id.as_str(), unreadable);
    let detail = format!(
        "The event cannot be read: {unreadable}. Does the endpoint have another version of the \
         API?"
    );
    Problem::new(Code::InvalidRequest, detail)
}

/// A refund has come further: whoever it was made for looks, and so does whoever waits with the
/// same payment, whoever made it.
async fn refunded(
    store: &Store,
    processors: &Processors,
    integration: &Integration,
    (refund, payment): (&RefundSeen, Option<&Payment>),
    now: Timestamp,
) -> Result<(), Failure> {
    let mut told = Told { by_others: refund.cause().is_none(), ..Told::default() };
    if let Some(word) = Word::of(refund) {
        told.alerts.extend(word.cause.alert().cloned());
        heard(store, processors, integration, &word, now).await?;
    }
    let Some(payment) = payment else { return Ok(()) };
    if told.by_others {
        told.alerts = waiting::takers(store, integration, payment, &refund.id).await?;
        for alert in &told.alerts {
            let (id, state, arn) = (refund.id.clone(), refund.state.clone(), refund.arn.clone());
            let word = Word { cause: alert.into(), id, state, arn };
            heard(store, processors, integration, &word, now).await?;
        }
    }
    if refund.state == RefundState::Succeeded {
        Box::pin(waiting::wake(store, processors, integration, (payment, &told), now)).await?;
    }
    Ok(())
}

/// The payment that an event is about, as our sales name it.
fn payment_of(integration: &Integration, of: OfPayment) -> Option<Payment> {
    let account = of.account.or_else(|| integration.account.clone());
    let reference = of.payment.or_else(|| of.charge.clone())?;
    Some(Payment::bare(integration.id.clone(), account, reference, of.charge))
}

async fn sender(store: &Store, request: &Request) -> Result<Integration, Problem> {
    let last = request.uri().path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let id: IntegrationId = last.parse().map_err(|_| nobody())?;
    store.record(id.as_str()).await?.ok_or_else(nobody)
}

fn nobody() -> Problem {
    Problem::not_found("integration that takes events")
}

/// The processor sends the event again. Only a failure of ours is answered as one: a tenant can
/// send events to integrations without credentials, at moments when alerts are being worked, and
/// while its processor throttles us.
fn later(failure: impl Into<Failure>) -> Problem {
    let failure = failure.into();
    tracing::warn!(failure = %chain(&failure), "Processor event is asked for again: {failure}");
    match failure {
        Failure::Partner(error) => error.into(),
        Failure::Missing(_) => nobody(),
        _ if failure.is_contention() => {
            Problem::new(Code::Conflict, "The payment is being worked; send the event again.")
        }
        _ => Problem::unavailable(None),
    }
}
