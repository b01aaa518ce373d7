//! Quarantine: vendors' payloads that could not be worked, kept for the operator.

use domain::basics::id::{OrganisationId, QuarantineId};
use domain::basics::time::after;
use domain::network::quarantine::Quarantined;
use serde::{Deserialize, Serialize};

use crate::facts::{Fact, Facts};
use crate::keys::{self, DUE, DUE_AT, EXPIRES, LIST, LISTED};
use crate::list::{Listed, Listing};
use crate::table::{Item, Wrote, item_of, key_item, number, text};
use crate::{Store, StoreError};

/// What an organisation's own are listed as.
pub const LISTED_AS: &str = "QUARANTINE";

impl Store {
    /// Holds a payload; a second delivery of it changes nothing. The rows of those whom it concerns
    /// come first: a payload that is there is listed.
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

    /// Lists payloads by organisation: those that were handed to it, and those that concern it.
    /// Each comes once.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn list_quarantined(
        &self,
        listing: &Listing,
    ) -> Result<Listed<Quarantined>, StoreError> {
        let Listed { items, count, more_than_counted, next } = self.list::<Row>(listing).await?;
        let keys = items.iter().map(|row| keys::quarantine(row.id.as_str())).map(key_item);
        Ok(Listed {
            items: self.load(keys.collect(), false).await?,
            count,
            more_than_counted,
            next,
        })
    }

    /// Writes the next version of a quarantined payload, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn replace_quarantined(&self, quarantined: &Quarantined) -> Result<(), StoreError> {
        self.put_next(quarantined.id.as_str(), item(quarantined)?, quarantined.version).await?;
        self.list_concerns(quarantined).await
    }

    /// Lists the payload as it is now for those whom it concerns, and no more for those whom it
    /// concerned.
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
    let list = held
        .organisation
        .as_ref()
        .map_or_else(|| keys::LISTED_QUARANTINE.to_owned(), |own| keys::listed_of(own, LISTED_AS));
    let mut item = listed(item, list, held);
    if let Some((at, _)) = held.due() {
        item.insert(DUE.into(), text(keys::due_shard_of(held.id.as_str())));
        item.insert(DUE_AT.into(), text(keys::sortable(at)));
    }
    Ok(item)
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
    Facts::default().with(Fact::Status, held.fate.as_str()).lay_into(&mut item);
    item.insert(LISTED.into(), text(keys::listed_at(held.received_at, held.id.as_str())));
    item.insert(
        EXPIRES.into(),
        number(after(held.received_at, keys::QUARANTINE_DAYS * 86_400).as_second()),
    );
    item
}
