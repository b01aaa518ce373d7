//! Authentication of requests by API key.

use axum::http::HeaderMap;
use domain::account::issued_key::IssuedApiKey;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use runtime::http::after_scheme;
use runtime::random::hash_secret;
use runtime::worker::error_chain;
use store::Store;

/// Authenticates a request by its API key.
///
/// # Errors
/// `UNAUTHENTICATED` if the key is missing or unknown, `UNAVAILABLE` if the store fails.
pub(crate) async fn authenticate(
    store: &Store,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<IssuedApiKey, ProblemDetails> {
    let secret =
        after_scheme(headers, "bearer").ok_or_else(|| ProblemDetails::unauthenticated("Bearer"))?;
    let issued = store
        .read_key_by_hash(&hash_secret(secret), now)
        .await?
        .ok_or_else(|| ProblemDetails::unauthenticated("Bearer"))?;
    if let Err(error) = store.record_key_use(&issued, now).await {
        // The day of the last use is informative only; the next request writes the day again.
        let chain = error_chain(&error);
        tracing::warn!(key = %issued.key.id, "Key's last use could not be kept: {chain}");
    }
    Ok(issued)
}
