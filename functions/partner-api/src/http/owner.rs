//! Whose a key is, as limits, idempotency keys and cursors count owners.

use domain::account::{ApiKey, ApiKeyScope};
use domain::basics::id::OrganisationId;
use runtime::random::hash_bytes;

/// Whose a key is: the partner's, a group's of its organisations, or an organisation's; not one
/// key's.
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
