//! What is known of the addresses that e-mails go to, by their keyed hash: an address itself is in
//! no key.

use std::collections::HashMap;

use domain::basics::id::OrganisationId;
use domain::basics::time::after;
use domain::notify::mail::{ASKING_DAYS, Asked, Consent, EmailStatus, Suppression};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, Key};
use crate::table::{item_of, key_item, number};
use crate::{Store, StoreError};

#[derive(Serialize, Deserialize)]
struct Suppressed {
    suppression: Suppression,
    at: Timestamp,
}

/// A row of an address, whichever it is.
#[derive(Deserialize)]
struct Row {
    pk: String,
    sk: String,
    #[serde(default)]
    agrees: Option<bool>,
    #[serde(default)]
    suppression: Option<Suppression>,
}

impl Store {
    /// Whether the organisations may write to the addresses, in their order.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn statuses_of_addresses(
        &self,
        wanted: &[(String, OrganisationId)],
    ) -> Result<Vec<EmailStatus>, StoreError> {
        let mut keys: Vec<Key> = wanted
            .iter()
            .flat_map(|(address, of)| [keys::consent(address, of), keys::suppressed(address)])
            .collect();
        keys.sort();
        keys.dedup(); // the table reads none twice in one call
        let rows: Vec<Row> = self.load(keys.into_iter().map(key_item).collect(), true).await?;
        let rows: HashMap<Key, Row> = rows
            .into_iter()
            .map(|row| (Key { pk: row.pk.clone(), sk: row.sk.clone() }, row))
            .collect();
        let status = |(address, of): &(String, OrganisationId)| {
            let suppression = rows.get(&keys::suppressed(address)).and_then(|row| row.suppression);
            EmailStatus::of(
                suppression,
                rows.get(&keys::consent(address, of)).and_then(|row| row.agrees),
            )
        };
        Ok(wanted.iter().map(status).collect())
    }

    /// Keeps the answer of an address's owner: the latest counts.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_consent(&self, address: &str, consent: &Consent) -> Result<(), StoreError> {
        self.put(item_of("consent", &keys::consent(address, &consent.organisation), consent)?).await
    }

    /// Ends all e-mails to an address; a complaint is not outdone by mail that comes back.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn suppress_address(
        &self,
        address: &str,
        suppression: Suppression,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let item = item_of(
            "suppression",
            &keys::suppressed(address),
            &Suppressed { suppression, at: now },
        )?;
        if suppression == Suppression::Complained {
            return self.put(item).await;
        }
        self.put_new(item).await.map(drop)
    }

    /// Lets e-mails to an address leave again; false where they did.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn release_address(&self, address: &str) -> Result<bool, StoreError> {
        let there: Option<Suppressed> = self.get("suppression", &keys::suppressed(address)).await?;
        self.delete(&keys::suppressed(address)).await?;
        Ok(there.is_some())
    }

    /// Counts a confirmation mail to an address; false where it had enough. The same mail counts
    /// once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where another was counted at the same time.
    pub async fn ask_address(
        &self,
        address: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let asked: Asked =
            self.get("confirmations", &keys::asked(address)).await?.unwrap_or_default();
        if asked.has(name) {
            return Ok(true);
        }
        let Some(next) = asked.with(name, now) else { return Ok(false) };
        let mut item = item_of("confirmations", &keys::asked(address), &next)?;
        item.insert(EXPIRES.into(), number(after(now, ASKING_DAYS * 86_400).as_second()));
        self.put_next("the address", item, next.version).await?;
        Ok(true)
    }
}
