//! Who calls: bearer keys on our API, user and password where a vendor pushes.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::fill;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::account::Mode;
use domain::account::issued_key::Issued;
use domain::basics::id::ConnectionId;
use jiff::Timestamp;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::AUTHORIZATION;
use store::Store;

use crate::http::{Code, Problem};
use crate::worker::chain;

/// The bytes of randomness in a key: 256 bits.
const SECRET_BYTES: usize = 32;
/// The most wrong sign-ins of a minute at a vendor's connection that are answered as such.
const MOST_WRONG: u32 = 20;

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes could be had")]
pub struct NoRandomness;

impl From<NoRandomness> for Problem {
    fn from(error: NoRandomness) -> Self {
        tracing::error!(%error, "A client's request failed");
        Self::new(Code::InternalError, "The error is logged and looked at.")
    }
}

/// The key that a request carries.
///
/// # Errors
/// [`Code::Unauthenticated`] where there is none or nobody knows it, [`Code::Unavailable`] where the store does not answer.
pub async fn authenticate(store: &Store, headers: &HeaderMap, now: Timestamp) -> Result<Issued, Problem> {
    let secret = after_scheme(headers, "bearer").ok_or_else(|| Problem::unauthenticated("Bearer"))?;
    let issued = store.api_key(&hash_secret(secret), now).await?.ok_or_else(|| Problem::unauthenticated("Bearer"))?;
    if let Err(error) = store.key_used(&issued, now).await {
        // The day of the last use is for people to look at; the next request writes it.
        tracing::warn!(key = %issued.key.id, "Key's last use could not be kept: {}", chain(&error));
    }
    Ok(issued)
}

/// The user and password of a request that signs in with Basic.
#[must_use]
pub fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let decoded = STANDARD.decode(after_scheme(headers, "basic")?).ok()?;
    let (user, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// The answer to whoever signs in as no vendor.
#[must_use]
pub fn unknown_vendor() -> Problem {
    Problem::unauthenticated("Basic realm=\"vendors\"")
}

/// The answer to a wrong sign-in at a vendor's connection, or under a name that none has. It is counted; where the count cannot be
/// kept it is refused all the same.
pub async fn refuse_sign_in(store: &Store, connection: Option<&ConnectionId>, now: Timestamp) -> Problem {
    let counted = store.count_request(connection.map_or("nobody", ConnectionId::as_str), "sign-in", MOST_WRONG, now).await;
    match (counted, connection) {
        (Ok(Some(MOST_WRONG)), Some(connection)) => {
            tracing::error!(%connection, "Sign-ins of a vendor fail: {MOST_WRONG} with a wrong password in one minute");
            unknown_vendor()
        }
        (Ok(Some(_)), _) => unknown_vendor(),
        (Ok(None), _) => {
            let seconds = 60_u64.saturating_sub(now.as_second().rem_euclid(60).unsigned_abs());
            Problem::retry_after(
                Code::TooManyRequests,
                "Too many sign-ins with a wrong password; a right one is taken at any time.",
                seconds,
            )
        }
        (Err(error), _) => {
            tracing::warn!("A wrong sign-in could not be counted: {}", chain(&error));
            unknown_vendor()
        }
    }
}

/// A secret's SHA-256 in hexadecimal. Right for keys of 256 random bits, which nobody can guess however fast the hash;
/// a password that a person chose would need a slow one.
#[must_use]
pub fn hash_secret(secret: &str) -> String {
    hash_bytes(secret.as_bytes())
}

/// The SHA-256 of bytes in hexadecimal.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// The SHA-256 of bytes in base 64, as a page's policy names its own style.
#[must_use]
pub fn hash_in_base64(bytes: &[u8]) -> String {
    STANDARD.encode(digest(&SHA256, bytes))
}

/// Whether a secret has this hash, in the same time wherever they differ.
#[must_use]
pub fn has_hash(secret: &str, hash: &str) -> bool {
    same_text(&hash_secret(secret), &hash.to_ascii_lowercase())
}

/// Whether two texts are equal, in the same time wherever they differ.
#[must_use]
pub fn same_text(a: &str, b: &str) -> bool {
    verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

/// A new API key's secret, its mode for all to see.
///
/// # Errors
/// [`NoRandomness`] where the operating system has none.
pub fn new_secret(mode: Mode) -> Result<String, NoRandomness> {
    let prefix = match mode {
        Mode::Live => "fsk_live_",
        Mode::Test => "fsk_test_",
    };
    Ok(format!("{prefix}{}", hex(&random::<SECRET_BYTES>()?)))
}

/// 256 random bits in hexadecimal, for a secret that only we use.
///
/// # Errors
/// [`NoRandomness`] where the operating system has none.
pub fn new_own_secret() -> Result<String, NoRandomness> {
    Ok(hex(&random::<SECRET_BYTES>()?))
}

/// 128 random bits, for an identifier.
///
/// # Errors
/// [`NoRandomness`] where the operating system has none.
pub fn new_seed() -> Result<u128, NoRandomness> {
    random::<16>().map(u128::from_be_bytes)
}

fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// What follows the scheme of the `Authorization` header; schemes are written in any case.
fn after_scheme<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (own, rest) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Some(rest.trim()).filter(|rest| own.eq_ignore_ascii_case(scheme) && !rest.is_empty())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed_in(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, value.parse().expect("a header value"));
        headers
    }

    #[test]
    fn basic_credentials_are_read_with_colons_in_the_password() {
        assert_eq!(basic(&signed_in("basic ZXRob2NhOmE6Yg==")), Some(("ethoca".into(), "a:b".into())));
        for wrong in ["Bearer ZXRob2NhOmE6Yg==", "Basic", "Basic !!", "Basic ZXRob2Nh"] {
            assert_eq!(basic(&signed_in(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_known_by_its_hash_only() {
        assert!(has_hash("abc", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"));
        assert!(!has_hash("abd", &hash_secret("abc")));
        let (a, b) = (new_secret(Mode::Live).expect("random"), new_secret(Mode::Live).expect("random"));
        assert!(a != b && a.starts_with("fsk_live_") && a.len() == 73);
    }
}
