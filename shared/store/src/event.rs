//! What happened, for those who poll: a row under its organisation and one under its partner, in
//! the order in which they were written.

use domain::account::Organisation;
use domain::basics::time::add_seconds;
use domain::notify::event::EventOccurrence;
use jiff::Timestamp;

use crate::keys::{self, EXPIRES, EventOwner};
use crate::list::concatenate_reads;
use crate::table::{TableItem, from_table_item, number_value, to_table_item, unavailable_error};
use crate::{Store, StoreError};

impl Store {
    /// Keeps what happened in an organisation. One that is kept twice is read twice, under the one
    /// id of its event.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_occurrence(
        &self,
        occurrence: &EventOccurrence,
        of: &Organisation,
    ) -> Result<(), StoreError> {
        for owner in [
            EventOwner::Organisation(of.id.clone()),
            EventOwner::Partner(of.partner.clone(), of.mode),
        ] {
            self.put_item(occurrence_item(&owner, occurrence)?).await?;
        }
        Ok(())
    }

    /// What happened to any of some owners after a place in their order and until a time, the first
    /// first: at most so many.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_occurrences(
        &self,
        owners: &[EventOwner],
        past: &str,
        until: Timestamp,
        most: usize,
    ) -> Result<Vec<EventOccurrence>, StoreError> {
        let (from, to) = (format!("{past} "), keys::list_position(until, "~"));
        if from > to {
            return Ok(Vec::new()); // DynamoDB takes no empty range
        }
        let parts: Vec<String> = owners.iter().flat_map(EventOwner::event_partitions).collect();
        let reads =
            parts.iter().map(|part| self.read_partition_occurrences(part, (&from, &to), most));
        let mut found: Vec<EventOccurrence> = concatenate_reads(reads.collect()).await?;
        found.sort_by_cached_key(keys::occurrence_position);
        found.truncate(most);
        Ok(found)
    }

    async fn read_partition_occurrences(
        &self,
        part: &str,
        range: (&str, &str),
        most: usize,
    ) -> Result<Vec<EventOccurrence>, StoreError> {
        let request = self
            .between(part, range)
            .consistent_read(true)
            .limit(i32::try_from(most).unwrap_or(i32::MAX));
        let items =
            request.send().await.map_err(unavailable_error("Query"))?.items.unwrap_or_default();
        items.into_iter().map(|item| from_table_item("occurrence", item)).collect()
    }
}

fn occurrence_item(
    owner: &EventOwner,
    occurrence: &EventOccurrence,
) -> Result<TableItem, StoreError> {
    let mut item =
        to_table_item("occurrence", &keys::occurrence_key(owner, occurrence), occurrence)?;
    item.insert(
        EXPIRES.into(),
        number_value(add_seconds(occurrence.at, keys::DELIVERY_DAYS * 86_400).as_second()),
    );
    Ok(item)
}
