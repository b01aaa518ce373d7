//! The merchant's own callback endpoint, which makes refunds and cancels subscriptions at our
//! request.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::SealedSecret;
use crate::basics::signing_secret::{self, SigningSecret};

/// The URL of the endpoint, and the secrets that sign our requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackEndpoint {
    pub url: String,
    /// The secrets, newest first. Older secrets sign too until they expire.
    pub secrets: Vec<SigningSecret>,
}

impl CallbackEndpoint {
    /// Creates an endpoint with a first secret.
    #[must_use]
    pub fn new(url: String, sealed: SealedSecret) -> Self {
        Self { url, secrets: vec![SigningSecret::new(sealed)] }
    }

    /// Returns the secrets that sign at a time, newest first.
    pub fn active_secrets(&self, now: Timestamp) -> impl Iterator<Item = &SealedSecret> {
        signing_secret::active_secrets(&self.secrets, now)
    }

    /// Adds a new secret. Earlier secrets sign for the overlap, too.
    #[must_use]
    pub fn rotate_secret(self, sealed: SealedSecret, overlap_seconds: i64, now: Timestamp) -> Self {
        Self {
            secrets: signing_secret::rotate_secrets(self.secrets, sealed, overlap_seconds, now),
            ..self
        }
    }
}
