//! Who changed what: one entry for each use of a key, or command of the operator, that changed
//! something.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{ApiKeyLevel, OperatingMode};
use crate::basics::id::{AuditId, KeyId, OrganisationId, PartnerId};

/// More ids than this of one change are not named.
pub const MOST_IDS: usize = 100;

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    pub id: AuditId,
    pub at: Timestamp,
    pub by: AuditActor,
    /// Whose it is; nobody's where the operator set up what serves all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub whose: Option<AuditTenant>,
    /// The organisations that it touched.
    pub organisations: Vec<OrganisationId>,
    /// The HTTP method, or `COMMAND` of the operator's.
    pub method: String,
    /// The route as it is documented, or the command.
    pub route: String,
    /// What was changed and what was made.
    pub ids: Vec<String>,
    /// The answer's status; commands have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<u16>,
    pub request_id: String,
}

/// The partner that a change belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditTenant {
    pub partner: PartnerId,
    pub mode: OperatingMode,
}

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuditActor {
    /// Whoever holds a key.
    Key { id: KeyId, name: String, prefix: String, level: ApiKeyLevel },
    /// The operator, by the name that the command gives.
    Operator { name: Option<String> },
}

impl AuditActor {
    /// The key's id, where a key did it.
    #[must_use]
    pub const fn key_id(&self) -> Option<&KeyId> {
        match self {
            Self::Key { id, .. } => Some(id),
            Self::Operator { .. } => None,
        }
    }
}
