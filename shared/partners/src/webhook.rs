//! Outgoing webhooks: a signed POST to an address that a tenant configured.

mod address;
mod signature;

use std::time::Duration;

use domain::notify::webhook::{DeliveryAttempt, SignatureScheme};
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderName};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};

use crate::http::{build_client, error_chain_text};
use crate::{PartnerError, SecretText};

pub use address::{Destinations, WrongAddress};
pub use signature::{legacy_signature, new_webhook_secret, standard_signature};

/// The timeout of a delivery, as documented for receivers.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

const X_SIGNATURE: HeaderName = HeaderName::from_static("x-signature");
const X_IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("x-idempotency-key");
const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// The sender of webhooks.
#[derive(Debug, Clone)]
pub struct WebhookSender {
    http: Client,
    destinations: Destinations,
}

/// A webhook that is ready to be sent.
#[derive(Debug)]
pub struct WebhookMessage<'a> {
    pub url: &'a str,
    /// The delivery's id, the same for every attempt.
    pub id: &'a str,
    pub body: &'a str,
    pub signature: SignatureScheme,
    /// The signing secrets. Each secret adds a signature.
    pub secrets: &'a [SecretText],
}

impl WebhookSender {
    /// Creates a sender that reaches these destinations only, follows no redirect and uses no
    /// proxy.
    ///
    /// # Errors
    /// [`PartnerError::Unreadable`] where the system has no usable certificates.
    pub fn new(destinations: Destinations) -> Result<Self, PartnerError> {
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(Policy::none())
            .no_proxy();
        let client = client.user_agent(concat!("forestall/", env!("CARGO_PKG_VERSION")));
        Ok(Self { http: build_client(destinations.bind_client(client))?, destinations })
    }

    /// Attempts a delivery, without a retry. Only the answer's status is read: a tenant must not
    /// read our network through this call.
    pub async fn send_webhook(
        &self,
        letter: &WebhookMessage<'_>,
        now: Timestamp,
    ) -> DeliveryAttempt {
        let url = match self.destinations.check_url(letter.url) {
            Ok(url) => url,
            Err(wrong) => {
                return DeliveryAttempt { at: now, status: None, error: Some(wrong.to_string()) };
            }
        };
        let request = self.http.post(url).header(CONTENT_TYPE, "application/json");
        match sign_request(request, letter, now).body(letter.body.to_owned()).send().await {
            Ok(answer) => {
                DeliveryAttempt { at: now, status: Some(answer.status().as_u16()), error: None }
            }
            Err(error) => {
                DeliveryAttempt { at: now, status: None, error: Some(error_chain_text(error)) }
            }
        }
    }
}

fn sign_request(
    request: RequestBuilder,
    letter: &WebhookMessage<'_>,
    now: Timestamp,
) -> RequestBuilder {
    let WebhookMessage { id, body, secrets, .. } = letter;
    match letter.signature {
        SignatureScheme::Legacy => {
            let signature = legacy_signature(secrets, now.as_second(), body);
            request.header(X_SIGNATURE, signature).header(X_IDEMPOTENCY_KEY, *id)
        }
        SignatureScheme::StandardWebhooks => {
            let signature = standard_signature(secrets, id, now.as_second(), body);
            let request =
                request.header(WEBHOOK_ID, *id).header(WEBHOOK_TIMESTAMP, now.as_second());
            request.header(WEBHOOK_SIGNATURE, signature).header(X_IDEMPOTENCY_KEY, *id)
        }
    }
}
