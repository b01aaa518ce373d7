//! Negative lists: the id of an entry is derived from the listed value. A check is a single batch
//! read.

use aws_sdk_dynamodb::types::KeysAndAttributes;
use domain::account::Organisation;
use domain::basics::id::{ListedId, OrganisationId};
use domain::privacy::negative_list::NegativeListEntry;
use jiff::Timestamp;

use crate::facts::{FilterField, FilterFields};
use crate::keys::{self, EXPIRES, LIST, LISTED, SK};
use crate::table::{
    TableItem, WriteResult, from_table_item, key_item, number_value, text_value, to_table_item,
    unavailable_error, unbuilt_error,
};
use crate::{Store, StoreError};

/// The result of a check: the organisation, and the entries on the list.
#[derive(Debug, Clone, Default)]
pub struct NegativeListLookup {
    pub organisation: Option<Organisation>,
    pub entries: Vec<NegativeListEntry>,
}

impl Store {
    /// Adds an entry to the list; returns the stored entry if still active.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn insert_negative_entry(
        &self,
        entry: &NegativeListEntry,
        now: Timestamp,
    ) -> Result<Option<NegativeListEntry>, StoreError> {
        let WriteResult::Refused(there) = self.put_new_item(negative_entry_item(entry)?).await?
        else {
            return Ok(None);
        };
        let there = there
            .map(|item| from_table_item::<NegativeListEntry>("negative list entry", item))
            .transpose()?;
        match there {
            Some(there) if there == *entry => Ok(None), // the SDK's retry of this write
            Some(there) if there.is_active_at(now) => Ok(Some(there)),
            // the stored entry has expired, and is only not deleted yet
            _ => self.put_item(negative_entry_item(entry)?).await.map(|()| None),
        }
    }

    /// Reads an entry by id. The caller checks access.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_negative_entry(
        &self,
        id: &ListedId,
    ) -> Result<Option<NegativeListEntry>, StoreError> {
        self.get_item("negative list entry", &keys::negative_entry_key(id)).await
    }

    /// Removes an entry from the list.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn delete_negative_entry(&self, id: &ListedId) -> Result<(), StoreError> {
        self.delete_item(&keys::negative_entry_key(id)).await
    }

    /// Reads the organisation and the stored entries among `ids`, in a single consistent read.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn check_negative_list(
        &self,
        organisation: &OrganisationId,
        ids: &[ListedId],
    ) -> Result<NegativeListLookup, StoreError> {
        let wanted = ids
            .iter()
            .map(keys::negative_entry_key)
            .chain([keys::organisation_key(organisation)])
            .map(key_item)
            .collect();
        let keys =
            KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true).build();
        let mut left = Some(keys.map_err(unbuilt_error("BatchGetItem"))?);
        let mut checked = NegativeListLookup::default();
        while let Some(keys) = left.take() {
            let request = self.client.batch_get_item().request_items(&self.table, keys);
            let answer = request.send().await.map_err(unavailable_error("BatchGetItem"))?;
            let items = answer
                .responses
                .and_then(|mut by_table| by_table.remove(&self.table))
                .unwrap_or_default();
            items.into_iter().try_for_each(|item| checked.add_item(item))?;
            left = answer.unprocessed_keys.and_then(|mut by_table| by_table.remove(&self.table));
        }
        Ok(checked)
    }
}

impl NegativeListLookup {
    fn add_item(&mut self, item: TableItem) -> Result<(), StoreError> {
        if item.get(SK).and_then(|sort| sort.as_s().ok()).is_some_and(|sort| sort == "ORG") {
            self.organisation = Some(from_table_item("organisation", item)?);
        } else {
            self.entries.push(from_table_item("negative list entry", item)?);
        }
        Ok(())
    }
}

fn negative_entry_item(entry: &NegativeListEntry) -> Result<TableItem, StoreError> {
    let mut item =
        to_table_item("negative list entry", &keys::negative_entry_key(&entry.id), entry)?;
    item.insert(LIST.into(), text_value(keys::kind_list(&entry.organisation, "NEGATIVE")));
    item.insert(
        LISTED.into(),
        text_value(keys::list_position(entry.created_at, entry.id.as_str())),
    );
    FilterFields::default()
        .with_field(FilterField::Kind, entry.kind.as_str())
        .write_into(&mut item);
    if let Some(until) = entry.expires_at {
        item.insert(EXPIRES.into(), number_value(until.as_second()));
    }
    Ok(item)
}
