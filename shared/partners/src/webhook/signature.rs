//! The signatures of a webhook: the documented scheme, and Standard Webhooks.

use std::fmt::Write as _;

use aws_lc_rs::hmac::{self, HMAC_SHA256, HMAC_SHA512, Key};
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::{PartnerError, SecretText};

/// The prefix of a secret, in both schemes.
const PREFIX: &str = "whsec_";

/// Creates a secret of 256 random bits, usable in both schemes.
///
/// # Errors
/// [`PartnerError::Unreadable`] where the operating system has no random bits.
pub fn new_webhook_secret() -> Result<SecretText, PartnerError> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(|_| PartnerError::unreadable("no random bits"))?;
    Ok(SecretText::new(format!("{PREFIX}{}", STANDARD.encode(bytes))))
}

/// Returns `t=<seconds>,v1=<hexadecimal>`, with a `v1` for each secret: HMAC-SHA512 over `t.body`,
/// with the secret's whole text as HMAC key.
#[must_use]
pub fn legacy_signature(secrets: &[SecretText], seconds: i64, body: &str) -> String {
    let mut words = format!("t={seconds}");
    for secret in secrets {
        let tag = hmac::sign(
            &Key::new(HMAC_SHA512, secret.expose_secret().as_bytes()),
            format!("{seconds}.{body}").as_bytes(),
        );
        words.push_str(",v1=");
        words.push_str(&to_hex(tag.as_ref()));
    }
    words
}

/// Returns `v1,<base 64>` for each secret, separated by a space: HMAC-SHA256 over `id.t.body`, with
/// the secret's decoded bytes as HMAC key.
#[must_use]
pub fn standard_signature(secrets: &[SecretText], id: &str, seconds: i64, body: &str) -> String {
    let sign = |secret: &SecretText| {
        let text = secret.expose_secret();
        let key = text
            .strip_prefix(PREFIX)
            .and_then(|rest| STANDARD.decode(rest).ok())
            .unwrap_or_else(|| text.as_bytes().to_vec());
        let tag =
            hmac::sign(&Key::new(HMAC_SHA256, &key), format!("{id}.{seconds}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(tag))
    };
    secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        if write!(text, "{byte:02x}").is_err() {
            text.clear(); // writing to a string cannot fail
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_vector() {
        let secret = [SecretText::new("whsec_test_secret")];
        let body = r#"{"id":"evt_1","type":"alert.created","data":{"object":{"id":"alrt_1"}}}"#;
        let expected = "t=1771322400,\
            v1=4d32f7acd41540e6f766c1063059ea109881415f7a3ffccbc812f0b5c46832af\
            e6c6c1a3399c33c4b29d68ff8155f9139fcf8bc7b7a52bceb6aa9db398091e0c";
        assert_eq!(legacy_signature(&secret, 1_771_322_400, body), expected);
    }

    #[test]
    fn the_vector_of_standard_webhooks() {
        let secret = [SecretText::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
        let signature = standard_signature(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn in_an_overlap_both_secrets_sign() {
        let both = [SecretText::new("new"), SecretText::new("old")];
        let (new, old) =
            (legacy_signature(&both[..1], 7, "{}"), legacy_signature(&both[1..], 7, "{}"));
        assert_eq!(legacy_signature(&both, 7, "{}"), format!("{new},{}", &old[4..]));
        assert_eq!(standard_signature(&both, "dlv_1", 7, "{}").split(' ').count(), 2);
    }

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let (a, b) = (new_webhook_secret().expect("random"), new_webhook_secret().expect("random"));
        assert!(a != b && a.expose_secret().len() == 50);
    }
}
