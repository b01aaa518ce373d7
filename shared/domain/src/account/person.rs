//! The person behind an order: known by the key of the system that sent it, or as a member who came
//! by a mail.

use serde::{Deserialize, Serialize};

use crate::account::{MemberRole, Membership};
use crate::basics::id::{KeyId, MembershipId};

/// Who ordered something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Requester {
    /// Whoever holds an API key.
    Key(KeyId),
    /// A member of the organisation, by the link in a mail.
    Member(MemberReference),
}

/// A member as history keeps it: without name or address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberReference {
    #[serde(rename = "member")]
    pub id: MembershipId,
    /// What the member might do then.
    pub role: MemberRole,
}

impl From<KeyId> for Requester {
    fn from(key: KeyId) -> Self {
        Self::Key(key)
    }
}

impl From<&Membership> for Requester {
    fn from(membership: &Membership) -> Self {
        Self::Member(MemberReference { id: membership.id.clone(), role: membership.role })
    }
}
