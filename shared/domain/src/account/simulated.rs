//! The simulated network of TEST organisations. Each TEST organisation has a connection of its own,
//! without sign-in and without outgoing calls.

use super::{OperatingMode, Organisation, SealedSecret, VendorConnection};
use crate::basics::id::ConnectionId;
use crate::network::claim::AlertNetwork;

/// The hours that Ethoca sets.
const TARGET_HOURS: u32 = 24;
const LIMIT_HOURS: u32 = 48;

impl VendorConnection {
    /// Creates the simulated connection of an id, if the id is simulated. Such a connection is not
    /// stored, since all fields follow from the id.
    #[must_use]
    pub fn from_simulated_id(id: &ConnectionId) -> Option<Self> {
        id.is_simulated().then(|| Self {
            id: id.clone(),
            network: AlertNetwork::Ethoca,
            name: "Simulated".to_owned(),
            api_url: String::new(),
            push_username: String::new(),
            push_password_hash: String::new(),
            client_subject: None,
            credentials: SealedSecret(String::new()),
            time_zone: "UTC".to_owned(),
            target_hours: TARGET_HOURS,
            limit_hours: LIMIT_HOURS,
            is_sandbox: false,
        })
    }
}

impl Organisation {
    /// Checks whether alerts of a connection may belong to the organisation. A TEST organisation
    /// has only its own simulated connection.
    #[must_use]
    pub fn can_use_connection(&self, connection: &ConnectionId) -> bool {
        match self.mode {
            OperatingMode::Live => !connection.is_simulated(),
            OperatingMode::Test => {
                *connection == ConnectionId::simulated_for_organisation(&self.id)
            }
        }
    }
}
