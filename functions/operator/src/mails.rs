//! Suppressed e-mail addresses: ends the suppression.

use flows::member_address::address_hash;
use serde_json::{Value, json};

use crate::{OperatorSession, describe_error};

impl OperatorSession<'_> {
    /// Lifts the suppression of an address, after the owner agreed or the mailbox exists again.
    /// Earlier consents apply again.
    pub(crate) async fn lift_suppression(&self, email: &str) -> Result<Value, String> {
        let address = address_hash(self.store, self.secrets, email, self.now)
            .await
            .map_err(describe_error)?;
        let was_suppressed = self.store.release_address(&address).await.map_err(describe_error)?;
        Ok(json!({ "was_suppressed": was_suppressed }))
    }
}
