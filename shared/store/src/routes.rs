//! Routes: the enrolments to which the descriptors of a connection's alerts lead. Each route is a
//! row. A further row counts the changes, and a warm function reuses a copy of the routes until the
//! count changes.
//!
//! A change is written first and counted second, and is complete once counted. A copy is labelled
//! with the count from before the read: the copy has every change that the label counts. A retry
//! counts a change that broke off before the count.

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
use crate::table::{number_value, unavailable_error};
use crate::{Store, StoreError};

pub(crate) use self::copies::RouteCopies;
pub use self::copies::{RouteCandidates, RouteCopy};

/// The longest life of a copy. A change that broke off before the count, and is never retried,
/// takes effect by then.
const COPY_LASTS: SignedDuration = SignedDuration::from_secs(60);
/// The time for which a connection with changed routes is read only by the letters requested:
/// constant enrolment then causes no full reads.
const QUIET: SignedDuration = SignedDuration::from_secs(10);
/// The most routes read at once, in a page of at most 1 MB. A connection with more routes is read
/// by the letters requested.
const MOST_AT_ONCE: i32 = 5_000;

#[derive(Deserialize)]
struct RouteChangeCount {
    version: u64,
}

impl Store {
    /// Returns the routes of a connection, with every change completed before the call. A current
    /// copy costs a single read.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
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

    /// Returns the routes that may fit a descriptor: routes with the same first letters, short
    /// routes with the same two letters, and routes by contents.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn candidate_routes(
        &self,
        routes: &RouteCopy,
        descriptor: &str,
    ) -> Result<RouteCandidates, StoreError> {
        let mut found = self.neighbouring_routes(routes, descriptor).await?;
        found.0.push(self.read_route_part(routes, keys::BY_CONTENTS.to_owned()).await?);
        Ok(found)
    }

    /// Returns the candidates without the routes by contents: the routes with which a new route by
    /// prefix or short name may clash.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
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

    /// Writes the routes of an enrolment's record on the enrolment's connection; returns true if a
    /// route was missing. Idempotent.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
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

    /// Drops an enrolment's routes on a connection, except routes of a later version. A mark stays
    /// for a day: a slow writer of an earlier version restores no route. Idempotent.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
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

    /// Writes a changed enrolment, then the routes. Drops the routes on all other connections,
    /// where a change that broke off may have left routes. A simulated connection is an
    /// organisation's only connection.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the enrolment was changed at the same time, or another
    /// [`StoreError`].
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

    /// Reads all routes of a connection; none if the routes are too many for a single read.
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

    /// Returns a part of the routes, of any size; reads the part if missing from the copy.
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

    /// Counts a change of routes. A retry counts again, which only makes copies stale.
    async fn count_route_change(
        &self,
        connection: &ConnectionId,
        changed: &[DescriptorRoute],
    ) -> Result<(), StoreError> {
        if changed.is_empty() {
            return Ok(());
        }
        let request = self.update_request(&keys::routes_version_key(connection));
        let request = request
            .update_expression("ADD version :one")
            .expression_attribute_values(":one", number_value(1));
        request.send().await.map_err(unavailable_error("UpdateItem")).map(drop)
    }
}

#[cfg(test)]
mod tests;
