//! The owner of a key, as rate limits, idempotency keys and cursors count owners.

use domain::account::{ApiKey, ApiKeyScope};
use domain::basics::id::OrganisationId;
use runtime::random::hash_bytes;

/// Returns the owner of a key: the partner, a group of organisations, or an organisation. Keys with
/// the same reach share an owner.
pub(crate) fn key_owner(key: &ApiKey) -> String {
    match &key.reach {
        ApiKeyScope::Partner => key.partner.to_string(),
        ApiKeyScope::Organisation(id) => id.to_string(),
        ApiKeyScope::Group(ids) => {
            let ids: Vec<&str> = ids.iter().map(OrganisationId::as_str).collect();
            format!("{}+{}", key.partner, hash_bytes(ids.join("+").as_bytes()))
        }
    }
}
