//! The consumer keys that Mastercard Developers hands out.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Serialize;

use super::Ethoca;

/// What a merchant downloads once: its consumer key and the private key that signs its calls.
#[derive(Clone, Serialize)]
pub struct Credentials {
    /// `<client id>!<key id>`, 97 characters.
    pub consumer_key: String,
    /// The private key, PKCS#8 in PEM.
    pub private_key_pkcs8_pem: String,
    /// The private key, PKCS#8 in DER.
    #[serde(skip)]
    pub private_key_pkcs8_der: Vec<u8>,
}

impl Ethoca {
    /// Makes an RSA-2048 pair under a new consumer key and registers its public half.
    ///
    /// # Panics
    /// When the machine has no randomness.
    #[must_use]
    pub fn generate_credentials(&self) -> Credentials {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("an RSA pair");
        let private: Pkcs8V1Der<'_> = pair.as_der().expect("its private half");
        let private = private.as_ref().to_vec();
        let consumer_key = consumer_key();
        let credentials = Credentials {
            consumer_key,
            private_key_pkcs8_pem: pem(&private),
            private_key_pkcs8_der: private,
        };
        self.register(&credentials);
        credentials
    }

    /// Registers credentials that were made before.
    ///
    /// # Panics
    /// When they hold no key pair.
    pub fn register(&self, credentials: &Credentials) {
        let pair = RsaKeyPair::from_pkcs8(&credentials.private_key_pkcs8_der).expect("a key pair");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("its public half");
        self.register_consumer(&credentials.consumer_key, public.as_ref());
    }

    /// Registers a consumer by its RSA public key, as `SubjectPublicKeyInfo` or PKCS#1, in DER.
    pub fn register_consumer(&self, consumer_key: &str, public_key_der: &[u8]) {
        self.change(|memory| {
            memory.consumers.insert(consumer_key.to_owned(), STANDARD.encode(public_key_der))
        });
    }
}

fn consumer_key() -> String {
    let mut client = [0; 36];
    let mut key = [0; 24];
    let random = SystemRandom::new();
    random.fill(&mut client).expect("randomness");
    random.fill(&mut key).expect("randomness");
    let key_id: Vec<String> = key.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}!{}", URL_SAFE_NO_PAD.encode(client), key_id.concat())
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> =
        (0..text.len()).step_by(64).map(|start| &text[start..text.len().min(start + 64)]).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}
