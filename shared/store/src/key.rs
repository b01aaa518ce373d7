//! API keys: the key under its id decides; under the hash of each secret is only which key it
//! opens.

use domain::account::ApiKey;
use domain::account::issued_key::{Issued, Secret};
use domain::basics::id::{KeyId, PartnerId};
use domain::basics::time::{after, day_of};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, LIST, LISTED, PK, SK};
use crate::list::{Listing, MOST_COUNTED, Page};
use crate::table::{Wrote, item_of, number, text, try_update, value_of};
use crate::{Store, StoreError};

#[derive(Serialize, Deserialize)]
struct Opens {
    id: KeyId,
}

impl Store {
    /// Keeps a new API key under the hash of its secret, for the operator's and the tests' own.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn put_api_key(&self, hash: &str, key: &ApiKey) -> Result<(), StoreError> {
        let secret = Secret {
            hash: hash.into(),
            prefix: String::new(),
            made_at: key.created_at,
            until: None,
        };
        self.issue(&Issued::new(key.clone(), String::new(), None, secret)).await
    }

    /// Keeps a version of an API key whose latest secret is new, over exactly the version before
    /// it. First which key the secret opens: that alone opens nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn issue(&self, issued: &Issued) -> Result<(), StoreError> {
        let id = &issued.key.id;
        for secret in issued.secrets.iter().take(1) {
            self.put(item_of("key", &keys::api_key(&secret.hash), &Opens { id: id.clone() })?)
                .await?;
        }
        let write = self.write_id();
        let mut item =
            item_of("key", &keys::issued(id), &Issued { write: write.clone(), ..issued.clone() })?;
        item.insert(LIST.into(), text(keys::listed_keys(&issued.key.partner)));
        item.insert(LISTED.into(), text(keys::listed_at(issued.key.created_at, id.as_str())));
        match self.put_over(item, issued.version.saturating_sub(1)).await? {
            Wrote::Done => Ok(()),
            Wrote::Refused(there) => {
                let there = there.map(|item| value_of::<Issued>("key", item)).transpose()?;
                let ours = there.is_some_and(|there| there.write == write);
                if ours { Ok(()) } else { Err(StoreError::Conflict(id.to_string())) }
            }
        }
    }

    /// The API key that a secret opens at this time, by the secret's hash.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn api_key(&self, hash: &str, now: Timestamp) -> Result<Option<Issued>, StoreError> {
        let Some(opens) = self.get::<Opens>("key", &keys::api_key(hash)).await? else {
            return Ok(None);
        };
        Ok(self.issued(&opens.id).await?.filter(|issued| issued.opens(hash, now)))
    }

    /// An API key by its id, whose ever it is: the caller checks.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn issued(&self, id: &KeyId) -> Result<Option<Issued>, StoreError> {
        self.get("key", &keys::issued(id)).await
    }

    /// All of a partner's API keys.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn issued_by(&self, partner: &PartnerId) -> Result<Vec<Issued>, StoreError> {
        let page = Page::Offset { offset: 0, limit: MOST_COUNTED };
        let listing =
            Listing { lists: vec![keys::listed_keys(partner)], page, ..Listing::default() };
        Ok(self.list::<Issued>(&listing).await?.items)
    }

    /// Ends an API key, whatever else is written to it meanwhile; false where there is none.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn revoke_key(&self, id: &KeyId, now: Timestamp) -> Result<bool, StoreError> {
        let set = "SET revoked_at = if_not_exists(revoked_at, :value), #expires = \
            if_not_exists(#expires, :expires) ADD version :one";
        // as long as the audit names it
        let expires = after(now, keys::AUDIT_DAYS * 86_400).as_second();
        self.set_on_key(id, set, "attribute_exists(pk)", now.to_string(), Some(expires)).await
    }

    /// Keeps the day of an API key's last use: one write a day.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn key_used(&self, issued: &Issued, now: Timestamp) -> Result<(), StoreError> {
        let day = day_of(now);
        if issued.used_on.is_some_and(|used| used >= day) {
            return Ok(());
        }
        let condition =
            "attribute_exists(pk) AND (attribute_not_exists(used_on) OR used_on < :value)";
        self.set_on_key(&issued.key.id, "SET used_on = :value", condition, day.to_string(), None)
            .await
            .map(drop)
    }

    async fn set_on_key(
        &self,
        id: &KeyId,
        set: &str,
        condition: &str,
        value: String,
        expires: Option<i64>,
    ) -> Result<bool, StoreError> {
        let key = keys::issued(id);
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, text(key.pk))
            .key(SK, text(key.sk));
        let request = request.update_expression(set).condition_expression(condition);
        let mut request = request.expression_attribute_values(":value", text(value));
        if let Some(expires) = expires {
            request = request
                .expression_attribute_names("#expires", EXPIRES)
                .expression_attribute_values(":expires", number(expires));
            request = request.expression_attribute_values(":one", number(1));
        }
        Ok(try_update(request).await?.is_some())
    }
}
