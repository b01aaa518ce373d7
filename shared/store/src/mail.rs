//! Which mails left, so that a message that comes twice is no second mail, and how many did on a
//! day.

use domain::basics::id::OrganisationId;
use domain::basics::time::{after, day_of};
use domain::notify::mail::Backlog;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, DUE, DUE_AT, EXPIRES, MailMark, PK, SK};
use crate::table::{item_of, number, text, unavailable};
use crate::{Store, StoreError};

/// What became of a mail to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Fate {
    /// It left.
    Sent,
    /// It will never be taken.
    Refused,
}

#[derive(Serialize, Deserialize)]
struct Mark {
    fate: Fate,
    at: Timestamp,
}

impl Store {
    /// What became of a mail to a member, once anything did.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn mail_fate(&self, mail: &MailMark) -> Result<Option<Fate>, StoreError> {
        let mark: Option<Mark> = self.get("mail", mail.key()).await?;
        Ok(mark.map(|mark| mark.fate))
    }

    /// Keeps what became of a mail to a member.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_mail_fate(
        &self,
        mail: &MailMark,
        fate: Fate,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item = item_of("mail", mail.key(), &Mark { fate, at: now })?;
        item.insert(EXPIRES.into(), number(after(now, keys::MAIL_DAYS * 86_400).as_second()));
        self.put(item).await
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
        let expires = after(now, keys::MAIL_COUNT_DAYS * 86_400).as_second();
        Ok(self.count_up(keys::mails(owner, day_of(now)), "mails", most, expires).await?.is_some())
    }

    /// Gives a mail that did not leave back to its day.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn uncount_mail(&self, owner: &str, now: Timestamp) -> Result<(), StoreError> {
        let key = keys::mails(owner, day_of(now));
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, text(key.pk))
            .key(SK, text(key.sk));
        let request = request
            .update_expression("ADD mails :less")
            .expression_attribute_values(":less", number(-1));
        request.send().await.map_err(unavailable("UpdateItem")).map(drop)
    }

    /// The alerts that no member of an organisation could be told of, where there are any.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn backlog(
        &self,
        organisation: &OrganisationId,
    ) -> Result<Option<Backlog>, StoreError> {
        self.get("backlog", &keys::backlog(organisation)).await
    }

    /// Writes the next version of a backlog, over exactly the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where somebody else wrote first.
    pub async fn commit_backlog(&self, backlog: &Backlog) -> Result<(), StoreError> {
        let mut item = item_of("backlog", &keys::backlog(&backlog.organisation), backlog)?;
        if let Some(due) = backlog.falls_due() {
            item.insert(DUE.into(), text(keys::due_shard_of(backlog.organisation.as_str())));
            item.insert(DUE_AT.into(), text(keys::sortable(due)));
        }
        self.put_next("the backlog", item, backlog.version).await
    }
}
