//! Whose API key a request carries.

use axum::http::HeaderMap;
use domain::account::issued_key::Issued;
use flows::problem::Problem;
use jiff::Timestamp;
use runtime::http::after_scheme;
use runtime::random::hash_secret;
use runtime::worker::chain;
use store::Store;

/// The key that a request carries.
///
/// # Errors
/// `UNAUTHENTICATED` where there is none or nobody knows it, `UNAVAILABLE` where the store does not
/// answer.
pub(crate) async fn authenticate(
    store: &Store,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Issued, Problem> {
    let secret =
        after_scheme(headers, "bearer").ok_or_else(|| Problem::unauthenticated("Bearer"))?;
    let issued = store
        .api_key(&hash_secret(secret), now)
        .await?
        .ok_or_else(|| Problem::unauthenticated("Bearer"))?;
    if let Err(error) = store.key_used(&issued, now).await {
        // The day of the last use is for people to look at; the next request writes it.
        tracing::warn!(key = %issued.key.id, "Key's last use could not be kept: {}", chain(&error));
    }
    Ok(issued)
}
