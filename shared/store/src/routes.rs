//! Routes: where the descriptors of a connection's alerts lead. Each is a row. One more row counts
//! their changes, and a warm function keeps a copy of them as long as that count stays.
//!
//! A change is written first and counted second, and is done once it is counted. A copy is labelled
//! with the count from before it was read, so it has every change that its label counts. A change
//! that broke off before it was counted is counted by its repeat.

mod copies;
mod parts;
mod rows;

use std::sync::{Arc, Mutex};

use domain::account::enrolment::{DescriptorRoute, Enrolment};
use domain::basics::id::ConnectionId;
use domain::network::claim::normalise_text;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use self::parts::{RouteParts, group_by_part, parts_beside};
use self::rows::routes_in_rows;
use crate::keys;
use crate::table::{key_item, number_value, unavailable_error};
use crate::{Store, StoreError};

pub(crate) use self::copies::RouteCopies;
pub use self::copies::{RouteCandidates, RouteCopy};

/// How long a copy holds at most: what broke off before it was counted, and is never repeated,
/// shows by then.
const COPY_LASTS: SignedDuration = SignedDuration::from_secs(60);
/// A connection whose routes have changed within so long is read by the letters that are asked for:
/// whoever enrols all the time makes nobody read all.
const QUIET: SignedDuration = SignedDuration::from_secs(10);
/// The most routes that are read at once, in one page of at most 1 MB; a connection that has more
/// is read by the letters that are asked for.
const MOST_AT_ONCE: i32 = 5_000;

#[derive(Deserialize)]
struct RouteChangeCount {
    version: u64,
}

impl Store {
    /// The routes of a connection, with every change that was done before. One read where a copy is
    /// current.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_route_copy(
        &self,
        connection: &ConnectionId,
        now: Timestamp,
    ) -> Result<Arc<RouteCopy>, StoreError> {
        let changes = self
            .get_item::<RouteChangeCount>("count of changes", &keys::routes_version_key(connection))
            .await?;
        let version = changes.map_or(0, |changes| changes.version);
        let known = self.route_copies.lock_copies().get(connection).cloned();
        if let Some(copy) =
            known.as_ref().filter(|copy| copy.version == version && copy.age_at(now) < COPY_LASTS)
        {
            return Ok(Arc::clone(copy));
        }
        let is_quiet = known.is_none_or(|copy| copy.age_at(now) >= QUIET);
        let whole = if is_quiet { self.read_all_routes(connection).await? } else { None };
        let (is_whole, parts) = (whole.is_some(), Mutex::new(whole.unwrap_or_default()));
        let copy = Arc::new(RouteCopy {
            connection: connection.clone(),
            version,
            read_at: now,
            is_whole,
            parts,
        });
        let mut copies = self.route_copies.lock_copies();
        copies.retain(|_, copy| copy.age_at(now) < COPY_LASTS);
        copies.insert(connection.clone(), Arc::clone(&copy));
        Ok(copy)
    }

    /// The routes that a descriptor may take: those that share its first letters, the short ones
    /// that share the first two, and those that look inside it.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn candidate_routes(
        &self,
        routes: &RouteCopy,
        descriptor: &str,
    ) -> Result<RouteCandidates, StoreError> {
        let mut found = self.neighbouring_routes(routes, descriptor).await?;
        found.0.push(self.read_route_part(routes, keys::BY_CONTENTS.to_owned()).await?);
        Ok(found)
    }

    /// The same without those that look inside: what a new route that does not look inside either
    /// may clash with.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn neighbouring_routes(
        &self,
        routes: &RouteCopy,
        descriptor: &str,
    ) -> Result<RouteCandidates, StoreError> {
        let mut found = Vec::new();
        for part in parts_beside(&normalise_text(descriptor)) {
            found.push(self.read_route_part(routes, part).await?);
        }
        Ok(RouteCandidates(found))
    }

    /// Makes the routes on an enrolment's connection what its record says; true where one was
    /// missing. Again is the same.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_routes(&self, enrolment: &Enrolment) -> Result<bool, StoreError> {
        let (Some(connection), routes) = (&enrolment.connection, enrolment.to_routes()) else {
            return Ok(false);
        };
        let mut was_missing = false;
        for route in &routes {
            was_missing |= self.put_route(connection, route, enrolment.version).await?;
        }
        self.count_route_change(connection, &routes).await?;
        Ok(was_missing)
    }

    /// Drops an enrolment's routes on a connection, but those of a later version. A mark stays for
    /// a day, so that whoever is slow with an earlier version puts none back. Again is the
    /// same.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn drop_routes(
        &self,
        connection: &ConnectionId,
        enrolment: &Enrolment,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let routes = enrolment.to_routes();
        for route in &routes {
            self.drop_route(connection, route, (enrolment.version, now)).await?;
        }
        self.count_route_change(connection, &routes).await
    }

    /// Writes a changed enrolment; its routes follow. They are on no other connection then,
    /// wherever a change that broke off had left them; a simulated connection is an
    /// organisation's only one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed at the same time, or another [`StoreError`].
    pub async fn change_enrolment(&self, new: &Enrolment) -> Result<(), StoreError> {
        self.replace_record(new).await?;
        self.put_routes(new).await?;
        let Some(own) = new.connection.as_ref().filter(|own| !own.is_simulated()) else {
            return Ok(());
        };
        for other in self.read_connections().await?.into_iter().filter(|other| other.id != *own) {
            self.drop_routes(&other.id, new, new.updated_at).await?;
        }
        Ok(())
    }

    /// All routes of a connection, where they are no more than are read at once.
    async fn read_all_routes(
        &self,
        connection: &ConnectionId,
    ) -> Result<Option<RouteParts>, StoreError> {
        let request = self
            .between(&keys::routes_partition(connection), keys::ALL_ROUTES)
            .consistent_read(true)
            .limit(MOST_AT_ONCE);
        let page = request.send().await.map_err(unavailable_error("Query"))?;
        if page.last_evaluated_key.is_some() {
            return Ok(None);
        }
        Ok(Some(group_by_part(routes_in_rows(page.items.unwrap_or_default())?)))
    }

    /// A part of the routes, however many they are; read where the copy does not have it yet.
    async fn read_route_part(
        &self,
        routes: &RouteCopy,
        part: String,
    ) -> Result<Arc<[DescriptorRoute]>, StoreError> {
        if let Some(known) = routes.find_part(&part) {
            return Ok(known);
        }
        let items = self
            .query_items(
                &keys::routes_partition(&routes.connection),
                &part,
                &format!("{part}\u{10ffff}"),
                usize::MAX,
            )
            .await?;
        let read: Arc<[DescriptorRoute]> = routes_in_rows(items)?.into();
        routes.lock_parts().insert(part, Arc::clone(&read));
        Ok(read)
    }

    /// Counts a change of routes. A repeat counts once more, which only makes copies be read anew.
    async fn count_route_change(
        &self,
        connection: &ConnectionId,
        changed: &[DescriptorRoute],
    ) -> Result<(), StoreError> {
        if changed.is_empty() {
            return Ok(());
        }
        let key = key_item(keys::routes_version_key(connection));
        let request = self.client.update_item().table_name(&self.table).set_key(Some(key));
        let request = request
            .update_expression("ADD version :one")
            .expression_attribute_values(":one", number_value(1));
        request.send().await.map_err(unavailable_error("UpdateItem")).map(drop)
    }
}

#[cfg(test)]
mod tests;
