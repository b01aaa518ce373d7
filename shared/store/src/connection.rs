//! Vendor connections, and the descriptors that route their alerts.

use domain::account::Connection;
use domain::claim::normalised;
use domain::enrolment::{Enrolment, MIN_DESCRIPTOR, MIN_WHOLE_DESCRIPTOR, MatchType, Route};
use domain::id::ConnectionId;

use crate::table::{Wrote, item_of};
use crate::{Store, StoreError, keys};

impl Store {
    /// Keeps a vendor connection.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_connection(&self, connection: &Connection) -> Result<(), StoreError> {
        self.put(item_of("connection", &keys::connection(connection.id.as_str()), connection)?).await
    }

    /// A vendor connection. A TEST organisation's simulated one is not kept, and not among [`Store::connections`].
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn connection(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        match Connection::simulated(id) {
            Some(simulated) => Ok(Some(simulated)),
            None => self.get("connection", &keys::connection(id.as_str())).await,
        }
    }

    /// All vendor connections: there are few.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn connections(&self) -> Result<Vec<Connection>, StoreError> {
        let key = keys::connection(ConnectionId::PREFIX);
        self.query_prefix("connection", &key.pk, &key.sk).await
    }

    /// The routes a descriptor may take: those that share its first letters, the short ones that share the first two, and
    /// those that look inside it.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn routes_for(&self, connection: &ConnectionId, descriptor: &str) -> Result<Vec<Route>, StoreError> {
        let (text, pk) = (normalised(descriptor), keys::routes(connection));
        let ways = [(keys::BY_PREFIX, MIN_DESCRIPTOR), (keys::BY_SHORT_NAME, MIN_WHOLE_DESCRIPTOR)];
        let mut routes: Vec<Route> = Vec::new();
        for (way, letters) in ways.into_iter().filter(|(_, letters)| text.chars().count() >= *letters) {
            let head: String = text.chars().take(letters).collect();
            routes.extend(self.query_prefix::<Route>("route", &pk, &format!("{way}{head}")).await?);
        }
        routes.extend(self.query_prefix::<Route>("route", &pk, keys::BY_CONTENTS).await?);
        Ok(routes)
    }

    /// All routes of a connection, for telling whether a new one clashes.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn routes(&self, connection: &ConnectionId) -> Result<Vec<Route>, StoreError> {
        let pk = keys::routes(connection);
        let mut routes: Vec<Route> = Vec::new();
        for way in [keys::BY_PREFIX, keys::BY_SHORT_NAME, keys::BY_CONTENTS] {
            routes.extend(self.query_prefix::<Route>("route", &pk, way).await?);
        }
        Ok(routes)
    }

    /// Keeps an enrolment's routes.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_routes(&self, connection: &ConnectionId, routes: &[Route]) -> Result<(), StoreError> {
        for route in routes {
            self.put(item_of("route", &route_key(connection, route), route)?).await?;
        }
        Ok(())
    }

    /// Keeps those of an enrolment's routes that are missing, and touches none that is there; true where any was missing.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_missing_routes(&self, connection: &ConnectionId, routes: &[Route]) -> Result<bool, StoreError> {
        let mut was_missing = false;
        for route in routes {
            let wrote = self.put_new(item_of("route", &route_key(connection, route), route)?).await?;
            was_missing |= matches!(wrote, Wrote::Done);
        }
        Ok(was_missing)
    }

    /// Writes a changed enrolment; its routes follow, to another connection too.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it was changed at the same time, or another [`StoreError`].
    pub async fn change_enrolment(&self, old: &Enrolment, new: &Enrolment) -> Result<(), StoreError> {
        self.replace(new).await?;
        if let Some(from) = old.connection.as_ref().filter(|from| new.connection.as_ref() != Some(*from)) {
            self.drop_routes(from, old).await?;
        }
        match &new.connection {
            Some(to) => self.put_routes(to, &new.routes()).await,
            None => Ok(()),
        }
    }

    /// Forgets an enrolment's routes.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn drop_routes(&self, connection: &ConnectionId, enrolment: &Enrolment) -> Result<(), StoreError> {
        for route in enrolment.routes() {
            self.delete(&route_key(connection, &route)).await?;
        }
        Ok(())
    }
}

fn route_key(connection: &ConnectionId, route: &Route) -> keys::Key {
    let way = match route.match_type {
        MatchType::Contains => keys::BY_CONTENTS,
        MatchType::StartsWith | MatchType::Equals if route.descriptor.chars().count() < MIN_DESCRIPTOR => keys::BY_SHORT_NAME,
        MatchType::StartsWith | MatchType::Equals => keys::BY_PREFIX,
    };
    keys::route(connection, way, &route.descriptor, &route.enrolment)
}
