//! Routes: where the descriptors of a connection's alerts lead. Each is a row. One more row counts
//! their changes, and a warm function keeps a copy of them as long as that count stays.
//!
//! A change is written first and counted second, and is done once it is counted. A copy is labelled
//! with the count from before it was read, so it has every change that its label counts. A change
//! that broke off before it was counted is counted by its repeat.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use domain::account::enrolment::{
    Enrolment, MIN_DESCRIPTOR, MIN_WHOLE_DESCRIPTOR, MatchType, Route,
};
use domain::basics::id::ConnectionId;
use domain::basics::time::after;
use domain::network::claim::normalised;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::keys::{self, EXPIRES};
use crate::table::{Item, item_of, key_item, number, unavailable, value_of};
use crate::{Store, StoreError};

/// How long a copy holds at most: what broke off before it was counted, and is never repeated,
/// shows by then.
const COPY_LASTS: SignedDuration = SignedDuration::from_secs(60);
/// A connection whose routes have changed within so long is read by the letters that are asked for:
/// whoever enrols all the time makes nobody read all.
const QUIET: SignedDuration = SignedDuration::from_secs(10);
/// The most routes that are read at once, in one page of at most 1 MB; a connection that has more
/// is read by the letters that are asked for.
const MOST_AT_ONCE: i32 = 5_000;
/// That a route was dropped, and for which version, is kept so long: whoever is slower than that
/// puts it back.
const DROPPED_LASTS: i64 = 24 * 3600;
/// The mark of a row that was dropped.
const DROPPED: &str = "dropped";
/// A row that was written for a later version of its enrolment stays.
const NOT_LATER: &str = "attribute_not_exists(version) OR version <= :version";
/// And one that was dropped for this very version, too.
const NOT_DROPPED: &str = "attribute_not_exists(version) OR version < :version OR (version = \
    :version AND attribute_not_exists(dropped))";

/// Routes by the part that they are in.
type Parts = HashMap<String, Arc<[Route]>>;

/// The copies that a warm function has, by connection.
#[derive(Debug, Default)]
pub(crate) struct RouteCopies(Mutex<HashMap<ConnectionId, Arc<RouteCopy>>>);

/// The routes of a connection as they were at a version: all of them, or the parts that were asked
/// for so far.
#[derive(Debug)]
pub struct RouteCopy {
    connection: ConnectionId,
    version: u64,
    read_at: Timestamp,
    is_whole: bool,
    parts: Mutex<Parts>,
}

/// The routes that may fit a descriptor.
#[derive(Debug)]
pub struct Candidates(Vec<Arc<[Route]>>);

#[derive(Deserialize)]
struct Changes {
    version: u64,
}

