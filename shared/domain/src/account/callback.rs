//! A merchant's own endpoint, which moves the money and ends subscriptions when we ask it to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::SealedSecret;
use crate::basics::signing_secret::{self, SigningSecret};

/// Where the endpoint is, and what signs our requests to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackEndpoint {
    pub url: String,
    /// The newest first; older ones sign too until they end.
    pub secrets: Vec<SigningSecret>,
}

impl CallbackEndpoint {
    /// An endpoint with its first secret.
    #[must_use]
    pub fn new(url: String, sealed: SealedSecret) -> Self {
        Self { url, secrets: vec![SigningSecret::new(sealed)] }
    }

    /// The secrets that sign at a time, the newest first.
    pub fn active_secrets(&self, now: Timestamp) -> impl Iterator<Item = &SealedSecret> {
        signing_secret::active_secrets(&self.secrets, now)
    }

    /// With a new secret; those before it sign for a while longer.
    #[must_use]
    pub fn rotate_secret(self, sealed: SealedSecret, overlap_seconds: i64, now: Timestamp) -> Self {
        Self {
            secrets: signing_secret::rotate_secrets(self.secrets, sealed, overlap_seconds, now),
            ..self
        }
    }
}
