//! Quarantine: vendors' payloads that could not be worked, kept for the operator.

use domain::id::{AlertId, ConnectionId, EnrolmentId, OrganisationId, QuarantineId};
use domain::time::after;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, LIST, LISTED};
use crate::table::{Item, Wrote, item_of, number, text};
use crate::{Store, StoreError};

/// What an organisation's own are listed as.
pub const LISTED_AS: &str = "QUARANTINE";

/// A payload that could not be worked, its card numbers truncated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    pub id: QuarantineId,
    pub connection: ConnectionId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vendor_alert_id: Option<String>,
    /// Why it could not be worked, in words.
    pub reason: String,
    /// The payload.
    pub raw: String,
    /// The enrolments that it might belong to.
    #[serde(default)]
    pub enrolments: Vec<EnrolmentId>,
    pub received_at: Timestamp,
    pub fate: Fate,
    /// The organisation it was handed to; the operator's only, while there is none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub organisation: Option<OrganisationId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub assigned: Option<Handed>,
    #[serde(default = "first_version")]
    pub version: u64,
}

/// When it was handed to its organisation, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    pub at: Timestamp,
    pub by: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fate {
    Held,
    /// Somebody has begun to release it: whoever asks for the same goes on with it.
    Releasing {
        enrolment: EnrolmentId,
        at: Timestamp,
        by: String,
    },
    Released {
        alert: AlertId,
        at: Timestamp,
        by: String,
    },
    Discarded {
        at: Timestamp,
        by: String,
        why: String,
    },
}

impl Fate {
    /// The word for it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Held => "HELD",
            Self::Releasing { .. } => "RELEASING",
            Self::Released { .. } => "RELEASED",
            Self::Discarded { .. } => "DISCARDED",
        }
    }
}

impl Store {
    /// Holds a payload; a second delivery of it changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn hold(&self, held: &Quarantined) -> Result<bool, StoreError> {
        Ok(matches!(self.put_new(item(held)?).await?, Wrote::Done))
    }

    /// Writes the next version of a quarantined payload, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn replace_quarantined(&self, quarantined: &Quarantined) -> Result<(), StoreError> {
        let item = item(quarantined)?;
        match self.put_since(item.clone(), quarantined.version.saturating_sub(1)).await? {
            Wrote::Refused(there) if there.as_ref().as_ref() != Some(&item) => Err(StoreError::Conflict(quarantined.id.to_string())),
            Wrote::Done | Wrote::Refused(_) => Ok(()),
        }
    }

    /// A quarantined payload.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn quarantined(&self, id: &QuarantineId) -> Result<Option<Quarantined>, StoreError> {
        self.get("quarantined payload", &keys::quarantine(id.as_str())).await
    }
}

fn item(held: &Quarantined) -> Result<Item, StoreError> {
    let mut item = item_of("quarantined payload", &keys::quarantine(held.id.as_str()), held)?;
    let list = held.organisation.as_ref().map_or_else(|| keys::LISTED_QUARANTINE.to_owned(), |own| keys::listed_of(own, LISTED_AS));
    item.insert(LIST.into(), text(list));
    item.insert("list_status".into(), text(held.fate.as_str()));
    item.insert(LISTED.into(), text(keys::listed_at(held.received_at, held.id.as_str())));
    item.insert(EXPIRES.into(), number(after(held.received_at, keys::QUARANTINE_DAYS * 86_400).as_second()));
    Ok(item)
}

/// The version of what was kept before versions were.
const fn first_version() -> u64 {
    1
}
