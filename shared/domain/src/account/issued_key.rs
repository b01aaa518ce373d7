//! API keys as stored: abilities, hashes of the secrets, last use and revocation.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::account::{ApiKey, first_version};
use crate::basics::id::KeyId;
use crate::basics::time::add_seconds;

/// The visible characters of a secret, for people to tell secrets apart: the mode and 24 of the 256
/// bits.
const SHOWN: usize = 15;
/// The maximum number of secrets of a key at a time: more would only come from needless rotations.
const MOST_SECRETS: usize = 5;

/// Every ability that the API requires.
pub const ABILITIES: &[&str] = &[
    "alerts:read",
    "alerts:write",
    "api_keys:read",
    "api_keys:write",
    "audit:read",
    "enrolments_v2:read",
    "enrolments_v2:write",
    "erasures:read",
    "erasures:write",
    "events:read",
    "integrations:read",
    "integrations:write",
    "memberships:read",
    "memberships:write",
    "merchants:read",
    "merchants:write",
    "negative_list:read",
    "negative_list:write",
    "orders:read",
    "orders:update",
    "orders:write",
    "organisations:read",
    "organisations:write",
    "refunds:read",
    "refunds:write",
    "quarantine:read",
    "quarantine:write",
    "rulesets:read",
    "rulesets:write",
    "simulations:alerts",
    "simulations:enrollments",
    "webhook_endpoints:read",
    "webhook_endpoints:write",
];

/// An issued API key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedApiKey {
    pub key: ApiKey,
    /// The purpose of the key, as named by the creator.
    pub name: String,
    /// The API key that created the key; `None` where the operator did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub made_by: Option<KeyId>,
    /// The secrets, latest first.
    pub secrets: Vec<ApiKeySecret>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub used_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revoked_at: Option<Timestamp>,
    #[serde(default = "first_version")]
    pub version: u64,
    /// The id of the write that made this version. A retried write recognises the version as
    /// already stored.
    #[serde(default)]
    pub write: String,
}

/// A secret as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeySecret {
    pub hash: String,
    /// The first characters of the secret.
    pub prefix: String,
    pub made_at: Timestamp,
    /// The time at which the secret expires, once the key was rotated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub until: Option<Timestamp>,
}

impl ApiKeySecret {
    /// Creates the record of a secret from the plain text and the hash.
    #[must_use]
    pub fn new(plain: &str, hash: String, made_at: Timestamp) -> Self {
        Self { hash, prefix: plain.chars().take(SHOWN).collect(), made_at, until: None }
    }

