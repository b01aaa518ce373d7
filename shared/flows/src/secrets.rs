//! Secrets of processors and vendors: sealed by the key service with their owner as context, opened
//! once per warm function and five minutes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::account::SealedSecret;
use domain::basics::id::OrganisationId;
use domain::basics::time::add_seconds;
use jiff::Timestamp;
use partners::SecretText;
use store::Store;
use store::keys::DEPLOYMENT;

use crate::StageFailure;
use runtime::random::new_internal_secret;

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
pub struct SecretVault {
    kms: Client,
    key: String,
    opened: Arc<Mutex<HashMap<String, (Timestamp, SecretText)>>>,
}

impl SecretVault {
    /// Secrets under one key of the key service.
    #[must_use]
    pub fn new(kms: Client, key: impl Into<String>) -> Self {
        Self { kms, key: key.into(), opened: Arc::default() }
    }

    /// Seals a secret for its owner; nobody else's name opens it.
    ///
    /// # Errors
    /// [`SecretError`] where the key service does not answer.
    pub async fn seal_secret(
        &self,
        owner: &str,
        secret: &str,
    ) -> Result<SealedSecret, SecretError> {
        let request = self
            .kms
            .encrypt()
            .key_id(&self.key)
            .plaintext(Blob::new(secret))
            .encryption_context("owner", owner);
        let answer = request.send().await.map_err(|e| SecretError::Unavailable(e.into()))?;
        let blob = answer.ciphertext_blob.ok_or(SecretError::Unreadable)?;
        Ok(SealedSecret(STANDARD.encode(blob)))
    }

    /// Opens an owner's secret.
    ///
    /// # Errors
    /// [`SecretError`] where the key service does not answer, or the secret is another owner's.
    pub async fn open_secret(
        &self,
        owner: &str,
        sealed: &SealedSecret,
        now: Timestamp,
    ) -> Result<SecretText, SecretError> {
        let name = format!("{owner}/{}", sealed.0);
        if let Some(known) = self.cached_secret(&name, now) {
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
        self.lock_cache().insert(name, (add_seconds(now, REMEMBERED_SECONDS), secret.clone()));
        Ok(secret)
    }

    /// The organisation's own secret, made when it is first asked for.
    ///
    /// # Errors
    /// [`Failure`] where the store or the key service does not answer.
    pub async fn organisation_secret(
        &self,
        store: &Store,
        organisation: &OrganisationId,
        now: Timestamp,
    ) -> Result<SecretText, StageFailure> {
        self.owner_secret(store, organisation.as_str(), now).await
    }

    /// The deployment's own secret, for what spans all partners; made when it is first asked for.
    ///
    /// # Errors
    /// [`Failure`] where the store or the key service does not answer.
    pub async fn deployment_secret(
        &self,
        store: &Store,
        now: Timestamp,
    ) -> Result<SecretText, StageFailure> {
        self.owner_secret(store, DEPLOYMENT, now).await
    }

    async fn owner_secret(
        &self,
        store: &Store,
        owner: &str,
        now: Timestamp,
    ) -> Result<SecretText, StageFailure> {
        let name = format!("{owner}/own");
        if let Some(known) = self.cached_secret(&name, now) {
            return Ok(known);
        }
        let sealed = match store.read_own_secret(owner).await? {
            Some(sealed) => sealed,
            None => self.create_owner_secret(store, owner).await?,
        };
        let secret = self.open_secret(owner, &sealed, now).await?;
        self.lock_cache().insert(name, (add_seconds(now, REMEMBERED_SECONDS), secret.clone()));
        Ok(secret)
    }

    /// The same where it is at hand, so that nobody else need be asked.
    #[must_use]
    pub fn cached_organisation_secret(
        &self,
        organisation: &OrganisationId,
        now: Timestamp,
    ) -> Option<SecretText> {
        self.cached_secret(&format!("{organisation}/own"), now)
    }

    /// Two may ask at once: whichever is kept first is everybody's.
    async fn create_owner_secret(
        &self,
        store: &Store,
        owner: &str,
    ) -> Result<SealedSecret, StageFailure> {
        let secret = new_internal_secret().map_err(|_| StageFailure::Missing("randomness"))?;
        let sealed = self.seal_secret(owner, &secret).await?;
        store.insert_own_secret(owner, sealed).await?;
        store.read_own_secret(owner).await?.ok_or(StageFailure::Missing("the owner's secret"))
    }

    fn cached_secret(&self, name: &str, now: Timestamp) -> Option<SecretText> {
        self.lock_cache()
            .get(name)
            .filter(|(until, _)| *until > now)
            .map(|(_, secret)| secret.clone())
    }

    fn lock_cache(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Timestamp, SecretText)>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
