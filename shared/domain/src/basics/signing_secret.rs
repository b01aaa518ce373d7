//! Secrets that sign outgoing requests: newest first, older secrets until they expire.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::SealedSecret;
use crate::basics::time::add_seconds;

/// A signing secret, with the time of expiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningSecret {
    pub sealed: SealedSecret,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Timestamp>,
}

impl SigningSecret {
    /// Creates a secret without expiry.
    #[must_use]
    pub const fn new(sealed: SealedSecret) -> Self {
        Self { sealed, until: None }
    }

    fn is_active(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// Returns the secrets that sign at a time, newest first.
pub fn active_secrets(
    secrets: &[SigningSecret],
    now: Timestamp,
) -> impl Iterator<Item = &SealedSecret> {
    secrets.iter().filter(move |secret| secret.is_active(now)).map(|secret| &secret.sealed)
}

/// Adds a new secret. Earlier secrets sign for the overlap, too.
#[must_use]
pub fn rotate_secrets(
    mut secrets: Vec<SigningSecret>,
    sealed: SealedSecret,
    overlap_seconds: i64,
    now: Timestamp,
) -> Vec<SigningSecret> {
    let end = add_seconds(now, overlap_seconds);
    secrets.retain(|secret| secret.is_active(now));
    for secret in &mut secrets {
        secret.until = Some(secret.until.map_or(end, |until| until.min(end)));
    }
    secrets.insert(0, SigningSecret::new(sealed));
    secrets
}
