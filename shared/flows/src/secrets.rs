//! The secrets of processors and vendors. The key service seals each secret with the owner as
//! context. A warm function caches an opened secret for five minutes.

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

/// The seconds for which an opened secret stays in the cache.
const REMEMBERED_SECONDS: i64 = 300;

/// A secret cannot be sealed or opened. No error contains the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("the key service did not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("a sealed secret cannot be read")]
    Unreadable,
}

/// The vault that seals and opens secrets.
#[derive(Debug, Clone)]
pub struct SecretVault {
    kms: Client,
    key: String,
    opened: Arc<Mutex<HashMap<String, (Timestamp, SecretText)>>>,
}

impl SecretVault {
    /// Creates a vault under a key of the key service.
    #[must_use]
    pub fn new(kms: Client, key: impl Into<String>) -> Self {
        Self { kms, key: key.into(), opened: Arc::default() }
    }

    /// Seals a secret for an owner. Only the same owner's name opens the secret.
    ///
    /// # Errors
    /// [`SecretError`] if the key service does not answer.
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
    /// [`SecretError`] if the key service does not answer, or if the secret is another owner's.
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

    /// Returns the organisation's own secret, created on first use.
    ///
    /// # Errors
    /// [`StageFailure`] if the store or the key service does not answer.
    pub async fn organisation_secret(
        &self,
        store: &Store,
        organisation: &OrganisationId,
        now: Timestamp,
    ) -> Result<SecretText, StageFailure> {
        self.owner_secret(store, organisation.as_str(), now).await
    }

    /// Returns the deployment's own secret, for values across all partners, created on first use.
    ///
    /// # Errors
    /// [`StageFailure`] if the store or the key service does not answer.
    pub async fn deployment_secret(
        &self,
        store: &Store,
        now: Timestamp,
    ) -> Result<SecretText, StageFailure> {
        self.owner_secret(store, DEPLOYMENT, now).await
    }

    /// Returns an owner's secret from the cache or the store, or creates the secret.
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

    /// Returns the organisation's own secret from the cache, without a call.
    #[must_use]
    pub fn cached_organisation_secret(
        &self,
        organisation: &OrganisationId,
        now: Timestamp,
    ) -> Option<SecretText> {
        self.cached_secret(&format!("{organisation}/own"), now)
    }

    /// Creates an owner's secret. Of two concurrent callers, both get the secret that was stored
    /// first.
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