impl Store {
    /// The routes of a connection, with every change that was done before. One read where a copy is
    /// current.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn routes(
        &self,
        connection: &ConnectionId,
        now: Timestamp,
    ) -> Result<Arc<RouteCopy>, StoreError> {
        let changes =
            self.get::<Changes>("count of changes", &keys::routes_version(connection)).await?;
        let version = changes.map_or(0, |changes| changes.version);
        let known = self.route_copies.locked().get(connection).cloned();
        if let Some(copy) =
            known.as_ref().filter(|copy| copy.version == version && copy.age(now) < COPY_LASTS)
        {
            return Ok(Arc::clone(copy));
        }
        let is_quiet = known.is_none_or(|copy| copy.age(now) >= QUIET);
        let whole = if is_quiet { self.all_routes(connection).await? } else { None };
        let (is_whole, parts) = (whole.is_some(), Mutex::new(whole.unwrap_or_default()));
        let copy = Arc::new(RouteCopy {
            connection: connection.clone(),
            version,
            read_at: now,
            is_whole,
            parts,
        });
        let mut copies = self.route_copies.locked();
        copies.retain(|_, copy| copy.age(now) < COPY_LASTS);
        copies.insert(connection.clone(), Arc::clone(&copy));
        Ok(copy)
    }

    /// The routes that a descriptor may take: those that share its first letters, the short ones
    /// that share the first two, and those that look inside it.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn routes_for(
        &self,
        routes: &RouteCopy,
        descriptor: &str,
    ) -> Result<Candidates, StoreError> {
        let mut found = self.routes_beside(routes, descriptor).await?;
        found.0.push(self.part(routes, keys::BY_CONTENTS.to_owned()).await?);
        Ok(found)
    }

    /// The same without those that look inside: what a new route that does not look inside either
    /// may clash with.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn routes_beside(
        &self,
        routes: &RouteCopy,
        descriptor: &str,
    ) -> Result<Candidates, StoreError> {
        let mut found = Vec::new();
        for part in parts_beside(&normalised(descriptor)) {
            found.push(self.part(routes, part).await?);
        }
        Ok(Candidates(found))
    }

    /// Makes the routes on an enrolment's connection what its record says; true where one was
    /// missing. Again is the same.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_routes(&self, enrolment: &Enrolment) -> Result<bool, StoreError> {
        let (Some(connection), routes) = (&enrolment.connection, enrolment.routes()) else {
            return Ok(false);
        };
        let mut was_missing = false;
        for route in &routes {
            was_missing |= self.put_route(connection, route, enrolment.version).await?;
        }
        self.count_change(connection, &routes).await?;
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
        let routes = enrolment.routes();
        for route in &routes {
            self.drop_route(connection, route, (enrolment.version, now)).await?;
        }
        self.count_change(connection, &routes).await
    }

    /// Writes a changed enrolment; its routes follow. They are on no other connection then,
    /// wherever a change that broke off had left them; a simulated connection is an
    /// organisation's only one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed at the same time, or another [`StoreError`].
    pub async fn change_enrolment(&self, new: &Enrolment) -> Result<(), StoreError> {
        self.replace(new).await?;
        self.put_routes(new).await?;
        let Some(own) = new.connection.as_ref().filter(|own| !own.is_simulated()) else {
            return Ok(());
        };
        for other in self.connections().await?.into_iter().filter(|other| other.id != *own) {
            self.drop_routes(&other.id, new, new.updated_at).await?;
        }
        Ok(())
    }

    /// All routes of a connection, where they are no more than are read at once.
    async fn all_routes(&self, connection: &ConnectionId) -> Result<Option<Parts>, StoreError> {
        let request = self
            .between(&keys::routes(connection), keys::ALL_ROUTES)
            .consistent_read(true)
            .limit(MOST_AT_ONCE);
        let page = request.send().await.map_err(unavailable("Query"))?;
        if page.last_evaluated_key.is_some() {
            return Ok(None);
        }
        Ok(Some(in_parts(routes_of(page.items.unwrap_or_default())?)))
    }

    /// A part of the routes, however many they are; read where the copy does not have it yet.
    async fn part(&self, routes: &RouteCopy, part: String) -> Result<Arc<[Route]>, StoreError> {
        if let Some(known) = routes.part(&part) {
            return Ok(known);
        }
        let items = self
            .query(
                &keys::routes(&routes.connection),
                &part,
                &format!("{part}\u{10ffff}"),
                usize::MAX,
            )
            .await?;
        let read: Arc<[Route]> = routes_of(items)?.into();
        routes.locked().insert(part, Arc::clone(&read));
        Ok(read)
    }

    async fn put_route(
        &self,
        connection: &ConnectionId,
        route: &Route,
        version: u64,
    ) -> Result<bool, StoreError> {
        let mut item = item_of("route", &route_key(connection, route), route)?;
        item.insert("version".into(), number(version));
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(NOT_DROPPED);
        let request = request
            .expression_attribute_values(":version", number(version))
            .return_values(ReturnValue::AllOld);
        match request.send().await {
            Ok(done) => Ok(done.attributes.is_none_or(|before| before.contains_key(DROPPED))),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(unavailable("PutItem")(error)),
        }
    }

    async fn drop_route(
        &self,
        connection: &ConnectionId,
        route: &Route,
        (version, now): (u64, Timestamp),
    ) -> Result<(), StoreError> {
        let mut item = key_item(route_key(connection, route));
        item.extend([
            ("version".to_owned(), number(version)),
            (DROPPED.to_owned(), AttributeValue::Bool(true)),
        ]);
        item.insert(EXPIRES.to_owned(), number(after(now, DROPPED_LASTS).as_second()));
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression(NOT_LATER);
        match request.expression_attribute_values(":version", number(version)).send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(unavailable("PutItem")(error)),
        }
    }

    /// Counts a change of routes. A repeat counts once more, which only makes copies be read anew.
    async fn count_change(
        &self,
        connection: &ConnectionId,
        changed: &[Route],
    ) -> Result<(), StoreError> {
        if changed.is_empty() {
            return Ok(());
        }
        let key = key_item(keys::routes_version(connection));
        let request = self.client.update_item().table_name(&self.table).set_key(Some(key));
        let request = request
            .update_expression("ADD version :one")
            .expression_attribute_values(":one", number(1));
        request.send().await.map_err(unavailable("UpdateItem")).map(drop)
    }
}

