//! The setups of organisations, read once per batch.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::account::{Integration, Merchant};
use domain::basics::id::OrganisationId;
use store::{Store, StoreError};
use tokio::sync::OnceCell;

/// The records that resolve an order's references.
#[derive(Debug)]
pub(crate) struct OrderSetup {
    pub integrations: Vec<Integration>,
    pub merchants: Vec<Merchant>,
}

type OrderSetupCell = Arc<OnceCell<Arc<OrderSetup>>>;

#[derive(Debug, Default)]
pub(crate) struct OrderSetups(Mutex<BTreeMap<OrganisationId, OrderSetupCell>>);

impl OrderSetups {
    /// Returns an organisation's setup; after a failed read, the next order retries the read.
    pub async fn for_organisation(
        &self,
        store: &Store,
        organisation: &OrganisationId,
    ) -> Result<Arc<OrderSetup>, StoreError> {
        let reading = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(organisation.clone())
            .or_default()
            .clone();
        let read = || async {
            let (integrations, merchants) =
                (store.read_records(organisation).await?, store.read_records(organisation).await?);
            Ok(Arc::new(OrderSetup { integrations, merchants }))
        };
        reading.get_or_try_init(read).await.cloned()
    }
}
