//! What happened, for those who poll: a row under its organisation and one under its partner, in
//! the order in which they were written.

use domain::account::Organisation;
use domain::basics::time::after;
use domain::notify::event::Occurrence;
use jiff::Timestamp;

use crate::keys::{self, EXPIRES, Owner};
use crate::list::together;
use crate::table::{Item, item_of, number, unavailable, value_of};
use crate::{Store, StoreError};

impl Store {
    /// Keeps what happened in an organisation. One that is kept twice is read twice, under the one
    /// id of its event.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_occurrence(
        &self,
        occurrence: &Occurrence,
        of: &Organisation,
    ) -> Result<(), StoreError> {
        for owner in
            [Owner::Organisation(of.id.clone()), Owner::Partner(of.partner.clone(), of.mode)]
        {
            self.put(item(&owner, occurrence)?).await?;
        }
        Ok(())
    }

    /// What happened to any of some owners after a place in their order and until a time, the first
    /// first: at most so many.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn occurrences(
        &self,
        owners: &[Owner],
        past: &str,
        until: Timestamp,
        most: usize,
    ) -> Result<Vec<Occurrence>, StoreError> {
        let (from, to) = (format!("{past} "), keys::listed_at(until, "~"));
        if from > to {
            return Ok(Vec::new()); // DynamoDB takes no empty range
        }
        let parts: Vec<String> = owners.iter().flat_map(Owner::parts).collect();
        let reads = parts.iter().map(|part| self.occurrences_of(part, (&from, &to), most));
        let mut found: Vec<Occurrence> = together(reads.collect()).await?;
        found.sort_by_cached_key(keys::place_of);
        found.truncate(most);
        Ok(found)
    }

    async fn occurrences_of(
        &self,
        part: &str,
        range: (&str, &str),
        most: usize,
    ) -> Result<Vec<Occurrence>, StoreError> {
        let request = self
            .between(part, range)
            .consistent_read(true)
            .limit(i32::try_from(most).unwrap_or(i32::MAX));
        let items = request.send().await.map_err(unavailable("Query"))?.items.unwrap_or_default();
        items.into_iter().map(|item| value_of("occurrence", item)).collect()
    }
}

fn item(owner: &Owner, occurrence: &Occurrence) -> Result<Item, StoreError> {
    let mut item = item_of("occurrence", &keys::occurrence(owner, occurrence), occurrence)?;
    item.insert(
        EXPIRES.into(),
        number(after(occurrence.at, keys::DELIVERY_DAYS * 86_400).as_second()),
    );
    Ok(item)
}
