//! The records that an organisation's orders may reference.

use domain::account::{Integration, Merchant};
use domain::basics::id::OrganisationId;
use store::{Store, StoreError};

/// The merchants and integrations of an organisation, which its orders may reference.
pub(super) struct OrderContext {
    pub merchants: Vec<Merchant>,
    pub integrations: Vec<Integration>,
}

impl OrderContext {
    /// Reads the records of an organisation.
    pub async fn for_organisation(store: &Store, id: &OrganisationId) -> Result<Self, StoreError> {
        Ok(Self {
            merchants: store.read_records(id).await?,
            integrations: store.read_records(id).await?,
        })
    }
}
