//! The requester of an action: an API key of a client system, or a member with a link from an
//! e-mail.

use serde::{Deserialize, Serialize};

use crate::account::{MemberRole, Membership};
use crate::basics::id::{KeyId, MembershipId};

/// The requester of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Requester {
    /// The holder of an API key.
    Key(KeyId),
    /// A member of the organisation, by the link in an e-mail.
    Member(MemberReference),
}

/// A member as stored in the history, without name or address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberReference {
    #[serde(rename = "member")]
    pub id: MembershipId,
    /// The role of the member at that time.
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
