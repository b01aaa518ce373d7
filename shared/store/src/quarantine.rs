//! Quarantine: vendors' payloads that could not be processed, stored for the operator.

use domain::basics::id::{OrganisationId, QuarantineId};
use domain::basics::time::add_seconds;
use domain::network::quarantine::QuarantinedPayload;
use serde::{Deserialize, Serialize};

use crate::facts::{FilterField, FilterFields};
use crate::keys::{self, DUE, DUE_AT, EXPIRES, LIST, LISTED};
use crate::list::{ListCriteria, ListPage};
use crate::table::{TableItem, WriteResult, key_item, number_value, text_value, to_table_item};
use crate::{Store, StoreError};

/// The list kind of an organisation's quarantined payloads.
pub const LISTED_AS: &str = "QUARANTINE";

impl Store {
    /// Quarantines a payload. Idempotent: a second delivery changes nothing. The rows of the
    /// concerned organisations are written first: every stored payload is listed.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn insert_quarantined(&self, held: &QuarantinedPayload) -> Result<bool, StoreError> {
        if held.contest.is_some() && self.read_quarantined(&held.id).await?.is_some() {
            return Ok(false); // the rows may be gone: an organisation may own the payload
        }
        for row in concern_items(held)? {
            self.put_new_item(row).await?;
        }
        Ok(matches!(self.put_new_item(quarantine_item(held)?).await?, WriteResult::Done))
    }

    /// Lists the payloads of an organisation: assigned to the organisation, or concerning the
    /// organisation. Each payload appears once.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn list_quarantined(
        &self,
        listing: &ListCriteria,
    ) -> Result<ListPage<QuarantinedPayload>, StoreError> {
        let ListPage { items, count, more_than_counted, next } =
            self.read_list_page::<ConcernRow>(listing).await?;
        let keys = items.iter().map(|row| keys::quarantine_key(row.id.as_str())).map(key_item);
        Ok(ListPage {
            items: self.load_by_keys(keys.collect(), false).await?,
            count,
            more_than_counted,
            next,
        })
    }

    /// Writes the next version of a quarantined payload if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn replace_quarantined(
        &self,
        quarantined: &QuarantinedPayload,
    ) -> Result<(), StoreError> {
        self.put_next_version(
            quarantined.id.as_str(),
            quarantine_item(quarantined)?,
            quarantined.version,
        )
        .await?;
        self.update_concern_rows(quarantined).await
    }

    /// Updates the rows of the organisations that the payload concerns; deletes the rows of
    /// organisations no longer concerned.
    async fn update_concern_rows(
        &self,
        quarantined: &QuarantinedPayload,
    ) -> Result<(), StoreError> {
        for row in concern_items(quarantined)? {
            self.put_item(row).await?;
        }
        let undecided = QuarantinedPayload { organisation: None, ..quarantined.clone() };
        let over = undecided
            .concerned_organisations()
            .into_iter()
            .filter(|_| quarantined.organisation.is_some());
        for organisation in over {
            self.delete_item(&keys::concern_key(quarantined.id.as_str(), organisation)).await?;
        }
        Ok(())
    }

    /// Reads a quarantined payload.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_quarantined(
        &self,
        id: &QuarantineId,
    ) -> Result<Option<QuarantinedPayload>, StoreError> {
        self.get_item("quarantined payload", &keys::quarantine_key(id.as_str())).await
    }
}

/// The row that lists a payload for an organisation.
#[derive(Debug, Serialize, Deserialize)]
struct ConcernRow {
    id: QuarantineId,
}

fn quarantine_item(held: &QuarantinedPayload) -> Result<TableItem, StoreError> {
    let item = to_table_item("quarantined payload", &keys::quarantine_key(held.id.as_str()), held)?;
    let list = held
        .organisation
        .as_ref()
        .map_or_else(|| keys::LISTED_QUARANTINE.to_owned(), |own| keys::kind_list(own, LISTED_AS));
    let mut item = with_list_attributes(item, list, held);
    if let Some((at, _)) = held.due() {
        item.insert(DUE.into(), text_value(keys::due_shard_of(held.id.as_str())));
        item.insert(DUE_AT.into(), text_value(keys::sortable_time(at)));
    }
    Ok(item)
}

/// Builds the rows of the organisations that the payload concerns.
fn concern_items(held: &QuarantinedPayload) -> Result<Vec<TableItem>, StoreError> {
    let row = |organisation: &OrganisationId| {
        let key = keys::concern_key(held.id.as_str(), organisation);
        let item = to_table_item(
            "concern of a quarantined payload",
            &key,
            &ConcernRow { id: held.id.clone() },
        )?;
        Ok(with_list_attributes(item, keys::kind_list(organisation, LISTED_AS), held))
    };
    held.concerned_organisations().into_iter().map(row).collect()
}

fn with_list_attributes(mut item: TableItem, list: String, held: &QuarantinedPayload) -> TableItem {
    item.insert(LIST.into(), text_value(list));
    FilterFields::default()
        .with_field(FilterField::Status, held.fate.as_str())
        .write_into(&mut item);
    item.insert(LISTED.into(), text_value(keys::list_position(held.received_at, held.id.as_str())));
    item.insert(
        EXPIRES.into(),
        number_value(add_seconds(held.received_at, keys::QUARANTINE_DAYS * 86_400).as_second()),
    );
    item
}
