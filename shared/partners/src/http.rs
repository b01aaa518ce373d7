//! An HTTP call and its response, the same for every partner.

use std::error::Error as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, StatusCode};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::time::Instant;

use crate::PartnerError;

/// The timeout of a connection: a slower partner counts as down. The caller's own timeout must
/// leave room for a retry.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The timeout of a call. Processors answer a refund in one to five seconds.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(10);

/// The timeout of a call to a merchant's endpoint. A slow endpoint must not delay the messages that
/// wait behind.
pub(crate) const TYPED_IN_TIMEOUT: Duration = Duration::from_secs(5);

/// The time to store a result. No call starts with less than its timeout and this reserve left in
/// the invocation: otherwise the call's result could not be stored.
const TO_KEEP_IT: Duration = Duration::from_secs(5);

/// The idle timeout of a connection. A function is frozen between events; meanwhile the other side
/// probably closed an older connection.
const IDLE_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest body of an answer: larger than any page of 100 that a partner sends.
const BODY_LIMIT: usize = 8 << 20;

/// Returns the client for all partners; create only a single client per process.
///
/// Certificates are checked against the system's bundle (Lambda's `provided.al2023` has such a
/// bundle, updated without a release of ours). The client follows no redirects and ignores proxies
/// of the environment: credentials go to the configured host only.
///
/// # Errors
/// [`PartnerError::Unreadable`] where the system has no usable certificates.
pub fn http_client() -> Result<Client, PartnerError> {
    build_client(client_builder())
}

/// Returns a builder with the settings that all clients share.
pub(crate) fn client_builder() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .redirect(Policy::none())
        .no_proxy()
        .user_agent(concat!("forestall/", env!("CARGO_PKG_VERSION")))
}

/// Builds a client.
pub(crate) fn build_client(builder: ClientBuilder) -> Result<Client, PartnerError> {
    let tls = tls_config()
        .map_err(|error| PartnerError::unreadable(format!("the system's certificates: {error}")))?;
    builder
        .tls_backend_preconfigured(tls)
        .build()
        .map_err(|error| PartnerError::unreadable(error_chain_text(error)))
}

/// Returns the process-wide TLS configuration, cached: reading the certificates is the slowest part
/// of creating a client.
fn tls_config() -> Result<ClientConfig, rustls::Error> {
    static TLS: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(tls) = TLS.get() {
        return Ok(tls.clone());
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ));
    let tls = builder
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(TLS.get_or_init(|| tls).clone())
}

tokio::task_local! {
    /// The end of the invocation.
    static ENDS: Instant;
}

/// Runs work with a deadline: no call to a partner starts that may exceed the deadline.
pub async fn with_deadline<F: Future>(ends: Instant, work: F) -> F::Output {
    ENDS.scope(ends, work).await
}

/// Runs work that is useless after the end of the invocation: a few seconds before, the work is
/// cancelled.
///
/// # Errors
/// [`PartnerError::NoTime`] where the work was cancelled.
pub async fn finish_in_time<F: Future>(work: F) -> Result<F::Output, PartnerError> {
    match ENDS.try_with(|ends| ends.checked_sub(TO_KEEP_IT)) {
        Ok(Some(last)) => {
            tokio::time::timeout_at(last, work).await.map_err(|_| PartnerError::NoTime)
        }
        Ok(None) | Err(_) => Ok(work.await),
    }
}

/// Checks whether a call may start; always true without a deadline.
fn has_time() -> bool {
    let left = |ends: &Instant| ends.saturating_duration_since(Instant::now());
    ENDS.try_with(|ends| left(ends) >= TOTAL_TIMEOUT + TO_KEEP_IT).unwrap_or(true)
}

/// A complete response of any status.
pub(crate) struct RawResponse {
    pub status: StatusCode,
    pub retry_after_seconds: Option<u64>,
    pub body: Vec<u8>,
}

/// Sends a request and reads the whole response.
pub(crate) async fn send_request(request: RequestBuilder) -> Result<RawResponse, PartnerError> {
    send_with_limit(request, BODY_LIMIT).await
}

/// Sends a request and reads the whole response, which may have `most_bytes` at most.
pub(crate) async fn send_with_limit(
    request: RequestBuilder,
    most_bytes: usize,
) -> Result<RawResponse, PartnerError> {
    if !has_time() {
        return Err(PartnerError::NoTime);
    }
    let mut response = request.send().await.map_err(to_partner_error)?;
    let (status, retry_after_seconds) = (response.status(), retry_after(&response));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(to_partner_error)? {
        if body.len() + chunk.len() > most_bytes {
            return Err(PartnerError::unreadable(format!(
                "an answer of more than {} KiB",
                most_bytes >> 10
            )));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(RawResponse { status, retry_after_seconds, body })
}

impl RawResponse {
    /// Returns the error of a status that means the same at every partner. All other statuses are
    /// each partner's own to interpret.
    pub fn common_error(&self) -> Option<PartnerError> {
        match self.status.as_u16() {
            401 | 403 => Some(PartnerError::Unauthorised),
            429 => Some(PartnerError::Throttled { retry_after_seconds: self.retry_after_seconds }),
            status @ (300..=399 | 408 | 500..) => Some(PartnerError::Unavailable { status }),
            _ => None,
        }
    }
}

fn retry_after(response: &Response) -> Option<u64> {
    response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

fn to_partner_error(error: reqwest::Error) -> PartnerError {
    if error.is_builder() {
        // Nothing was sent, and a retry of the same request cannot be sent either.
        return PartnerError::refused("request_not_sent", &error_chain_text(error));
    }
    PartnerError::Unreachable { source_text: error_chain_text(error) }
}

/// Returns the error and its causes, without the address: a query may contain a card's digits.
pub(crate) fn error_chain_text(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    words
}
