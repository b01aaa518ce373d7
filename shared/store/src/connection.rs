//! Vendor connections.

use domain::account::VendorConnection;
use domain::basics::id::ConnectionId;

use crate::table::to_table_item;
use crate::{Store, StoreError, keys};

impl Store {
    /// Keeps a vendor connection.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_connection(&self, connection: &VendorConnection) -> Result<(), StoreError> {
        self.put_item(to_table_item(
            "connection",
            &keys::connection_key(connection.id.as_str()),
            connection,
        )?)
        .await
    }

    /// A vendor connection. A TEST organisation's simulated one is not kept, and not among
    /// [`Store::connections`].
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_connection(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<VendorConnection>, StoreError> {
        match VendorConnection::from_simulated_id(id) {
            Some(simulated) => Ok(Some(simulated)),
            None => self.get_item("connection", &keys::connection_key(id.as_str())).await,
        }
    }

    /// All vendor connections: there are few.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_connections(&self) -> Result<Vec<VendorConnection>, StoreError> {
        let key = keys::connection_key(ConnectionId::PREFIX);
        self.query_prefix("connection", &key.pk, &key.sk).await
    }
}
