//! Secrets that sign what we send: the newest first, older ones until they end.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::SealedSecret;
use crate::basics::time::add_seconds;

/// A secret that signs, until it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningSecret {
    pub sealed: SealedSecret,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Timestamp>,
}

impl SigningSecret {
    /// A secret without an end.
    #[must_use]
    pub const fn new(sealed: SealedSecret) -> Self {
        Self { sealed, until: None }
    }

    fn is_active(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// The secrets that sign at a time, the newest first.
pub fn active_secrets(
    secrets: &[SigningSecret],
    now: Timestamp,
) -> impl Iterator<Item = &SealedSecret> {
    secrets.iter().filter(move |secret| secret.is_active(now)).map(|secret| &secret.sealed)
}

/// With a new secret; those before it sign for a while longer.
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
