//! The own secret of an organisation, or of the deployment, sealed: what links are signed and keyed
//! hashes are made with.

use domain::account::SealedSecret;
use serde::{Deserialize, Serialize};

use crate::table::{WriteResult, to_table_item};
use crate::{Store, StoreError, keys};

#[derive(Serialize, Deserialize)]
struct OwnSecretRow {
    sealed: SealedSecret,
}

impl Store {
    /// The owner's secret, once it has one.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_own_secret(&self, owner: &str) -> Result<Option<SealedSecret>, StoreError> {
        let kept: Option<OwnSecretRow> =
            self.get_item("own secret", &keys::own_secret_key(owner)).await?;
        Ok(kept.map(|kept| kept.sealed))
    }

    /// Keeps a first secret for the owner; false where somebody was faster: theirs is the secret.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
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
