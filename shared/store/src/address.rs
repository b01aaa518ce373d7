//! E-mail addresses: consent, suppression and confirmation mails, under a keyed hash. No key
//! contains an address in clear.

use std::collections::HashMap;

use domain::basics::id::OrganisationId;
use domain::basics::time::add_seconds;
use domain::notify::mail::{
    ASKING_DAYS, ConsentRequestLog, EmailConsent, EmailStatus, EmailSuppression,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES, TableKey};
use crate::table::{key_item, number_value, to_table_item};
use crate::{Store, StoreError};

#[derive(Serialize, Deserialize)]
struct SuppressionRow {
    suppression: EmailSuppression,
    at: Timestamp,
}

/// A row of an address: consent or suppression.
#[derive(Deserialize)]
struct AddressRow {
    pk: String,
    sk: String,
    #[serde(default)]
    agrees: Option<bool>,
    #[serde(default)]
    suppression: Option<EmailSuppression>,
}

impl Store {
    /// Reads, for each pair in turn, whether the organisation may write to the address.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_email_statuses(
        &self,
        wanted: &[(String, OrganisationId)],
    ) -> Result<Vec<EmailStatus>, StoreError> {
        let mut keys: Vec<TableKey> = wanted
            .iter()
            .flat_map(|(address, of)| {
                [keys::consent_key(address, of), keys::suppression_key(address)]
            })
            .collect();
        keys.sort();
        keys.dedup(); // BatchGetItem rejects duplicate keys
        let rows: Vec<AddressRow> =
            self.load_by_keys(keys.into_iter().map(key_item).collect(), true).await?;
        let rows: HashMap<TableKey, AddressRow> = rows
            .into_iter()
            .map(|row| (TableKey { pk: row.pk.clone(), sk: row.sk.clone() }, row))
            .collect();
        let status = |(address, of): &(String, OrganisationId)| {
            let suppression =
                rows.get(&keys::suppression_key(address)).and_then(|row| row.suppression);
            EmailStatus::from_suppression_and_consent(
                suppression,
                rows.get(&keys::consent_key(address, of)).and_then(|row| row.agrees),
            )
        };
        Ok(wanted.iter().map(status).collect())
    }

    /// Stores the answer of an address's owner. The latest answer counts.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn keep_consent(
        &self,
        address: &str,
        consent: &EmailConsent,
    ) -> Result<(), StoreError> {
        self.put_item(to_table_item(
            "consent",
            &keys::consent_key(address, &consent.organisation),
            consent,
        )?)
        .await
    }

    /// Suppresses all e-mails to an address. A later bounce does not overwrite a complaint.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn suppress_address(
        &self,
        address: &str,
        suppression: EmailSuppression,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let item = to_table_item(
            "suppression",
            &keys::suppression_key(address),
            &SuppressionRow { suppression, at: now },
        )?;
        if suppression == EmailSuppression::Complained {
            return self.put_item(item).await;
        }
        self.put_new_item(item).await.map(drop)
    }

    /// Lifts the suppression of an address; returns false if the address was not suppressed.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn release_address(&self, address: &str) -> Result<bool, StoreError> {
        let there: Option<SuppressionRow> =
            self.get_item("suppression", &keys::suppression_key(address)).await?;
        self.delete_item(&keys::suppression_key(address)).await?;
        Ok(there.is_some())
    }

    /// Counts a confirmation mail to an address; returns false if the limit is reached. Idempotent:
    /// the same mail counts once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another mail was counted at the same time.
    pub async fn count_confirmation_mail(
        &self,
        address: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let asked: ConsentRequestLog = self
            .get_item("confirmations", &keys::confirmations_key(address))
            .await?
            .unwrap_or_default();
        if asked.has_request(name) {
            return Ok(true);
        }
        let Some(next) = asked.with_request(name, now) else { return Ok(false) };
        let mut item = to_table_item("confirmations", &keys::confirmations_key(address), &next)?;
        item.insert(
            EXPIRES.into(),
            number_value(add_seconds(now, ASKING_DAYS * 86_400).as_second()),
        );
        self.put_next_version("the address", item, next.version).await?;
        Ok(true)
    }
}
