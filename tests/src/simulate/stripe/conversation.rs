//! One call from its arrival to its answer: fault, key, idempotency, execution.

use aws_lc_rs::digest::{SHA256, digest};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::super::serve::DropConnection;
use super::desk::{Desk, PLATFORM, token};
use super::faults::{self, FaultKind};
use super::memory::Memory;
use super::refusal::Refusal;
use super::requests::Call;
use super::webhooks::hex;
use super::{Stripe, idempotency, routes};

/// The first version whose shapes are spoken.
const OLDEST_VERSION: &str = "2025-08-27";

/// Answers one call under `/v1`.
pub async fn answer(State(stripe): State<Stripe>, request: Request) -> Response {
    let call = Call::read(request).await;
    let mut released = stripe.released();
    let (mut fault, mut reply) = stripe.change(|memory, now| hear(memory, &call, now));
    if fault == Some(FaultKind::Delay) {
        released.changed().await.unwrap_or_default();
        (fault, reply) = stripe.change(|memory, now| hear(memory, &call, now));
    }
    match fault {
        Some(FaultKind::LoseRequest | FaultKind::LoseAnswer) => return DropConnection::response(),
        // The sender lives as long as this call does.
        Some(FaultKind::Hold | FaultKind::HoldExecuting) => {
            released.changed().await.unwrap_or_default();
        }
        _ => {}
    }
    reply.respond(&call)
}

/// An answer as it goes over the wire.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// JSON.
    pub body: String,
    request: String,
    original: Option<String>,
}

/// Hears a call: remembers it, and executes it unless a fault forbids.
pub fn hear(memory: &mut Memory, call: &Call, now: i64) -> (Option<FaultKind>, Reply) {
    let request = format!("req_{}", token(memory.number(), 14));
    let mut received = call.received(now);
    received.fault = faults::take(memory, call);
    let executed = !matches!(received.fault, Some(FaultKind::LoseRequest | FaultKind::Delay));
    let reply = match received.fault.and_then(FaultKind::refusal) {
        Some(refusal) => Reply::of(&refusal, request),
        None if executed => serve(memory, call, now, received.fault, request),
        None => Reply { status: 0, body: String::new(), request, original: None },
    };
    received.status = executed.then_some(reply.status);
    received.replayed = reply.original.is_some();
    let fault = received.fault;
    memory.requests.push(received);
    (fault, reply)
}

/// SHA-256 of what is compared and not kept as it is.
pub fn fingerprint(secret: &str) -> String {
    hex(digest(&SHA256, secret.as_bytes()).as_ref())
}

impl Reply {
    fn of(refusal: &Refusal, request: String) -> Self {
        Self { status: refusal.status, body: refusal.body().to_string(), request, original: None }
    }

    fn respond(self, call: &Call) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response =
            (status, [(CONTENT_TYPE, "application/json")], self.body).into_response();
        let mut put = |name: &'static str, value: Option<&str>| {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                response.headers_mut().insert(name, value);
            }
        };
        put("request-id", Some(&self.request));
        put("idempotency-key", call.idempotency_key.as_deref());
        put("stripe-version", call.version.as_deref());
        put("stripe-account", call.account.as_deref());
        put("original-request", self.original.as_deref());
        put("idempotent-replayed", self.original.as_ref().map(|_| "true"));
        response
    }
}

fn serve(
    memory: &mut Memory,
    call: &Call,
    now: i64,
    fault: Option<FaultKind>,
    request: String,
) -> Reply {
    let account = match account(memory, call) {
        Ok(account) => account,
        Err(refusal) => return Reply::of(&refusal, request),
    };
    let slot = idempotency::slot(call, &account);
    let recalled =
        slot.as_ref().map_or(Ok(None), |slot| idempotency::recall(memory, call, slot, now));
    match recalled {
        Err(refusal) => return Reply::of(&refusal, request),
        Ok(Some(kept)) => {
            return Reply {
                status: kept.status,
                body: kept.body,
                request,
                original: Some(kept.request),
            };
        }
        Ok(None) => {}
    }
    let (reply, remembered) = execute(memory, call, now, &account, fault, request);
    if let Some(slot) = slot.filter(|_| remembered) {
        if fault == Some(FaultKind::HoldExecuting) {
            memory.executing.insert(slot.clone());
        }
        idempotency::remember(memory, call, slot, now, (reply.status, &reply.body, &reply.request));
    }
    reply
}

/// The reply, and whether an idempotency key remembers it.
fn execute(
    memory: &mut Memory,
    call: &Call,
    now: i64,
    account: &str,
    fault: Option<FaultKind>,
    request: String,
) -> (Reply, bool) {
    let mut desk =
        Desk { memory, account, now, request: (&request, call.idempotency_key.as_deref()) };
    let answer = match (routes::execute(&mut desk, call), fault) {
        (_, Some(FaultKind::Status500)) => {
            Err(Refusal::new(500, "api_error", "An unknown error occurred.").remember())
        }
        (answer, _) => answer,
    };
    match answer {
        Ok(body) => (Reply { status: 200, body: body.to_string(), request, original: None }, true),
        Err(refusal) => (Reply::of(&refusal, request), refusal.remembered),
    }
}

fn account(memory: &Memory, call: &Call) -> Result<String, Refusal> {
    let unauthorised = |message: &str| Refusal::new(401, "invalid_request_error", message);
    let key =
        call.secret.as_deref().ok_or_else(|| unauthorised("You did not provide an API key."))?;
    if !["sk_", "rk_"].iter().any(|prefix| key.starts_with(prefix) && key.len() > prefix.len() + 4)
    {
        return Err(unauthorised("Invalid API Key provided."));
    }
    let fingerprint = fingerprint(key);
    if memory.knobs.revoked_keys.contains(&fingerprint) {
        return Err(unauthorised("Expired API Key provided.").code("api_key_expired"));
    }
    if let Some(version) = call
        .version
        .as_deref()
        .filter(|version| version.get(..10).unwrap_or_default() < OLDEST_VERSION)
    {
        return Err(Refusal::invalid(format!("Invalid Stripe API version: {version}")));
    }
    let own = memory.knobs.accounts_of_keys.get(&fingerprint).map_or(PLATFORM, String::as_str);
    match call.account.as_deref() {
        None => Ok(own.to_owned()),
        Some(asked) if asked == own || (own == PLATFORM && asked.starts_with("acct_")) => {
            Ok(asked.to_owned())
        }
        Some(asked) => {
            let message = format!(
                "The provided key does not have access to account '{asked}' (or that account does \
                 not exist)."
            );
            Err(Refusal::new(403, "invalid_request_error", message).code("account_invalid"))
        }
    }
}
