//! Records of mails, which make mail messages idempotent, and the count of a day's mails.

use domain::basics::id::OrganisationId;
use domain::basics::time::{add_seconds, utc_day};
use domain::notify::mail::MailBacklog;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, DUE, DUE_AT, EXPIRES, MailRecordKey};
use crate::table::{number_value, text_value, to_table_item, unavailable_error};
use crate::{Store, StoreError};

/// The result of a mail to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MailFate {
    /// The mail left.
    Sent,
    /// The mail was refused, and will never be accepted.
    Refused,
}

#[derive(Serialize, Deserialize)]
struct MailFateRow {
    fate: MailFate,
    at: Timestamp,
}

impl Store {
    /// Reads the result of a mail to a member, if any.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_mail_fate(
        &self,
        mail: &MailRecordKey,
    ) -> Result<Option<MailFate>, StoreError> {
        let mark: Option<MailFateRow> = self.get_item("mail", mail.table_key()).await?;
        Ok(mark.map(|mark| mark.fate))
    }

    /// Stores the result of a mail to a member.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
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

    /// Counts a mail of an owner's day; returns false if `most` was reached before.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
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

    /// Takes back the count of a mail that did not leave.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn uncount_mail(&self, owner: &str, now: Timestamp) -> Result<(), StoreError> {
        let key = keys::mail_count_key(owner, utc_day(now));
        let request = self.update_request(&key);
        let request = request
            .update_expression("ADD mails :less")
            .expression_attribute_values(":less", number_value(-1));
        request.send().await.map_err(unavailable_error("UpdateItem")).map(drop)
    }

    /// Reads the alerts of which no member of an organisation could be notified, if any.
    ///
    /// # Errors
    /// [`StoreError`] if the store does not answer.
    pub async fn read_backlog(
        &self,
        organisation: &OrganisationId,
    ) -> Result<Option<MailBacklog>, StoreError> {
        self.get_item("backlog", &keys::backlog_key(organisation)).await
    }

    /// Writes the next version of a backlog if the stored version is the preceding one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another writer was first.
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
