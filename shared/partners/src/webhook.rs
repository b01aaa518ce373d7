//! Webhooks out: one signed POST to an address that somebody gave us, and nowhere else.

mod address;
mod signature;

use std::time::Duration;

use domain::notify::webhook::{Attempt, Signature};
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderName};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};

use crate::http::{built, words_of};
use crate::{PartnerError, SecretText};

pub use address::{Destinations, WrongAddress};
pub use signature::{in_legacy_words, in_standard_words, new_secret};

/// A receiver has so long to answer: the documented bound.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

const X_SIGNATURE: HeaderName = HeaderName::from_static("x-signature");
const X_IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("x-idempotency-key");
const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Sends webhooks.
#[derive(Debug, Clone)]
pub struct Webhooks {
    http: Client,
    destinations: Destinations,
}

/// What is sent.
#[derive(Debug)]
pub struct Letter<'a> {
    pub url: &'a str,
    /// The delivery's id, the same for every try.
    pub id: &'a str,
    pub body: &'a str,
    pub signature: Signature,
    /// All of them sign.
    pub secrets: &'a [SecretText],
}

impl Webhooks {
    /// A sender that reaches these destinations only, follows no redirect and uses no proxy.
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
        Ok(Self { http: built(destinations.bound(client))?, destinations })
    }

    /// Tries once. Of the answer only its status is looked at: nobody reads our network through us.
    pub async fn send(&self, letter: &Letter<'_>, now: Timestamp) -> Attempt {
        let url = match self.destinations.check(letter.url) {
            Ok(url) => url,
            Err(wrong) => return Attempt { at: now, status: None, error: Some(wrong.to_string()) },
        };
        let request = self.http.post(url).header(CONTENT_TYPE, "application/json");
        match signed(request, letter, now).body(letter.body.to_owned()).send().await {
            Ok(answer) => Attempt { at: now, status: Some(answer.status().as_u16()), error: None },
            Err(error) => Attempt { at: now, status: None, error: Some(words_of(error)) },
        }
    }
}

fn signed(request: RequestBuilder, letter: &Letter<'_>, now: Timestamp) -> RequestBuilder {
    let Letter { id, body, secrets, .. } = letter;
    match letter.signature {
        Signature::Legacy => {
            let signature = in_legacy_words(secrets, now.as_second(), body);
            request.header(X_SIGNATURE, signature).header(X_IDEMPOTENCY_KEY, *id)
        }
        Signature::StandardWebhooks => {
            let signature = in_standard_words(secrets, id, now.as_second(), body);
            let request =
                request.header(WEBHOOK_ID, *id).header(WEBHOOK_TIMESTAMP, now.as_second());
            request.header(WEBHOOK_SIGNATURE, signature).header(X_IDEMPOTENCY_KEY, *id)
        }
    }
}
