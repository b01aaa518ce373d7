//! The sign-in of a vendor that pushes alerts: user and password, with a count of failures.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::basics::id::ConnectionId;
use jiff::Timestamp;
use lambda_http::http::HeaderMap;
use runtime::http::after_scheme;
use runtime::worker::error_chain;
use store::Store;

use crate::problem::{Code, ProblemDetails};

/// The most failed sign-ins of a minute at a connection that get the ordinary refusal; further
/// failures are throttled.
const MOST_WRONG: u32 = 20;

/// Returns the user and password of a request with Basic authentication.
#[must_use]
pub fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let decoded = STANDARD.decode(after_scheme(headers, "basic")?).ok()?;
    let (user, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Returns the refusal of an unknown vendor.
#[must_use]
pub fn unknown_vendor() -> ProblemDetails {
    ProblemDetails::unauthenticated("Basic realm=\"vendors\"")
}

/// Counts a failed sign-in and returns the refusal. Without a connection, the user name is unknown.
/// If the count cannot be stored, the sign-in is refused all the same.
pub async fn refuse_sign_in(
    store: &Store,
    connection: Option<&ConnectionId>,
    now: Timestamp,
) -> ProblemDetails {
    let counted = store
        .count_request(
            connection.map_or("nobody", ConnectionId::as_str),
            "sign-in",
            MOST_WRONG,
            now,
        )
        .await;
    match (counted, connection) {
        (Ok(Some(MOST_WRONG)), Some(connection)) => {
            tracing::error!(%connection, "Sign-ins of a vendor fail: {MOST_WRONG} with a wrong \
                password in one minute");
            unknown_vendor()
        }
        (Ok(Some(_)), _) => unknown_vendor(),
        (Ok(None), _) => {
            let seconds = 60_u64.saturating_sub(now.as_second().rem_euclid(60).unsigned_abs());
            ProblemDetails::retry_after(
                Code::TooManyRequests,
                "Too many sign-ins with a wrong password; a right one is taken at any time.",
                seconds,
            )
        }
        (Err(error), _) => {
            tracing::warn!("A wrong sign-in could not be counted: {}", error_chain(&error));
            unknown_vendor()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed_in(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", value.parse().expect("a header value"));
        headers
    }

    #[test]
    fn basic_credentials_are_read_with_colons_in_the_password() {
        assert_eq!(
            basic_credentials(&signed_in("basic ZXRob2NhOmE6Yg==")),
            Some(("ethoca".into(), "a:b".into()))
        );
        for wrong in ["Bearer ZXRob2NhOmE6Yg==", "Basic", "Basic !!", "Basic ZXRob2Nh"] {
            assert_eq!(basic_credentials(&signed_in(wrong)), None, "{wrong}");
        }
    }
}
