//! The network of TEST organisations: each has a connection of its own, at which nobody signs in
//! and which calls nobody.

use super::{OperatingMode, Organisation, SealedSecret, VendorConnection};
use crate::basics::id::ConnectionId;
use crate::network::claim::AlertNetwork;

/// Hours as Ethoca has them.
const TARGET_HOURS: u32 = 24;
const LIMIT_HOURS: u32 = 48;

impl VendorConnection {
    /// The simulated connection of an id, if it is one. It is not kept: there is nothing of its own
    /// in it.
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
    /// Whether alerts of a connection may be this organisation's: a TEST organisation has its own
    /// and no other.
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
