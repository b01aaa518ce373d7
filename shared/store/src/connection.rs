//! Vendor connections.

use domain::account::Connection;
use domain::basics::id::ConnectionId;

use crate::table::item_of;
use crate::{Store, StoreError, keys};

impl Store {
    /// Keeps a vendor connection.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_connection(&self, connection: &Connection) -> Result<(), StoreError> {
        self.put(item_of("connection", &keys::connection(connection.id.as_str()), connection)?)
            .await
    }

    /// A vendor connection. A TEST organisation's simulated one is not kept, and not among
    /// [`Store::connections`].
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
}
