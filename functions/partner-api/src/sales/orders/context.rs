//! What orders of an organisation may name.

use domain::account::{Integration, Merchant};
use domain::basics::id::OrganisationId;
use store::{Store, StoreError};

/// An organisation, and what its orders may name.
pub(super) struct OrderContext {
    pub merchants: Vec<Merchant>,
    pub integrations: Vec<Integration>,
}

impl OrderContext {
    /// What an organisation has.
    pub async fn for_organisation(store: &Store, id: &OrganisationId) -> Result<Self, StoreError> {
        Ok(Self {
            merchants: store.read_records(id).await?,
            integrations: store.read_records(id).await?,
        })
    }
}
