//! One call to Stripe: form in, JSON out, and its errors in our words.

use reqwest::{Client, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::wire::{Identified, StripePage};
use crate::http::{self, RawResponse};
use crate::{PartnerError, SecretText};

/// The version whose shapes are read here.
const VERSION: &str = "2025-08-27.basil";

/// The largest page Stripe gives.
const PAGE: &str = "100";

/// How many pages are read before a list counts as endless.
pub(super) const PAGES: usize = 10;

/// Parameters of a call, by name.
pub(super) type CallParameters<'a> = [(&'a str, String)];

/// Stripe's address and our key to it.
#[derive(Debug, Clone)]
pub(super) struct StripeApi {
    http: Client,
    url: String,
    key: SecretText,
}

impl StripeApi {
    pub fn new(http: Client, url: &str, key: SecretText) -> Self {
        Self { http, url: url.trim_end_matches('/').to_owned(), key }
    }

    /// Calls, for a connected account where one is named.
    pub async fn call_endpoint<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        form: &CallParameters<'_>,
        idempotency_key: Option<&str>,
        connected: Option<&str>,
    ) -> Result<T, PartnerError> {
        let posts = method == Method::POST;
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(self.key.expose_secret());
        request = request.header("stripe-version", VERSION);
        if let Some(key) = idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(account) = connected {
            request = request.header("stripe-account", account);
        }
        let answer =
            http::send_request(if posts { request.form(form) } else { request.query(form) })
                .await?;
        parse_response(&answer)
    }

    /// An object, if Stripe has it.
    pub async fn find_object<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &CallParameters<'_>,
        connected: Option<&str>,
    ) -> Result<Option<T>, PartnerError> {
        match self.call_endpoint(Method::GET, path, form, None, connected).await {
            Err(error) if is_refused_as(&error, "resource_missing") => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// All of a list: what a payment has more of than [`PAGES`] pages is not read at all, never in
    /// part.
    pub async fn list_all<T: DeserializeOwned + Identified>(
        &self,
        path: &str,
        filter: &[(&str, &str)],
        connected: Option<&str>,
    ) -> Result<Vec<T>, PartnerError> {
        let filter: Vec<(&str, String)> =
            filter.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let (all, exhausted) = self.list_pages(path, &filter, connected, PAGES).await?;
        if exhausted {
            Ok(all)
        } else {
            Err(PartnerError::unreadable(format!("more than {PAGES} pages of {path}")))
        }
    }

    /// The first pages of a list, and whether that was all of it.
    pub async fn list_pages<T: DeserializeOwned + Identified>(
        &self,
        path: &str,
        filter: &CallParameters<'_>,
        connected: Option<&str>,
        most: usize,
    ) -> Result<(Vec<T>, bool), PartnerError> {
        let mut all: Vec<T> = Vec::new();
        for _ in 0..most {
            let mut form = filter.to_vec();
            form.push(("limit", PAGE.to_owned()));
            form.extend(all.last().map(|last| ("starting_after", last.id().to_owned())));
            let page: StripePage<T> =
                self.call_endpoint(Method::GET, path, &form, None, connected).await?;
            let went_on = !page.data.is_empty();
            all.extend(page.data);
            if !(page.has_more && went_on) {
                return Ok((all, true));
            }
        }
        Ok((all, false))
    }
}

/// Whether Stripe refused with this code.
pub(super) fn is_refused_as(error: &PartnerError, wanted: &str) -> bool {
    matches!(error, PartnerError::Refused { code, .. } if code == wanted)
}

fn parse_response<T: DeserializeOwned>(answer: &RawResponse) -> Result<T, PartnerError> {
    if !answer.status.is_success() {
        return Err(to_partner_error(answer));
    }
    serde_json::from_slice(&answer.body)
        .map_err(|error| PartnerError::from_json_error("Stripe's answer", &error))
}

/// 409: a call with the same key is being executed. It may be the very refund, so its result is
/// unknown.
fn to_partner_error(answer: &RawResponse) -> PartnerError {
    if let Some(error) = answer.common_error() {
        return error;
    }
    if answer.status.as_u16() == 409 {
        return PartnerError::Unavailable { status: 409 };
    }
    match serde_json::from_slice(&answer.body) {
        Ok(StripeErrorBody { error: StripeErrorDetails { code, kind, message } }) => {
            PartnerError::refused(&code.or(kind).unwrap_or_default(), &message.unwrap_or_default())
        }
        // not Stripe's own words: something before it
        Err(_) => PartnerError::Unavailable { status: answer.status.as_u16() },
    }
}

#[derive(Deserialize)]
struct StripeErrorBody {
    error: StripeErrorDetails,
}

#[derive(Deserialize)]
struct StripeErrorDetails {
    code: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    message: Option<String>,
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    fn refused(status: u16, body: &str) -> PartnerError {
        let status = StatusCode::from_u16(status).expect("a status");
        to_partner_error(&RawResponse {
            status,
            retry_after_seconds: Some(2),
            body: body.as_bytes().to_vec(),
        })
    }

    #[test]
    fn each_status_has_its_meaning() {
        assert_eq!(
            refused(401, r#"{"error":{"message":"Invalid API Key provided: sk_x"}}"#),
            PartnerError::Unauthorised
        );
        assert_eq!(refused(429, "{}"), PartnerError::Throttled { retry_after_seconds: Some(2) });
        assert!(refused(500, "{}").has_unknown_result() && refused(409, "{}").has_unknown_result());
        let again = refused(
            400,
            r#"{"error":{"type":"idempotency_error",
            "message":"Keys can only be used with the same parameters"}}"#,
        );
        assert!(again.is_permanent() && is_refused_as(&again, "idempotency_error"));
        let twice = refused(
            400,
            r#"{"error":{"type":"invalid_request_error","code":"charge_already_refunded",
            "message":"no"}}"#,
        );
        assert!(is_refused_as(&twice, "charge_already_refunded") && !twice.has_unknown_result());
        assert!(refused(404, "<html>").has_unknown_result());
    }

    #[test]
    fn no_card_number_is_in_an_error() {
        let error = refused(400, r#"{"error":{"message":"4242424242424242 is wrong"}}"#);
        assert!(!error.to_string().contains("4242424242424242"), "{error}");
    }
}
