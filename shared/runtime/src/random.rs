//! Random secrets and ids, and the hashes of secrets.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::fill;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::account::OperatingMode;

/// The random bytes of a key: 256 bits.
const SECRET_BYTES: usize = 32;

/// The error that the operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes could be had")]
pub struct NoRandomness;

/// Returns the SHA-256 of a secret in hexadecimal. A fast hash suits keys of 256 random bits, which
/// cannot be guessed. A password that a person chose would need a slow hash.
#[must_use]
pub fn hash_secret(secret: &str) -> String {
    hash_bytes(secret.as_bytes())
}

/// Returns the SHA-256 of bytes in hexadecimal.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> String {
    to_hex(digest(&SHA256, bytes).as_ref())
}

/// Returns the SHA-256 of bytes in base 64, the form in which a page's policy names the page's own
/// style.
#[must_use]
pub fn hash_in_base64(bytes: &[u8]) -> String {
    STANDARD.encode(digest(&SHA256, bytes))
}

/// Checks whether a secret has this hash, in constant time.
#[must_use]
pub fn has_hash(secret: &str, hash: &str) -> bool {
    constant_time_equals(&hash_secret(secret), &hash.to_ascii_lowercase())
}

/// Checks whether two texts are equal, in constant time.
#[must_use]
pub fn constant_time_equals(a: &str, b: &str) -> bool {
    verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

/// Returns a new secret of an API key, with the mode in the prefix.
///
/// # Errors
/// [`NoRandomness`] if the operating system has no random bytes.
pub fn new_secret(mode: OperatingMode) -> Result<String, NoRandomness> {
    let prefix = match mode {
        OperatingMode::Live => "fsk_live_",
        OperatingMode::Test => "fsk_test_",
    };
    Ok(format!("{prefix}{}", to_hex(&random_bytes::<SECRET_BYTES>()?)))
}

/// Returns 256 random bits in hexadecimal, for an internal secret.
///
/// # Errors
/// [`NoRandomness`] if the operating system has no random bytes.
pub fn new_internal_secret() -> Result<String, NoRandomness> {
    Ok(to_hex(&random_bytes::<SECRET_BYTES>()?))
}

/// Returns 128 random bits, for an identifier.
///
/// # Errors
/// [`NoRandomness`] if the operating system has no random bytes.
pub fn new_seed() -> Result<u128, NoRandomness> {
    random_bytes::<16>().map(u128::from_be_bytes)
}

fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// Formats bytes in hexadecimal.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_hash_only() {
        assert!(has_hash(
            "abc",
            "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
        ));
        assert!(!has_hash("abd", &hash_secret("abc")));
        let (a, b) = (
            new_secret(OperatingMode::Live).expect("random"),
            new_secret(OperatingMode::Live).expect("random"),
        );
        assert!(a != b && a.starts_with("fsk_live_") && a.len() == 73);
    }
}
