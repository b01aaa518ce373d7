//! What orders of an organisation may name.

use domain::account::{Integration, Merchant};
use domain::basics::id::OrganisationId;
use store::{Store, StoreError};

/// An organisation, and what its orders may name.
pub(super) struct Place {
    pub merchants: Vec<Merchant>,
    pub integrations: Vec<Integration>,
}

impl Place {
    /// What an organisation has.
    pub async fn of(store: &Store, id: &OrganisationId) -> Result<Self, StoreError> {
        Ok(Self { merchants: store.records(id).await?, integrations: store.records(id).await? })
    }
}
