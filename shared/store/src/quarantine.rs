//! Quarantine: vendors' payloads that could not be worked, kept for the operator.

use std::collections::BTreeSet;

use domain::enrolment::Claimant;
use domain::id::{AlertId, ConnectionId, EnrolmentId, OrganisationId, QuarantineId};
use domain::time::after;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, LIST, LISTED, PK, SK};
use crate::list::{Listed, Listing};
use crate::table::{Item, Wrote, item_of, number, text};
use crate::{Store, StoreError};

/// What an organisation's own are listed as.
pub const LISTED_AS: &str = "QUARANTINE";
/// For how many organisations a payload is listed; one that more could have is the operator's alone.
const MOST_CONCERNED: usize = 20;

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
    /// Whose it may be, while that is undecided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub contest: Option<Contest>,
    #[serde(default = "first_version")]
    pub version: u64,
}

/// The enrolments that an alert may belong to, and what is known of it without its payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contest {
    pub doubt: Doubt,
    pub claimants: Vec<Claimant>,
    pub descriptor: String,
    /// The last moment for an action on the alert.
    pub act_by: Timestamp,
}

/// Why it is undecided whose an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Doubt {
    /// Enrolments of several organisations fit equally well.
    Tie,
    /// The enrolments that fit wait for the operator's word.
    Held,
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

impl Quarantined {
    /// The organisations that it may be of: none once it is somebody's, and none where they are too many to list it for.
    #[must_use]
    pub fn concerned(&self) -> BTreeSet<&OrganisationId> {
        let claimants = self.contest.iter().filter(|_| self.organisation.is_none()).flat_map(|contest| &contest.claimants);
        let all: BTreeSet<&OrganisationId> = claimants.map(|one| &one.organisation).collect();
        if all.len() > MOST_CONCERNED { BTreeSet::new() } else { all }
    }
}

impl Store {
    /// Holds a payload; a second delivery of it changes nothing. The rows of those whom it concerns come first: a payload
    /// that is there is listed.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn hold(&self, held: &Quarantined) -> Result<bool, StoreError> {
        if held.contest.is_some() && self.quarantined(&held.id).await?.is_some() {
            return Ok(false); // its rows may be gone, because it is somebody's by now
        }
        for row in concerns(held)? {
            self.put_new(row).await?;
        }
        Ok(matches!(self.put_new(item(held)?).await?, Wrote::Done))
    }

    /// Lists payloads by organisation: those that were handed to it, and those that concern it. Each comes once.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn list_quarantined(&self, listing: &Listing) -> Result<Listed<Quarantined>, StoreError> {
        let Listed { items, count, more_than_counted, next } = self.list::<Row>(listing).await?;
        let keys = items.iter().map(|row| keys::quarantine(row.id.as_str())).map(|key| key_item(&key));
        Ok(Listed { items: self.load(keys.collect(), false).await?, count, more_than_counted, next })
    }

    /// Writes the next version of a quarantined payload, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn replace_quarantined(&self, quarantined: &Quarantined) -> Result<(), StoreError> {
        let item = item(quarantined)?;
        match self.put_since(item.clone(), quarantined.version.saturating_sub(1)).await? {
            Wrote::Refused(there) if there.as_ref().as_ref() != Some(&item) => Err(StoreError::Conflict(quarantined.id.to_string())),
            Wrote::Done | Wrote::Refused(_) => self.list_concerns(quarantined).await,
        }
    }

    /// Lists the payload as it is now for those whom it concerns, and no more for those whom it concerned.
    async fn list_concerns(&self, quarantined: &Quarantined) -> Result<(), StoreError> {
        for row in concerns(quarantined)? {
            self.put(row).await?;
        }
        let undecided = Quarantined { organisation: None, ..quarantined.clone() };
        let over = undecided.concerned().into_iter().filter(|_| quarantined.organisation.is_some());
        for organisation in over {
            self.delete(&keys::concern(quarantined.id.as_str(), organisation)).await?;
        }
        Ok(())
    }

    /// A quarantined payload.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn quarantined(&self, id: &QuarantineId) -> Result<Option<Quarantined>, StoreError> {
        self.get("quarantined payload", &keys::quarantine(id.as_str())).await
    }
}

/// That a payload is listed for an organisation.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    id: QuarantineId,
}

fn item(held: &Quarantined) -> Result<Item, StoreError> {
    let item = item_of("quarantined payload", &keys::quarantine(held.id.as_str()), held)?;
    let list = held.organisation.as_ref().map_or_else(|| keys::LISTED_QUARANTINE.to_owned(), |own| keys::listed_of(own, LISTED_AS));
    Ok(listed(item, list, held))
}

/// The rows of the organisations that the payload concerns.
fn concerns(held: &Quarantined) -> Result<Vec<Item>, StoreError> {
    let row = |organisation: &OrganisationId| {
        let key = keys::concern(held.id.as_str(), organisation);
        let item = item_of("concern of a quarantined payload", &key, &Row { id: held.id.clone() })?;
        Ok(listed(item, keys::listed_of(organisation, LISTED_AS), held))
    };
    held.concerned().into_iter().map(row).collect()
}

fn listed(mut item: Item, list: String, held: &Quarantined) -> Item {
    item.insert(LIST.into(), text(list));
    item.insert("list_status".into(), text(held.fate.as_str()));
    item.insert(LISTED.into(), text(keys::listed_at(held.received_at, held.id.as_str())));
    item.insert(EXPIRES.into(), number(after(held.received_at, keys::QUARANTINE_DAYS * 86_400).as_second()));
    item
}

fn key_item(key: &keys::Key) -> Item {
    Item::from([(PK.to_owned(), text(&key.pk)), (SK.to_owned(), text(&key.sk))])
}

/// The version of what was kept before versions were.
const fn first_version() -> u64 {
    1
}
