//! An organisation's own secret, sealed: what its links are signed and its keyed hashes are made with.

use domain::account::Sealed;
use domain::id::OrganisationId;
use serde::{Deserialize, Serialize};

use crate::table::{Wrote, item_of};
use crate::{Store, StoreError, keys};

#[derive(Serialize, Deserialize)]
struct Kept {
    sealed: Sealed,
}

impl Store {
    /// The organisation's secret, once it has one.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn organisation_secret(&self, organisation: &OrganisationId) -> Result<Option<Sealed>, StoreError> {
        let kept: Option<Kept> = self.get("organisation's secret", &keys::secret(organisation)).await?;
        Ok(kept.map(|kept| kept.sealed))
    }

    /// Keeps a first secret for the organisation; false where somebody was faster: theirs is the secret.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_organisation_secret(&self, organisation: &OrganisationId, sealed: Sealed) -> Result<bool, StoreError> {
        let item = item_of("organisation's secret", &keys::secret(organisation), &Kept { sealed })?;
        Ok(matches!(self.put_new(item).await?, Wrote::Done))
    }
}