impl RouteCopies {
    fn locked(&self) -> MutexGuard<'_, HashMap<ConnectionId, Arc<RouteCopy>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RouteCopy {
    fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.read_at).abs()
    }

    fn part(&self, part: &str) -> Option<Arc<[Route]>> {
        let known = self.locked().get(part).cloned();
        known.or_else(|| self.is_whole.then(|| Arc::from([])))
    }

    fn locked(&self) -> MutexGuard<'_, Parts> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Candidates {
    /// The routes themselves.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.0.iter().flat_map(|part| part.iter())
    }
}

/// How a route is found: its way, and by how many first letters.
fn way_of(route: &Route) -> (&'static str, usize) {
    match route.match_type {
        MatchType::Contains => (keys::BY_CONTENTS, 0),
        MatchType::StartsWith | MatchType::Equals
            if route.descriptor.chars().count() < MIN_DESCRIPTOR =>
        {
            (keys::BY_SHORT_NAME, MIN_WHOLE_DESCRIPTOR)
        }
        MatchType::StartsWith | MatchType::Equals => (keys::BY_PREFIX, MIN_DESCRIPTOR),
    }
}

fn route_key(connection: &ConnectionId, route: &Route) -> keys::Key {
    keys::route(connection, way_of(route).0, &route.descriptor, &route.enrolment)
}

/// The part of a way that has these first letters: what the sort keys of its routes begin with.
fn part_of((way, letters): (&str, usize), text: &str) -> String {
    way.chars().chain(text.chars().take(letters)).collect()
}

/// The routes of rows, but of those that were dropped.
fn routes_of(items: Vec<Item>) -> Result<Vec<Route>, StoreError> {
    items
        .into_iter()
        .filter(|item| !item.contains_key(DROPPED))
        .map(|item| value_of("route", item))
        .collect()
}

fn in_parts(routes: Vec<Route>) -> Parts {
    let mut parts: HashMap<String, Vec<Route>> = HashMap::new();
    for route in routes {
        parts.entry(part_of(way_of(&route), &route.descriptor)).or_default().push(route);
    }
    parts.into_iter().map(|(part, routes)| (part, routes.into())).collect()
}

/// The parts that share a normalised text's first letters.
fn parts_beside(text: &str) -> impl Iterator<Item = String> {
    let ways = [(keys::BY_PREFIX, MIN_DESCRIPTOR), (keys::BY_SHORT_NAME, MIN_WHOLE_DESCRIPTOR)];
    ways.into_iter()
        .filter(|(_, letters)| text.chars().count() >= *letters)
        .map(|way| part_of(way, text))
}

#[cfg(test)]
mod tests;
