//! The audit trail: an entry for each change by an API key or by a command of the operator.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::account::{ApiKeyLevel, OperatingMode};
use crate::basics::id::{AuditId, KeyId, OrganisationId, PartnerId};

/// The maximum number of ids listed for a change.
pub const MOST_IDS: usize = 100;

/// A change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRecord {
    pub id: AuditId,
    pub at: Timestamp,
    pub by: AuditActor,
    /// The tenant that the change belongs to; `None` where the operator set up shared
    /// infrastructure.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub whose: Option<AuditTenant>,
    /// The organisations that the change affected.
    pub organisations: Vec<OrganisationId>,
    /// The HTTP method, or `COMMAND` for a command of the operator.
    pub method: String,
    /// The documented route, or the command.
    pub route: String,
    /// The ids of the changed and created resources.
    pub ids: Vec<String>,
    /// The status of the response; `None` for commands.
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

/// The author of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuditActor {
    /// The holder of an API key.
    Key { id: KeyId, name: String, prefix: String, level: ApiKeyLevel },
    /// The operator, by the name given with the command.
    Operator { name: Option<String> },
}

impl AuditActor {
    /// Returns the id of the API key, where a key made the change.
    #[must_use]
    pub const fn key_id(&self) -> Option<&KeyId> {
        match self {
            Self::Key { id, .. } => Some(id),
            Self::Operator { .. } => None,
        }
    }
}
