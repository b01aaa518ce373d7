//! Vendor connections.

use domain::account::VendorConnection;
use domain::basics::id::ConnectionId;

use crate::table::to_table_item;
use crate::{Store, StoreError, keys};

impl Store {
    /// Stores a vendor connection.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn put_connection(&self, connection: &VendorConnection) -> Result<(), StoreError> {
        self.put_item(to_table_item(
            "connection",
            &keys::connection_key(connection.id.as_str()),
            connection,
        )?)
        .await
    }

    /// Reads a vendor connection. The simulated connection of a TEST organisation is not stored,
    /// and not among [`Store::read_connections`].
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_connection(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<VendorConnection>, StoreError> {
        match VendorConnection::from_simulated_id(id) {
            Some(simulated) => Ok(Some(simulated)),
            None => self.get_item("connection", &keys::connection_key(id.as_str())).await,
        }
    }

    /// Reads all vendor connections: few exist.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_connections(&self) -> Result<Vec<VendorConnection>, StoreError> {
        let key = keys::connection_key(ConnectionId::PREFIX);
        self.query_prefix("connection", &key.pk, &key.sk).await
    }
}
