//! Receives the events of processors. A signed event only triggers a re-read of the payment; the
//! re-read data decides. Any holder of the secret can sign any event: no event may trigger an alarm
//! for the operator.

mod waiting;

use domain::account::Integration;
use domain::basics::id::IntegrationId;
use domain::sale::{ProcessorPayment, ProcessorRefund, RefundState};
use flows::problem::{Code, ProblemDetails};
use flows::refund_report::{RefundReport, apply_report};
use flows::tenant_warning::warn_tenant;
use flows::{ProcessorClients, StageFailure};
use jiff::Timestamp;
use lambda_http::{Body, Request, Response};
use partners::PartnerError;
use partners::stripe::{EventPayment, ProcessorEvent, parse_event, verify_webhook};
use runtime::http;
use runtime::worker::{MessageFailure, error_chain};
use store::Store;
use waiting::ReportedAlerts;

/// Handles `POST /processor-events/{integration_id}`, an event of the integration's processor.
pub async fn handle(
    store: &Store,
    processors: &ProcessorClients,
    request: Request,
) -> Response<Body> {
    let now = http::request_time(&request);
    match take_event(store, processors, &request, now).await {
        Ok(()) => Response::default(),
        Err(problem) => problem.to_response(&http::request_id(&request)),
    }
}

async fn take_event(
    store: &Store,
    processors: &ProcessorClients,
    request: &Request,
    now: Timestamp,
) -> Result<(), ProblemDetails> {
    let integration = sending_integration(store, request).await?;
    verify_signature(processors, &integration, request, now).await?;
    match parse_event(request.body()) {
        Ok(ProcessorEvent::Refund { refund, of }) => {
            let payment = to_payment(&integration, of);
            Box::pin(apply_refund_event(
                store,
                processors,
                &integration,
                (&refund, payment.as_ref()),
                now,
            ))
            .await
            .map_err(retry_later)
        }
        Ok(ProcessorEvent::ChargeRefunded { of }) => match to_payment(&integration, of) {
            Some(payment) => Box::pin(waiting::wake_alerts(
                store,
                processors,
                &integration,
                (&payment, &ReportedAlerts::default()),
                now,
            ))
            .await
            .map_err(retry_later),
            None => Ok(()),
        },
        // Disputes are read from the processor when needed.
        Ok(ProcessorEvent::DisputeOpened { .. } | ProcessorEvent::Other { .. }) => Ok(()),
        Err(unreadable) => Err(refuse_unreadable(&integration, &unreadable)),
    }
}

/// Verifies the signature with the integration's own secret.
async fn verify_signature(
    processors: &ProcessorClients,
    integration: &Integration,
    request: &Request,
    now: Timestamp,
) -> Result<(), ProblemDetails> {
    let credentials = processors.open_credentials(integration, now).await.map_err(retry_later)?;
    let secret = credentials.webhook_secret.ok_or_else(unknown_integration)?;
    let header = request
        .headers()
        .get("stripe-signature")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    verify_webhook(&secret, header, request.body(), now)
        .map_err(|_| ProblemDetails::unauthenticated("Stripe-Signature"))
}

/// Warns the tenant about an unreadable event, and refuses the event.
fn refuse_unreadable(integration: &Integration, unreadable: &PartnerError) -> ProblemDetails {
    warn_tenant(&integration.organisation, "EVENT_UNREADABLE", integration.id.as_str(), unreadable);
    let detail = format!(
        "The event cannot be read: {unreadable}. Does the endpoint have another version of the \
         API?"
    );
    ProblemDetails::new(Code::InvalidRequest, detail)
}

/// Applies a refund's new state to its own alert or manual refund, and to all alerts that wait with
/// the same payment. Refunds by other parties count, too.
async fn apply_refund_event(
    store: &Store,
    processors: &ProcessorClients,
    integration: &Integration,
    (refund, payment): (&ProcessorRefund, Option<&ProcessorPayment>),
    now: Timestamp,
) -> Result<(), StageFailure> {
    let mut told =
        ReportedAlerts { by_others: refund.refund_cause().is_none(), ..ReportedAlerts::default() };
    if let Some(word) = RefundReport::from_refund(refund) {
        told.alerts.extend(word.cause.alert_id().cloned());
        apply_report(store, processors, integration, &word, now).await?;
    }
    let Some(payment) = payment else { return Ok(()) };
    if told.by_others {
        told.alerts =
            waiting::alerts_taking_refund(store, integration, payment, &refund.id).await?;
        for alert in &told.alerts {
            let (id, state, arn) = (refund.id.clone(), refund.state.clone(), refund.arn.clone());
            let word = RefundReport { cause: alert.into(), id, state, arn };
            apply_report(store, processors, integration, &word, now).await?;
        }
    }
    if refund.state == RefundState::Succeeded {
        Box::pin(waiting::wake_alerts(store, processors, integration, (payment, &told), now))
            .await?;
    }
    Ok(())
}

/// Returns the payment of an event, in the form that our sales use.
fn to_payment(integration: &Integration, of: EventPayment) -> Option<ProcessorPayment> {
    let account = of.account.or_else(|| integration.account.clone());
    let reference = of.payment.or_else(|| of.charge.clone())?;
    Some(ProcessorPayment::new_minimal(integration.id.clone(), account, reference, of.charge))
}

async fn sending_integration(
    store: &Store,
    request: &Request,
) -> Result<Integration, ProblemDetails> {
    let last = request.uri().path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let id: IntegrationId = last.parse().map_err(|_| unknown_integration())?;
    store.read_record(id.as_str()).await?.ok_or_else(unknown_integration)
}

fn unknown_integration() -> ProblemDetails {
    ProblemDetails::not_found("integration that takes events")
}

/// Asks the processor to send the event again. Only our own failures are answered as server errors.
/// A tenant can cause all other failures: no credentials, an alert at work, or a processor that
/// throttles us.
fn retry_later(failure: impl Into<StageFailure>) -> ProblemDetails {
    let failure = failure.into();
    let chain = error_chain(&failure);
    tracing::warn!(failure = %chain, "Processor event is asked for again: {failure}");
    match failure {
        StageFailure::Partner(error) => error.into(),
        StageFailure::Missing(_) => unknown_integration(),
        _ if failure.is_contention() => ProblemDetails::new(
            Code::Conflict,
            "The payment is being worked; send the event again.",
        ),
        _ => ProblemDetails::try_again_later(None),
    }
}
