//! Quarantine: vendors' payloads that could not be worked, kept for the operator.

use domain::id::{AlertId, ConnectionId, EnrolmentId, QuarantineId};
use domain::time::after;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, LIST, LISTED};
use crate::table::{Item, Wrote, item_of, number, text};
use crate::{Store, StoreError};

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
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fate {
    Held,
    Released { alert: AlertId, at: Timestamp, by: String },
    Discarded { at: Timestamp, by: String, why: String },
}

impl Store {
    /// Holds a payload; a second delivery of it changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn hold(&self, held: &Quarantined) -> Result<bool, StoreError> {
        Ok(matches!(self.put_new(item(held)?).await?, Wrote::Done))
    }

    /// Writes what became of a held payload.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_quarantined(&self, quarantined: &Quarantined) -> Result<(), StoreError> {
        self.put(item(quarantined)?).await
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
    item.insert(LIST.into(), text(keys::LISTED_QUARANTINE));
    item.insert(LISTED.into(), text(keys::listed_at(held.received_at, held.id.as_str())));
    item.insert(EXPIRES.into(), number(after(held.received_at, keys::QUARANTINE_DAYS * 86_400).as_second()));
    Ok(item)
}
