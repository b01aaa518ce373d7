//! A call to a merchant's endpoint: signed JSON out, JSON back, errors as [`PartnerError`].

use reqwest::header::{CONTENT_TYPE, HeaderName};
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{CallbackClient, PAYMENT_UNKNOWN};
use crate::PartnerError;
use crate::http::{self, RawResponse};
use crate::webhook::legacy_signature;

/// The largest body of an answer: larger than any payment with its refunds.
const BODY_LIMIT: usize = 256 << 10;

const X_SIGNATURE: HeaderName = HeaderName::from_static("x-signature");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// An endpoint's refusal.
#[derive(Deserialize)]
struct CallbackRefusal {
    code: String,
    #[serde(default)]
    message: String,
}

impl CallbackClient {
    /// Calls a path below the endpoint's address. The signature covers the body, as for webhooks;
    /// without a body, the path and query.
    pub(super) async fn call_endpoint<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        key: Option<&str>,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Result<T, PartnerError> {
        let url = self.url_below(path)?;
        let body = body
            .map(serde_json::to_string)
            .transpose()
            .map_err(|error| PartnerError::unreadable(error.to_string()))?;
        let signed = body.clone().unwrap_or_else(|| request_target(&url));
        let signature = legacy_signature(&self.place.secrets, self.place.now.as_second(), &signed);
        let mut request = self.callbacks.http.request(method, url).header(X_SIGNATURE, signature);
        if let Some(key) = key {
            request = request.header(IDEMPOTENCY_KEY, key);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        parse_response(&http::send_with_limit(request, BODY_LIMIT).await?)
    }

    /// Returns the URL of a path below the endpoint's address. References come from orders: a
    /// reference that would lead to another path names no payment.
    fn url_below(&self, path: &[&str]) -> Result<Url, PartnerError> {
        let wrong = |why: &str| PartnerError::refused("callback_url_not_allowed", why);
        let mut url = self
            .callbacks
            .destinations
            .check_url(&self.place.url)
            .map_err(|error| wrong(&error.to_string()))?;
        if path.iter().any(|name| ["", ".", ".."].contains(&name.trim())) {
            return Err(PartnerError::refused(
                PAYMENT_UNKNOWN,
                "that is no reference of a payment",
            ));
        }
        url.path_segments_mut()
            .map_err(|()| wrong("the address has no path"))?
            .pop_if_empty()
            .extend(path);
        Ok(url)
    }
}

/// Returns the path and query, as the request line has them.
fn request_target(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

/// Parses the answer. Only the protocol's own codes refuse a request: any other answer may come
/// from a proxy in between.
fn parse_response<T: DeserializeOwned>(answer: &RawResponse) -> Result<T, PartnerError> {
    if answer.status.is_success() {
        return serde_json::from_slice(&answer.body)
            .map_err(|error| PartnerError::from_json_error("the endpoint's answer", &error));
    }
    if let Some(error) = answer.common_error() {
        return Err(error);
    }
    let status = answer.status.as_u16();
    match serde_json::from_slice(&answer.body) {
        Ok(CallbackRefusal { code, message }) if status != 409 && !code.trim().is_empty() => {
            Err(PartnerError::refused(&code, &message))
        }
        _ => Err(PartnerError::Unavailable { status }),
    }
}

#[cfg(test)]
mod tests {
    use domain::basics::id::IntegrationId;
    use jiff::Timestamp;
    use reqwest::StatusCode;
    use serde_json::Value;

    use super::super::{CallbackConnector, CallbackTarget};
    use super::*;
    use crate::{Destinations, SecretText};

    fn callback(url: &str) -> CallbackClient {
        let place = CallbackTarget {
            integration: IntegrationId::from_seed(1),
            url: url.into(),
            secrets: vec![SecretText::new("whsec_test_secret")],
            now: Timestamp::UNIX_EPOCH,
        };
        CallbackConnector::new(Destinations::Public).expect("a client").client_for(place)
    }

    #[test]
    fn the_documented_vector() {
        let url = callback("https://shop.example/callback")
            .url_below(&["payments", "txn-10001"])
            .expect("an address");
        let signature = legacy_signature(
            &[SecretText::new("whsec_test_secret")],
            1_771_322_400,
            &request_target(&url),
        );
        let expected = "t=1771322400,\
            v1=d81d0df9db0740a4b0520eb1a84e0d5acc29dd7812cc75876f0ee96e5a35c291\
            ba8e9e354547921c0bedb9260bd52678c6ba2334c89d433cd62ce21242e33ca4";
        assert_eq!(
            (request_target(&url).as_str(), signature.as_str()),
            ("/callback/payments/txn-10001", expected)
        );
    }

    #[test]
    fn paths_stay_below_the_address_and_keep_its_query() {
        let at = |url: &str, reference: &str| {
            callback(url).url_below(&["payments", reference]).map(|url| url.to_string())
        };
        assert_eq!(at("https://a.example/", "x"), Ok("https://a.example/payments/x".into()));
        assert_eq!(
            at("https://a.example/cb/?shop=7", "a/../b?c#d"),
            Ok("https://a.example/cb/payments/a%2F..%2Fb%3Fc%23d?shop=7".into())
        );
        let refusal = |url: &str, reference: &str| match at(url, reference) {
            Err(PartnerError::Refused { code, .. }) => Some(code),
            _ => None,
        };
        for wrong in ["", ".", "..", " .. "] {
            let code = refusal("https://a.example/", wrong);
            assert_eq!(code.as_deref(), Some(PAYMENT_UNKNOWN), "{wrong}");
        }
        let code = refusal("http://a.example/", "x");
        assert_eq!(code.as_deref(), Some("callback_url_not_allowed"));
    }

    #[test]
    fn what_cannot_be_read_is_told_without_card_numbers() {
        let answer = RawResponse {
            status: StatusCode::OK,
            retry_after_seconds: None,
            body: br#""4242 4242 4242 4242""#.to_vec(),
        };
        let error = parse_response::<u64>(&answer).expect_err("no number").to_string();
        assert!(
            error.contains("expected u64") && !domain::basics::card::has_card_number(&error),
            "{error}"
        );
    }

    #[test]
    fn only_the_protocols_own_words_refuse() {
        let answer = |status: u16, body: &str| {
            let answer = RawResponse {
                status: StatusCode::from_u16(status).expect("a status"),
                retry_after_seconds: None,
                body: body.into(),
            };
            parse_response::<Value>(&answer).expect_err("no success")
        };
        let refusal = r#"{"code":"TOO_OLD","message":"No."}"#;
        assert_eq!(
            answer(422, refusal),
            PartnerError::Refused { code: "TOO_OLD".into(), message: "No.".into() }
        );
        for (status, body) in [
            (404, "<html>"),
            (409, refusal),
            (400, r#"{"code":" "}"#),
            (302, refusal),
            (503, refusal),
            (410, "{}"),
        ] {
            assert!(answer(status, body).has_unknown_result(), "{status} {body}");
        }
        assert_eq!(answer(401, refusal), PartnerError::Unauthorised);
        assert!(answer(200, "<html>").has_unknown_result());
    }
}
