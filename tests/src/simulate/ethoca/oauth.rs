//! Mastercard's OAuth 1.0a with body hash, from the receiver's side (RFC 5849, RSA-SHA256, no
//! token).
//!
//! Mastercard's own signers put the `oauth_*` values into the base string exactly as they stand in
//! the header and encode a query only where it holds an escape; the same reading takes RFC 5849
//! clients, which escape both.

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::refusal::Refusal;

/// How far a timestamp may be from the clock, in seconds.
pub const TOLERANCE: i64 = 300;

/// A call to be judged.
pub(super) struct Call<'a> {
    pub method: &'a str,
    /// Scheme, authority, path and query.
    pub url: &'a str,
    pub authorization: Option<&'a str>,
    pub body: &'a [u8],
}

/// Who made a call, once its signature held.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub consumer_key: String,
    pub nonce: String,
}

/// Judges a call by everything but its nonce, which only a memory can judge.
pub(super) fn verify(
    call: &Call<'_>,
    consumers: &BTreeMap<String, String>,
    now: i64,
) -> Result<Caller, Refusal> {
    let header =
        call.authorization.ok_or_else(|| Refusal::unauthenticated("no Authorization header"))?;
    let claims = Claims::parse(header)?;
    claims.expect("oauth_signature_method", "RSA-SHA256")?;
    claims.expect("oauth_version", "1.0")?;
    claims.expect("oauth_body_hash", &body_hash(call.body))?;
    claims.check_time(now)?;
    let consumer_key = percent_decode(claims.get("oauth_consumer_key")?);
    let key = consumers
        .get(&consumer_key)
        .ok_or_else(|| Refusal::unauthenticated("unknown oauth_consumer_key"))?;
    claims.check_signature(&base_string(call.method, call.url, &claims.signed), key)?;
    let nonce = claims.get("oauth_nonce")?.to_owned();
    if !(8..=64).contains(&nonce.len()) {
        return Err(Refusal::unauthenticated("oauth_nonce must have 8 to 64 characters"));
    }
    Ok(Caller { consumer_key, nonce })
}

/// The string that is signed: method, base URL and sorted parameters.
#[must_use]
pub fn base_string(method: &str, url: &str, oauth: &[(String, String)]) -> String {
    let mut pairs = query_pairs(url);
    pairs.extend_from_slice(oauth);
    pairs.sort();
    let parameters: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!(
        "{}&{}&{}",
        method.to_uppercase(),
        percent_encode(&base_url(url)),
        percent_encode(&parameters.join("&"))
    )
}

/// A URL without query and fragment, its scheme and host in lower case, its default port left out.
#[must_use]
pub fn base_url(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let (scheme, authority) = (scheme.to_lowercase(), authority.to_lowercase());
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
    format!("{scheme}://{authority}{path}")
}

/// The base64 SHA-256 of a body; an empty one is hashed too.
#[must_use]
pub fn body_hash(body: &[u8]) -> String {
    STANDARD.encode(digest::digest(&digest::SHA256, body))
}

struct Claims {
    /// What goes into the base string, as written.
    signed: Vec<(String, String)>,
    signature: String,
}

impl Claims {
    fn parse(header: &str) -> Result<Self, Refusal> {
        let scheme = header.get(..6).filter(|scheme| scheme.eq_ignore_ascii_case("OAuth "));
        let rest = scheme
            .map(|_| &header[6..])
            .ok_or_else(|| Refusal::unauthenticated("the scheme is not OAuth"))?;
        let mut signed = BTreeMap::new();
        for part in rest.split(',') {
            let (name, value) = parameter(part)
                .ok_or_else(|| Refusal::unauthenticated("a parameter is not name=\"value\""))?;
            if signed.insert(name.to_owned(), value.to_owned()).is_some() {
                return Err(Refusal::unauthenticated(format!("{name} is given twice")));
            }
        }
        signed.remove("realm");
        let signature = signed
            .remove("oauth_signature")
            .ok_or_else(|| Refusal::unauthenticated("oauth_signature is missing"))?;
        Ok(Self { signed: signed.into_iter().collect(), signature: percent_decode(&signature) })
    }

    fn get(&self, name: &str) -> Result<&str, Refusal> {
        let found = self.signed.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.as_str())
            .ok_or_else(|| Refusal::unauthenticated(format!("{name} is missing")))
    }

    fn expect(&self, name: &str, value: &str) -> Result<(), Refusal> {
        if percent_decode(self.get(name)?) == value {
            return Ok(());
        }
        Err(Refusal::unauthenticated(format!("{name} must be {value}")))
    }

    fn check_time(&self, now: i64) -> Result<(), Refusal> {
        let timestamp: i64 = self
            .get("oauth_timestamp")?
            .parse()
            .map_err(|_| Refusal::unauthenticated("oauth_timestamp is not unix seconds"))?;
        if timestamp.abs_diff(now) > TOLERANCE.unsigned_abs() {
            return Err(Refusal::unauthenticated(format!(
                "oauth_timestamp is more than {TOLERANCE} s from the clock"
            )));
        }
        Ok(())
    }

    fn check_signature(&self, signed: &str, key: &str) -> Result<(), Refusal> {
        let wrong = |_| {
            Refusal::unauthenticated(format!(
                "oauth_signature does not fit the base string {signed}"
            ))
        };
        let signature = STANDARD
            .decode(&self.signature)
            .map_err(|_| Refusal::unauthenticated("oauth_signature is not base64"))?;
        let key = STANDARD.decode(key).expect("a registered key is base64");
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
            .verify(signed.as_bytes(), &signature)
            .map_err(wrong)
    }
}

fn parameter(part: &str) -> Option<(&str, &str)> {
    let (name, value) = part.trim().split_once('=')?;
    Some((name, value.strip_prefix('"')?.strip_suffix('"')?))
}

fn query_pairs(url: &str) -> Vec<(String, String)> {
    let query =
        url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
    let written = |text: &str| {
        if query.contains('%') { percent_encode(&percent_decode(text)) } else { text.to_owned() }
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (written(name), written(value)))
        .collect()
}

fn percent_encode(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = (first == b'%').then(|| after.get(..2)).flatten();
        let byte = escaped
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
