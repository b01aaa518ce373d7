//! How a merchant checks who asks: by the documented words only, not by our code.

use aws_lc_rs::hmac::{HMAC_SHA512, Key, verify};

/// How old a signature may be, either way.
const SKEW_SECONDS: i64 = 300;

/// Whether one of the secrets signed this, recently.
pub fn is_good(secrets: &[String], header: &str, signed: &str, now: i64) -> bool {
    let mut parts = header.split(',').filter_map(|part| part.split_once('='));
    let Some(time) =
        parts.clone().find(|(name, _)| *name == "t").and_then(|(_, time)| time.parse::<i64>().ok())
    else {
        return false;
    };
    let text = format!("{time}.{signed}");
    let fits = |tag: &[u8]| {
        secrets.iter().any(|secret| {
            verify(&Key::new(HMAC_SHA512, secret.as_bytes()), text.as_bytes(), tag).is_ok()
        })
    };
    (now - time).abs() <= SKEW_SECONDS
        && parts.any(|(name, tag)| name == "v1" && bytes(tag).is_some_and(|tag| fits(&tag)))
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    (0..hex.len())
        .step_by(2)
        .map(|at| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect()
}
