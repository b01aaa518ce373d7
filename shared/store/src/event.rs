//! Events for clients that poll: a row under the organisation and a row under the partner, sorted
//! by time of writing.

use domain::account::Organisation;
use domain::basics::time::add_seconds;
use domain::notify::event::EventOccurrence;
use jiff::Timestamp;

use crate::keys::{self, EXPIRES, EventOwner};
use crate::list::concatenate_reads;
use crate::table::{TableItem, from_table_item, number_value, to_table_item, unavailable_error};
use crate::{Store, StoreError};

impl Store {
    /// Stores an event of an organisation. An event stored twice is read twice, under a single
    /// event id.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
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

    /// Reads the events of some owners after a position and until a time, the oldest first, at most
    /// `most`.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_occurrences(
        &self,
        owners: &[EventOwner],
        past: &str,
        until: Timestamp,
        most: usize,
    ) -> Result<Vec<EventOccurrence>, StoreError> {
        let (from, to) = (format!("{past} "), keys::list_position(until, "~"));
        if from > to {
            return Ok(Vec::new()); // DynamoDB rejects an empty range
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
