//! OAuth 1.0a with a body hash and no token, signed RSA-SHA256, as Mastercard's gateway requires.
//!
//! RFC 5849 escapes the `oauth_*` values once more before signing. Mastercard's own signers sign
//! the values exactly as in the header; this module does the same.

use std::sync::Arc;

use aws_lc_rs::digest;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::Url;

use crate::{PartnerError, SecretText};

/// A consumer key and its private key.
#[derive(Clone)]
pub(super) struct OAuthSigner {
    consumer_key: String,
    pair: Arc<KeyPair>,
}

impl OAuthSigner {
    pub fn new(consumer_key: &str, private_key: &SecretText) -> Result<Self, PartnerError> {
        let wrong = || {
            PartnerError::unreadable(
                "the private key: PKCS#8 of an RSA key is wanted, as PEM or base 64",
            )
        };
        let lines = private_key.expose_secret().lines().filter(|line| !line.starts_with("-----"));
        let text: String =
            lines.flat_map(str::chars).filter(|letter| !letter.is_whitespace()).collect();
        let der = STANDARD.decode(text).map_err(|_| wrong())?;
        let pair = KeyPair::from_pkcs8(&der).map_err(|_| wrong())?;
        Ok(Self { consumer_key: consumer_key.to_owned(), pair: Arc::new(pair) })
    }

    /// Returns the `Authorization` header of a call.
    pub fn authorization_header(
        &self,
        method: &str,
        url: &Url,
        body: &[u8],
        now: Timestamp,
    ) -> Result<String, PartnerError> {
        let parameters = [
            ("oauth_body_hash", body_hash(body)),
            ("oauth_consumer_key", self.consumer_key.clone()),
            ("oauth_nonce", new_nonce()?),
            ("oauth_signature_method", "RSA-SHA256".to_owned()),
            ("oauth_timestamp", now.as_second().to_string()),
            ("oauth_version", "1.0".to_owned()),
        ];
        let signature = self.sign_text(&base_string(method, url, &parameters))?;
        let parameters = parameters.iter().map(|(name, value)| format!("{name}=\"{value}\","));
        Ok(format!(
            "OAuth {}oauth_signature=\"{}\"",
            parameters.collect::<String>(),
            percent_encode(&signature)
        ))
    }

    fn sign_text(&self, text: &str) -> Result<String, PartnerError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let signed = self.pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            text.as_bytes(),
            &mut signature,
        );
        signed.map_err(|_| PartnerError::refused("not_signed", "the private key does not sign"))?;
        Ok(STANDARD.encode(signature))
    }
}

impl std::fmt::Debug for OAuthSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("consumer_key", &self.consumer_key).finish_non_exhaustive()
    }
}

/// Returns the signed text: the method, the URL without its query, and all parameters, sorted.
fn base_string(method: &str, url: &Url, oauth: &[(&str, String)]) -> String {
    let query = url.query().unwrap_or_default();
    let mut pairs: Vec<(&str, &str)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    pairs.extend(oauth.iter().map(|(name, value)| (*name, value.as_str())));
    pairs.sort_unstable();
    let parameters: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!(
        "{}&{}&{}",
        method.to_uppercase(),
        percent_encode(&base_url(url)),
        percent_encode(&parameters.join("&"))
    )
}

/// Returns the URL without query and fragment. The parser already made scheme and host lower case
/// and removed a default port.
fn base_url(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// Returns the base 64 SHA-256 of the body; an empty body is hashed, too.
fn body_hash(body: &[u8]) -> String {
    STANDARD.encode(digest::digest(&digest::SHA256, body))
}

/// Returns a unique nonce of 16 letters and digits.
fn new_nonce() -> Result<String, PartnerError> {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bytes = [0; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| PartnerError::refused("not_signed", "the system has no randomness"))?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

/// Escapes all but letters, digits and `-._~` (RFC 3986).
fn percent_encode(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::AsDer as _;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn bodies_are_hashed_the_empty_one_too() {
        assert_eq!(body_hash(b""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn urls_are_normalised() {
        for (given, base) in [
            ("HTTPS://API.Example.COM", "https://api.example.com/"),
            ("https://api.example.com:443/a?b=c#d", "https://api.example.com/a"),
            ("http://api.example.com:80/A/b", "http://api.example.com/A/b"),
            ("https://api.example.com:8443/r%20v", "https://api.example.com:8443/r%20v"),
        ] {
            assert_eq!(base_url(&url(given)), base);
        }
    }

    #[test]
    fn parameters_are_sorted_and_stand_as_in_the_header() {
        let oauth = [
            ("oauth_nonce", "randomnonce".to_owned()),
            ("oauth_body_hash", "body/hash+=".to_owned()),
        ];
        let text = base_string("post", &url("https://api.example.com/x?b=2&a=%3A&b=1&e"), &oauth);
        let parameters = "a%3D%253A%26b%3D1%26b%3D2%26e%3D%26\
            oauth_body_hash%3Dbody%2Fhash%2B%3D%26oauth_nonce%3Drandomnonce";
        assert_eq!(text, format!("POST&https%3A%2F%2Fapi.example.com%2Fx&{parameters}"));
    }

    #[test]
    fn a_call_is_signed_by_the_key_as_pem_or_base_64() {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a pair");
        let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().expect("its private half");
        let text = STANDARD.encode(der.as_ref());
        for key in [
            text.clone(),
            format!(
                "-----BEGIN PRIVATE KEY-----\r\n{}\r\n{}\n-----END PRIVATE KEY-----\n",
                &text[..64],
                &text[64..]
            ),
        ] {
            let signer = OAuthSigner::new("client!key", &SecretText::new(key)).expect("a signer");
            let signature =
                STANDARD.decode(signer.sign_text("text").expect("a signature")).expect("base 64");
            let public =
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref());
            assert!(public.verify(b"text", &signature).is_ok());
            let call = |now| {
                signer
                    .authorization_header("GET", &url("https://a.example/alerts?size=25"), b"", now)
                    .expect("a header")
            };
            let header = call(Timestamp::UNIX_EPOCH);
            assert!(
                header.starts_with("OAuth oauth_body_hash=\"47DEQ")
                    && header.contains("oauth_timestamp=\"0\""),
                "{header}"
            );
            assert_ne!(header, call(Timestamp::UNIX_EPOCH), "each call has its own nonce");
        }
        assert!(
            !format!(
                "{:?}",
                OAuthSigner::new("c", &SecretText::new(text.clone())).expect("a signer")
            )
            .contains(&text[..20])
        );
        assert!(OAuthSigner::new("c", &SecretText::new("AAAA")).is_err());
    }
}
