//! KMS: one symmetric key for each key id, made when it is first used.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rusqlite::OptionalExtension;
use serde::Deserialize;
use serde_json::json;

use super::answer::Answer;
use super::ledger::Ledger;
use super::transport::{ACCOUNT, REGION};

/// The keys.
pub(super) struct Keys {
    ledger: Ledger,
}

impl Keys {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self { ledger }
    }

    /// Answers one call.
    pub(super) fn run(&self, operation: &str, body: &str) -> Answer {
        let request: Request = match serde_json::from_str(body) {
            Ok(request) => request,
            Err(error) => return Answer::refused("ValidationException", &error.to_string()),
        };
        let outcome = match operation {
            "Encrypt" => self.encrypt(&request),
            "Decrypt" => self.decrypt(&request),
            _ => return Answer::refused("UnknownOperationException", operation),
        };
        outcome.unwrap_or_else(|kind| Answer::refused(kind, "the request was refused"))
    }

    fn encrypt(&self, request: &Request) -> Result<Answer, &'static str> {
        let name = key_name(request.key_id.as_deref().ok_or("ValidationException")?);
        let mut text = decoded(&request.plaintext)?;
        if text.is_empty() || text.len() > MAX_PLAINTEXT_BYTES {
            return Err("ValidationException");
        }
        let nonce = self
            .key(&name)
            .seal_in_place_append_tag(Aad::from(request.context()), &mut text)
            .map_err(|_| "KMSInternalException")?;
        let length = u8::try_from(name.len()).map_err(|_| "ValidationException")?;
        let blob = [&[length], name.as_bytes(), nonce.as_ref(), &text].concat();
        Ok(Answer::done(&json!({
            "CiphertextBlob": BASE64.encode(blob), "KeyId": key_arn(&name),
            "EncryptionAlgorithm": ALGORITHM,
        })))
    }

    fn decrypt(&self, request: &Request) -> Result<Answer, &'static str> {
        let blob = decoded(&request.ciphertext_blob)?;
        let (name, nonce, mut text) = take_apart(&blob).ok_or(INVALID)?;
        if request.key_id.as_deref().is_some_and(|asked| key_name(asked) != name) {
            return Err("IncorrectKeyException");
        }
        let plain = self
            .key(&name)
            .open_in_place(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(request.context()),
                &mut text,
            )
            .map_err(|_| INVALID)?;
        Ok(Answer::done(&json!({
            "Plaintext": BASE64.encode(plain), "KeyId": key_arn(&name),
            "EncryptionAlgorithm": ALGORITHM,
        })))
    }

    fn key(&self, name: &str) -> RandomizedNonceKey {
        let material = self.ledger.run(|db| {
            let kept = db
                .query_row("SELECT material FROM keys WHERE name = ?1", [name], |row| row.get(0))
                .optional()?;
            if let Some(material) = kept {
                return Ok(material);
            }
            let mut fresh = [0_u8; 32];
            aws_lc_rs::rand::fill(&mut fresh).expect("the system has randomness");
            db.execute("INSERT INTO keys VALUES (?1, ?2)", (name, fresh))?;
            Ok(fresh)
        });
        RandomizedNonceKey::new(&AES_256_GCM, &material).expect("32 bytes are an AES-256 key")
    }
}

const ALGORITHM: &str = "SYMMETRIC_DEFAULT";
const INVALID: &str = "InvalidCiphertextException";
const NONCE_BYTES: usize = 12;
/// What KMS encrypts directly.
const MAX_PLAINTEXT_BYTES: usize = 4096;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    key_id: Option<String>,
    #[serde(default)]
    plaintext: String,
    #[serde(default)]
    ciphertext_blob: String,
    #[serde(default)]
    encryption_context: BTreeMap<String, String>,
}

impl Request {
    /// The context in one form whatever the order it was given in.
    fn context(&self) -> Vec<u8> {
        json!(self.encryption_context).to_string().into_bytes()
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, &'static str> {
    BASE64.decode(text).map_err(|_| "ValidationException")
}

fn take_apart(blob: &[u8]) -> Option<(String, [u8; NONCE_BYTES], Vec<u8>)> {
    let (length, rest) = blob.split_first()?;
    let (name, rest) = rest.split_at_checked(usize::from(*length))?;
    let (nonce, text) = rest.split_first_chunk()?;
    Some((String::from_utf8(name.to_vec()).ok()?, *nonce, text.to_vec()))
}

/// A key is the same by its id, its alias of the same name and either one's ARN.
fn key_name(id: &str) -> String {
    let id = id.rsplit(':').next().unwrap_or(id);
    let id = id.strip_prefix("key/").or_else(|| id.strip_prefix("alias/")).unwrap_or(id);
    id.to_owned()
}

fn key_arn(name: &str) -> String {
    format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}")
}
