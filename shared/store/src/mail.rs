//! Which mails left, so that a message that comes twice is no second mail, and how many did on a
//! day.

use domain::basics::id::OrganisationId;
use domain::basics::time::{add_seconds, utc_day};
use domain::notify::mail::MailBacklog;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, DUE, DUE_AT, EXPIRES, MailRecordKey, PK, SK};
use crate::table::{number_value, text_value, to_table_item, unavailable_error};
use crate::{Store, StoreError};

/// What became of a mail to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MailFate {
    /// It left.
    Sent,
    /// It will never be taken.
    Refused,
}

#[derive(Serialize, Deserialize)]
struct MailFateRow {
    fate: MailFate,
    at: Timestamp,
}

impl Store {
    /// What became of a mail to a member, once anything did.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_mail_fate(
        &self,
        mail: &MailRecordKey,
    ) -> Result<Option<MailFate>, StoreError> {
        let mark: Option<MailFateRow> = self.get_item("mail", mail.table_key()).await?;
        Ok(mark.map(|mark| mark.fate))
    }

    /// Keeps what became of a mail to a member.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_mail_fate(
        &self,
        mail: &MailRecordKey,
        fate: MailFate,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = to_table_item("mail", mail.table_key(), &MailFateRow { fate, at: now })?;
        item.insert(
            EXPIRES.into(),
            number_value(add_seconds(now, keys::MAIL_DAYS * 86_400).as_second()),
        );
        self.put_item(item).await
    }

    /// Counts one more mail of an owner's day; false where there were `most` before it.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn count_mail(
        &self,
        owner: &str,
        most: u32,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let expires = add_seconds(now, keys::MAIL_COUNT_DAYS * 86_400).as_second();
        Ok(self
            .count_below_limit(keys::mail_count_key(owner, utc_day(now)), "mails", most, expires)
            .await?
            .is_some())
    }

    /// Gives a mail that did not leave back to its day.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn uncount_mail(&self, owner: &str, now: Timestamp) -> Result<(), StoreError> {
        let key = keys::mail_count_key(owner, utc_day(now));
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, text_value(key.pk))
            .key(SK, text_value(key.sk));
        let request = request
            .update_expression("ADD mails :less")
            .expression_attribute_values(":less", number_value(-1));
        request.send().await.map_err(unavailable_error("UpdateItem")).map(drop)
    }

    /// The alerts that no member of an organisation could be told of, where there are any.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn read_backlog(
        &self,
        organisation: &OrganisationId,
    ) -> Result<Option<MailBacklog>, StoreError> {
        self.get_item("backlog", &keys::backlog_key(organisation)).await
    }

    /// Writes the next version of a backlog, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn commit_backlog(&self, backlog: &MailBacklog) -> Result<(), StoreError> {
        let mut item =
            to_table_item("backlog", &keys::backlog_key(&backlog.organisation), backlog)?;
        if let Some(due) = backlog.next_retry_at() {
            item.insert(DUE.into(), text_value(keys::due_shard_of(backlog.organisation.as_str())));
            item.insert(DUE_AT.into(), text_value(keys::sortable_time(due)));
        }
        self.put_next_version("the backlog", item, backlog.version).await
    }
}
