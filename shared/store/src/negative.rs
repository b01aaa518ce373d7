//! Negative lists: an entry under the id that is made of what it lists, so that a check is one read
//! of several keys.

use aws_sdk_dynamodb::types::KeysAndAttributes;
use domain::account::Organisation;
use domain::basics::id::{ListedId, OrganisationId};
use domain::privacy::negative_list::Listed;
use jiff::Timestamp;

use crate::facts::{Fact, Facts};
use crate::keys::{self, EXPIRES, LIST, LISTED, SK};
use crate::table::{Item, Wrote, item_of, key_item, number, text, unavailable, unbuilt, value_of};
use crate::{Store, StoreError};

/// What one read tells: whose list it is, and which of the looked-for entries are on it.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    pub organisation: Option<Organisation>,
    pub entries: Vec<Listed>,
}

impl Store {
    /// Puts an entry on its list; the one that is there, where it counts still.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn list_customer(
        &self,
        entry: &Listed,
        now: Timestamp,
    ) -> Result<Option<Listed>, StoreError> {
        let Wrote::Refused(there) = self.put_new(item(entry)?).await? else { return Ok(None) };
        let there =
            there.map(|item| value_of::<Listed>("negative list entry", item)).transpose()?;
        match there {
            Some(there) if there == *entry => Ok(None), // the write met itself
            Some(there) if there.counts_at(now) => Ok(Some(there)),
            // what has ended is only not forgotten yet
            _ => self.put(item(entry)?).await.map(|()| None),
        }
    }

    /// An entry, whose ever it is: the caller checks.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn negative(&self, id: &ListedId) -> Result<Option<Listed>, StoreError> {
        self.get("negative list entry", &keys::negative(id)).await
    }

    /// Takes an entry off its list.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn unlist(&self, id: &ListedId) -> Result<(), StoreError> {
        self.delete(&keys::negative(id)).await
    }

    /// The organisation and those of the entries that are there, in one consistent read.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn check_negative(
        &self,
        organisation: &OrganisationId,
        ids: &[ListedId],
    ) -> Result<Checked, StoreError> {
        let wanted = ids
            .iter()
            .map(keys::negative)
            .chain([keys::organisation(organisation)])
            .map(key_item)
            .collect();
        let keys =
            KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true).build();
        let mut left = Some(keys.map_err(unbuilt("BatchGetItem"))?);
        let mut checked = Checked::default();
        while let Some(keys) = left.take() {
            let request = self.client.batch_get_item().request_items(&self.table, keys);
            let answer = request.send().await.map_err(unavailable("BatchGetItem"))?;
            let items = answer
                .responses
                .and_then(|mut by_table| by_table.remove(&self.table))
                .unwrap_or_default();
            items.into_iter().try_for_each(|item| checked.add(item))?;
            left = answer.unprocessed_keys.and_then(|mut by_table| by_table.remove(&self.table));
        }
        Ok(checked)
    }
}

impl Checked {
    fn add(&mut self, item: Item) -> Result<(), StoreError> {
        if item.get(SK).and_then(|sort| sort.as_s().ok()).is_some_and(|sort| sort == "ORG") {
            self.organisation = Some(value_of("organisation", item)?);
        } else {
            self.entries.push(value_of("negative list entry", item)?);
        }
        Ok(())
    }
}

fn item(entry: &Listed) -> Result<Item, StoreError> {
    let mut item = item_of("negative list entry", &keys::negative(&entry.id), entry)?;
    item.insert(LIST.into(), text(keys::listed_of(&entry.organisation, "NEGATIVE")));
    item.insert(LISTED.into(), text(keys::listed_at(entry.created_at, entry.id.as_str())));
    Facts::default().with(Fact::Kind, entry.kind.as_str()).lay_into(&mut item);
    if let Some(until) = entry.expires_at {
        item.insert(EXPIRES.into(), number(until.as_second()));
    }
    Ok(item)
}
