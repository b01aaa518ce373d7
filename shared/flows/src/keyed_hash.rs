//! Keyed hashes, for values that are compared but must not be read back, and for signatures.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use partners::SecretText;

use runtime::random::to_hex;

/// Returns the HMAC-SHA256 of a text under a secret, in hexadecimal. The purpose separates each use
/// of the secret from every other.
#[must_use]
pub fn keyed_hash(secret: &SecretText, purpose: &str, text: &str) -> String {
    let own = sign(&Key::new(HMAC_SHA256, secret.expose_secret().as_bytes()), purpose.as_bytes());
    to_hex(sign(&Key::new(HMAC_SHA256, own.as_ref()), text.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_purpose_and_text_all_count() {
        let hash =
            |secret: &str, purpose, text| keyed_hash(&SecretText::new(secret), purpose, text);
        let one = hash("s", "p", "t");
        assert_eq!(one, hash("s", "p", "t"));
        assert_eq!(one.len(), 64);
        for other in
            [hash("S", "p", "t"), hash("s", "pt", ""), hash("s", "P", "t"), hash("s", "p", "T")]
        {
            assert_ne!(one, other);
        }
    }
}
