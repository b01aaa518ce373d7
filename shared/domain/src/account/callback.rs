//! A merchant's own endpoint, which moves the money and ends subscriptions when we ask it to.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Sealed;
use crate::basics::signing_secret::{self, SigningSecret};

/// Where the endpoint is, and what signs our requests to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    pub url: String,
    /// The newest first; older ones sign too until they end.
    pub secrets: Vec<SigningSecret>,
}

impl Callback {
    /// An endpoint with its first secret.
    #[must_use]
    pub fn new(url: String, sealed: Sealed) -> Self {
        Self { url, secrets: vec![SigningSecret::new(sealed)] }
    }

    /// The secrets that sign at a time, the newest first.
    pub fn signing(&self, now: Timestamp) -> impl Iterator<Item = &Sealed> {
        signing_secret::signing(&self.secrets, now)
    }

    /// With a new secret; those before it sign for a while longer.
    #[must_use]
    pub fn rotated(self, sealed: Sealed, overlap_seconds: i64, now: Timestamp) -> Self {
        Self {
            secrets: signing_secret::rotated(self.secrets, sealed, overlap_seconds, now),
            ..self
        }
    }
}
