//! API keys: the item under the key's id decides. The item under the hash of a secret only names
//! the key.

use domain::account::ApiKey;
use domain::account::issued_key::{ApiKeySecret, IssuedApiKey};
use domain::basics::id::{KeyId, PartnerId};
use domain::basics::time::{add_seconds, utc_day};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, LIST, LISTED};
use crate::list::{ListCriteria, MOST_COUNTED, PageRequest};
use crate::table::{
    WriteResult, from_table_item, number_value, text_value, to_table_item, try_update,
};
use crate::{Store, StoreError};

#[derive(Serialize, Deserialize)]
struct SecretKeyRow {
    id: KeyId,
}

impl Store {
    /// Stores a new API key under the hash of the secret, for the operator and the tests.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn put_api_key(&self, hash: &str, key: &ApiKey) -> Result<(), StoreError> {
        let secret = ApiKeySecret {
            hash: hash.into(),
            prefix: String::new(),
            made_at: key.created_at,
            until: None,
        };
        self.commit_issued_key(&IssuedApiKey::new(key.clone(), String::new(), None, secret)).await
    }

    /// Writes a version of an API key with a new latest secret, if the stored version is the
    /// preceding one. The row of the secret's hash is written first: that row alone opens nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
    pub async fn commit_issued_key(&self, issued: &IssuedApiKey) -> Result<(), StoreError> {
        let id = &issued.key.id;
        for secret in issued.secrets.iter().take(1) {
            self.put_item(to_table_item(
                "key",
                &keys::secret_hash_key(&secret.hash),
                &SecretKeyRow { id: id.clone() },
            )?)
            .await?;
        }
        let write = self.write_id();
        let mut item = to_table_item(
            "key",
            &keys::issued_key(id),
            &IssuedApiKey { write: write.clone(), ..issued.clone() },
        )?;
        item.insert(LIST.into(), text_value(keys::partner_keys_list(&issued.key.partner)));
        item.insert(
            LISTED.into(),
            text_value(keys::list_position(issued.key.created_at, id.as_str())),
        );
        match self.put_over_version(item, issued.version.saturating_sub(1)).await? {
            WriteResult::Done => Ok(()),
            WriteResult::Refused(there) => {
                let there =
                    there.map(|item| from_table_item::<IssuedApiKey>("key", item)).transpose()?;
                let ours = there.is_some_and(|there| there.write == write);
                if ours { Ok(()) } else { Err(StoreError::Conflict(id.to_string())) }
            }
        }
    }

    /// Reads the API key that a secret opens at this time, by the secret's hash.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_key_by_hash(
        &self,
        hash: &str,
        now: Timestamp,
    ) -> Result<Option<IssuedApiKey>, StoreError> {
        let Some(opens) =
            self.get_item::<SecretKeyRow>("key", &keys::secret_hash_key(hash)).await?
        else {
            return Ok(None);
        };
        Ok(self
            .read_issued_key(&opens.id)
            .await?
            .filter(|issued| issued.is_valid_secret(hash, now)))
    }

    /// Reads an API key by id. The caller checks access.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_issued_key(&self, id: &KeyId) -> Result<Option<IssuedApiKey>, StoreError> {
        self.get_item("key", &keys::issued_key(id)).await
    }

    /// Reads all API keys of a partner.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_partner_keys(
        &self,
        partner: &PartnerId,
    ) -> Result<Vec<IssuedApiKey>, StoreError> {
        let page = PageRequest::Offset { offset: 0, limit: MOST_COUNTED };
        let listing = ListCriteria {
            lists: vec![keys::partner_keys_list(partner)],
            page,
            ..ListCriteria::default()
        };
        Ok(self.read_list_page::<IssuedApiKey>(&listing).await?.items)
    }

    /// Revokes an API key, regardless of concurrent writes; returns false if no such key exists.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn revoke_key(&self, id: &KeyId, now: Timestamp) -> Result<bool, StoreError> {
        let set = "SET revoked_at = if_not_exists(revoked_at, :value), #expires = \
            if_not_exists(#expires, :expires) ADD version :one";
        // as long as the audit names the key
        let expires = add_seconds(now, keys::AUDIT_DAYS * 86_400).as_second();
        self.update_issued_key(id, set, "attribute_exists(pk)", now.to_string(), Some(expires))
            .await
    }

    /// Records the day of an API key's last use: one write a day.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn record_key_use(
        &self,
        issued: &IssuedApiKey,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let day = utc_day(now);
        if issued.used_on.is_some_and(|used| used >= day) {
            return Ok(());
        }
        let condition =
            "attribute_exists(pk) AND (attribute_not_exists(used_on) OR used_on < :value)";
        self.update_issued_key(
            &issued.key.id,
            "SET used_on = :value",
            condition,
            day.to_string(),
            None,
        )
        .await
        .map(drop)
    }

    async fn update_issued_key(
        &self,
        id: &KeyId,
        set: &str,
        condition: &str,
        value: String,
        expires: Option<i64>,
    ) -> Result<bool, StoreError> {
        let key = keys::issued_key(id);
        let request = self.update_request(&key);
        let request = request.update_expression(set).condition_expression(condition);
        let mut request = request.expression_attribute_values(":value", text_value(value));
        if let Some(expires) = expires {
            request = request
                .expression_attribute_names("#expires", EXPIRES)
                .expression_attribute_values(":expires", number_value(expires));
            request = request.expression_attribute_values(":one", number_value(1));
        }
        Ok(try_update(request).await?.is_some())
    }
}
