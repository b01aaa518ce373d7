//! Secrets of processors and vendors: sealed by the key service with their owner as context, opened
//! once per warm function and five minutes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::account::Sealed;
use domain::basics::id::OrganisationId;
use domain::basics::time::after;
use jiff::Timestamp;
use partners::SecretText;
use store::Store;
use store::keys::DEPLOYMENT;

use crate::Failure;
use runtime::random::new_own_secret;

/// How long an opened secret is remembered.
const REMEMBERED_SECONDS: i64 = 300;

/// A secret cannot be sealed or opened. What it holds is in no error.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("the key service did not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("a sealed secret cannot be read")]
    Unreadable,
}

/// Seals and opens.
#[derive(Debug, Clone)]
pub struct Secrets {
    kms: Client,
    key: String,
    opened: Arc<Mutex<HashMap<String, (Timestamp, SecretText)>>>,
}

impl Secrets {
    /// Secrets under one key of the key service.
    #[must_use]
    pub fn new(kms: Client, key: impl Into<String>) -> Self {
        Self { kms, key: key.into(), opened: Arc::default() }
    }

    /// Seals a secret for its owner; nobody else's name opens it.
    ///
    /// # Errors
    /// [`SecretError`] where the key service does not answer.
    pub async fn seal(&self, owner: &str, secret: &str) -> Result<Sealed, SecretError> {
        let request = self
            .kms
            .encrypt()
            .key_id(&self.key)
            .plaintext(Blob::new(secret))
            .encryption_context("owner", owner);
        let answer = request.send().await.map_err(|e| SecretError::Unavailable(e.into()))?;
        let blob = answer.ciphertext_blob.ok_or(SecretError::Unreadable)?;
        Ok(Sealed(STANDARD.encode(blob)))
    }

    /// Opens an owner's secret.
    ///
    /// # Errors
    /// [`SecretError`] where the key service does not answer, or the secret is another owner's.
    pub async fn open(
        &self,
        owner: &str,
        sealed: &Sealed,
        now: Timestamp,
    ) -> Result<SecretText, SecretError> {
        let name = format!("{owner}/{}", sealed.0);
        if let Some(known) = self.remembered(&name, now) {
            return Ok(known);
        }
        let blob = STANDARD.decode(&sealed.0).map_err(|_| SecretError::Unreadable)?;
        let request = self
            .kms
            .decrypt()
            .key_id(&self.key)
            .ciphertext_blob(Blob::new(blob))
            .encryption_context("owner", owner);
        let answer = request.send().await.map_err(|e| SecretError::Unavailable(e.into()))?;
        let bytes = answer.plaintext.ok_or(SecretError::Unreadable)?.into_inner();
        let secret =
            SecretText::new(String::from_utf8(bytes).map_err(|_| SecretError::Unreadable)?);
        self.lock().insert(name, (after(now, REMEMBERED_SECONDS), secret.clone()));
        Ok(secret)
    }

    /// The organisation's own secret, made when it is first asked for.
    ///
    /// # Errors
    /// [`Failure`] where the store or the key service does not answer.
    pub async fn of_organisation(
        &self,
        store: &Store,
        organisation: &OrganisationId,
        now: Timestamp,
    ) -> Result<SecretText, Failure> {
        self.own(store, organisation.as_str(), now).await
    }

    /// The deployment's own secret, for what spans all partners; made when it is first asked for.
    ///
    /// # Errors
    /// [`Failure`] where the store or the key service does not answer.
    pub async fn of_deployment(
        &self,
        store: &Store,
        now: Timestamp,
    ) -> Result<SecretText, Failure> {
        self.own(store, DEPLOYMENT, now).await
    }

    async fn own(&self, store: &Store, owner: &str, now: Timestamp) -> Result<SecretText, Failure> {
        let name = format!("{owner}/own");
        if let Some(known) = self.remembered(&name, now) {
            return Ok(known);
        }
        let sealed = match store.own_secret(owner).await? {
            Some(sealed) => sealed,
            None => self.first_of(store, owner).await?,
        };
        let secret = self.open(owner, &sealed, now).await?;
        self.lock().insert(name, (after(now, REMEMBERED_SECONDS), secret.clone()));
        Ok(secret)
    }

    /// The same where it is at hand, so that nobody else need be asked.
    #[must_use]
    pub fn at_hand(&self, organisation: &OrganisationId, now: Timestamp) -> Option<SecretText> {
        self.remembered(&format!("{organisation}/own"), now)
    }

    /// Two may ask at once: whichever is kept first is everybody's.
    async fn first_of(&self, store: &Store, owner: &str) -> Result<Sealed, Failure> {
        let secret = new_own_secret().map_err(|_| Failure::Missing("randomness"))?;
        let sealed = self.seal(owner, &secret).await?;
        store.keep_own_secret(owner, sealed).await?;
        store.own_secret(owner).await?.ok_or(Failure::Missing("the owner's secret"))
    }

    fn remembered(&self, name: &str, now: Timestamp) -> Option<SecretText> {
        self.lock().get(name).filter(|(until, _)| *until > now).map(|(_, secret)| secret.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Timestamp, SecretText)>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