    fn is_expired(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

impl IssuedApiKey {
    /// Creates a key with a first secret.
    #[must_use]
    pub fn new(key: ApiKey, name: String, made_by: Option<KeyId>, secret: ApiKeySecret) -> Self {
        Self {
            key,
            name,
            made_by,
            secrets: vec![secret],
            used_on: None,
            revoked_at: None,
            version: 1,
            write: String::new(),
        }
    }

    /// Returns the first characters of the latest secret, for people to tell keys apart.
    #[must_use]
    pub fn secret_prefix(&self) -> &str {
        self.secrets.first().map_or("", |secret| secret.prefix.as_str())
    }

    /// Checks whether the secret of this hash is valid now.
    #[must_use]
    pub fn is_valid_secret(&self, hash: &str, now: Timestamp) -> bool {
        self.revoked_at.is_none()
            && self.secrets.iter().any(|one| one.hash == hash && !one.is_expired(now))
    }

    /// Adds a new secret. Earlier secrets expire after the overlap, or at their earlier expiry.
    #[must_use]
    pub fn rotate_secret(
        mut self,
        secret: ApiKeySecret,
        overlap_hours: u32,
        now: Timestamp,
    ) -> Self {
        let end = add_seconds(now, i64::from(overlap_hours) * 3600);
        for old in &mut self.secrets {
            old.until = Some(old.until.map_or(end, |until| until.min(end)));
        }
        self.secrets.insert(0, secret);
        self.secrets.retain(|one| !one.is_expired(now));
        self.secrets.truncate(MOST_SECRETS);
        self.version = self.version.saturating_add(1);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{ApiKeyScope, OperatingMode};
    use crate::basics::id::{OrganisationId, PartnerId};

    fn at(seconds: i64) -> Timestamp {
        add_seconds(Timestamp::UNIX_EPOCH, seconds)
    }

    fn key(abilities: &[&str], reach: ApiKeyScope) -> ApiKey {
        let abilities = abilities.iter().map(ToString::to_string).collect();
        ApiKey {
            id: KeyId::derived(&["k"]),
            partner: PartnerId::derived(&["p"]),
            mode: OperatingMode::Live,
            reach,
            abilities,
            created_at: at(0),
        }
    }

    fn issued() -> IssuedApiKey {
        let secret = ApiKeySecret::new("fsk_live_0123456789", "first".into(), at(0));
        IssuedApiKey::new(key(&[], ApiKeyScope::Partner), "Shop".into(), None, secret)
    }

    #[test]
    fn an_old_secret_opens_until_the_overlap_ends() {
        let rotated =
            issued().rotate_secret(ApiKeySecret::new("b", "second".into(), at(0)), 24, at(0));
        assert!(
            rotated.is_valid_secret("second", at(10 * 86_400))
                && rotated.is_valid_secret("first", at(86_399))
        );
        assert!(
            !rotated.is_valid_secret("first", at(86_400))
                && !rotated.is_valid_secret("third", at(0))
        );
        assert_eq!((rotated.version, rotated.secrets[1].prefix.as_str()), (2, "fsk_live_012345"));
        let again =
            rotated.rotate_secret(ApiKeySecret::new("c", "third".into(), at(60)), 48, at(60));
        assert!(
            again.is_valid_secret("first", at(86_399))
                && !again.is_valid_secret("first", at(86_400)),
            "a longer overlap does not lengthen it"
        );
        let at_once =
            again.rotate_secret(ApiKeySecret::new("d", "fourth".into(), at(90)), 0, at(90));
        assert_eq!(
            at_once.secrets.iter().map(|one| one.hash.as_str()).collect::<Vec<_>>(),
            ["fourth"]
        );
    }

    #[test]
    fn a_revoked_key_opens_nothing() {
        assert!(
            !IssuedApiKey { revoked_at: Some(at(5)), ..issued() }.is_valid_secret("first", at(0))
        );
    }

    #[test]
    fn nobody_covers_more_than_it_has() {
        let (a, b) = (OrganisationId::derived(&["a"]), OrganisationId::derived(&["b"]));
        let (one, group) =
            (ApiKeyScope::Organisation(a.clone()), ApiKeyScope::Group(vec![a.clone()]));
        let both = ApiKeyScope::Group(vec![a, b.clone()]);
        assert!(
            ApiKeyScope::Partner.is_superset_of(&both)
                && both.is_superset_of(&group)
                && group.is_superset_of(&one)
                && one.is_superset_of(&one)
        );
        for (narrow, wide) in [
            (&both, &ApiKeyScope::Partner),
            (&group, &both),
            (&one, &group),
            (&group, &ApiKeyScope::Organisation(b)),
        ] {
            assert!(!narrow.is_superset_of(wide), "{narrow:?} {wide:?}");
        }
        let reader = key(&["alerts:read"], ApiKeyScope::Partner);
        let abilities = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            (
                reader.first_missing_ability(&[]),
                reader.first_missing_ability(&abilities(&["alerts:read"]))
            ),
            (Some("*"), None)
        );
        assert_eq!(
            reader.first_missing_ability(&abilities(&["alerts:read", "alerts:write"])),
            Some("alerts:write")
        );
        assert_eq!(key(&[], ApiKeyScope::Partner).first_missing_ability(&[]), None);
    }
}
