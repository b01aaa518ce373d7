//! Idempotency keys as Stripe keeps them: the first answer after execution began, 500s among them,
//! for a day.

use axum::http::Method;
use serde::{Deserialize, Serialize};

use super::conversation::fingerprint;
use super::memory::Memory;
use super::refusal::Refusal;
use super::requests::Call;

/// How long a key is kept, in seconds.
const KEPT: i64 = 24 * 3600;

/// The longest key there may be.
const LONGEST_KEY: usize = 255;

/// The first answer to a key.
#[derive(Clone, Serialize, Deserialize)]
pub struct Remembered {
    asked: String,
    at: i64,
    /// HTTP status.
    pub status: u16,
    /// The very bytes.
    pub body: String,
    /// `req_...` of the request that was executed.
    pub request: String,
}

/// The place of this call's key, if it has one: keys belong to an account.
pub fn slot(call: &Call, account: &str) -> Option<String> {
    let key = call.idempotency_key.as_deref().filter(|_| call.method == Method::POST)?;
    Some(format!("{account} {key}"))
}

/// The remembered answer, if there is one; refuses a key that is in use or was used for something
/// else.
pub fn recall(
    memory: &Memory,
    call: &Call,
    slot: &str,
    now: i64,
) -> Result<Option<Remembered>, Refusal> {
    let key = call.idempotency_key.as_deref().unwrap_or_default();
    if key.len() > LONGEST_KEY {
        return Err(Refusal::invalid("Idempotency keys have at most 255 characters.")
            .param("Idempotency-Key"));
    }
    if memory.executing.contains(slot) {
        let message = format!(
            "There is currently another in-progress request using this Idempotent Key: {key}."
        );
        return Err(Refusal::new(409, "idempotency_error", message).code("idempotency_key_in_use"));
    }
    match memory.answers.get(slot).filter(|kept| now - kept.at < KEPT) {
        Some(kept) if kept.asked != asked(call) => {
            let message = "Keys for idempotent requests can only be used with the same parameters \
                they were first used with.";
            Err(Refusal::new(400, "idempotency_error", format!("{message} Key: '{key}'.")))
        }
        found => Ok(found.cloned()),
    }
}

/// Keeps the first answer to a key.
pub fn remember(
    memory: &mut Memory,
    call: &Call,
    slot: String,
    now: i64,
    answer: (u16, &str, &str),
) {
    let (status, body, request) = answer;
    let kept = Remembered {
        asked: asked(call),
        at: now,
        status,
        body: body.to_owned(),
        request: request.to_owned(),
    };
    memory.answers.insert(slot, kept);
}

/// A digest: what was asked may hold a card number.
fn asked(call: &Call) -> String {
    fingerprint(&format!("{} {} {}", call.method, call.path, call.form.canonical()))
}
