//! The own secret of an organisation, or of the deployment, sealed: links are signed and keyed
//! hashes are made with the secret.

use domain::account::SealedSecret;
use serde::{Deserialize, Serialize};

use crate::table::{WriteResult, to_table_item};
use crate::{Store, StoreError, keys};

#[derive(Serialize, Deserialize)]
struct OwnSecretRow {
    sealed: SealedSecret,
}

impl Store {
    /// Reads the owner's secret, if created.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_own_secret(&self, owner: &str) -> Result<Option<SealedSecret>, StoreError> {
        let kept: Option<OwnSecretRow> =
            self.get_item("own secret", &keys::own_secret_key(owner)).await?;
        Ok(kept.map(|kept| kept.sealed))
    }

    /// Stores a first secret for the owner; returns false if another writer was first. The first
    /// stored secret counts.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn insert_own_secret(
        &self,
        owner: &str,
        sealed: SealedSecret,
    ) -> Result<bool, StoreError> {
        let item =
            to_table_item("own secret", &keys::own_secret_key(owner), &OwnSecretRow { sealed })?;
        Ok(matches!(self.put_new_item(item).await?, WriteResult::Done))
    }
}
