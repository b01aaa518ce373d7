//! The own secret of an organisation, or of the deployment, sealed: what links are signed and keyed
//! hashes are made with.

use domain::account::Sealed;
use serde::{Deserialize, Serialize};

use crate::table::{Wrote, item_of};
use crate::{Store, StoreError, keys};

#[derive(Serialize, Deserialize)]
struct Kept {
    sealed: Sealed,
}

impl Store {
    /// The owner's secret, once it has one.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn own_secret(&self, owner: &str) -> Result<Option<Sealed>, StoreError> {
        let kept: Option<Kept> = self.get("own secret", &keys::secret(owner)).await?;
        Ok(kept.map(|kept| kept.sealed))
    }

    /// Keeps a first secret for the owner; false where somebody was faster: theirs is the secret.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_own_secret(&self, owner: &str, sealed: Sealed) -> Result<bool, StoreError> {
        let item = item_of("own secret", &keys::secret(owner), &Kept { sealed })?;
        Ok(matches!(self.put_new(item).await?, Wrote::Done))
    }
}
