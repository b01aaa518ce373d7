//! A call to Stripe: form out, JSON back, errors as [`PartnerError`].

use reqwest::{Client, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::wire::{Identified, StripePage};
use crate::http::{self, RawResponse};
use crate::{PartnerError, SecretText};

/// The API version whose objects this client reads.
const VERSION: &str = "2025-08-27.basil";

/// Stripe's largest page.
const PAGE: &str = "100";

/// The most pages of a list that are read; a longer list counts as endless.
pub(super) const PAGES: usize = 10;

/// The parameters of a call, by name.
pub(super) type CallParameters<'a> = [(&'a str, String)];

/// Stripe's address, with the secret key.
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

    /// Calls an endpoint, for a connected account if named.
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

    /// Reads an object, if Stripe has the object.
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

    /// Reads a whole list. A list of more than [`PAGES`] pages is an error, never a partial result.
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

    /// Reads the first pages of a list; returns also whether these pages are the whole list.
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

/// Checks whether Stripe refused with this code.
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

/// Converts Stripe's error. 409 means that a call with the same idempotency key is still being
/// executed: possibly this very refund; therefore its result is unknown.
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
        // The body is not Stripe's: a proxy answered.
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
