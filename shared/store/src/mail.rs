//! Which mails left, so that a message that comes twice is no second mail.

use domain::id::MembershipId;
use domain::mail::{MailName, NoticeName};
use domain::time::after;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{self, EXPIRES};
use crate::table::{item_of, number};
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
    pub async fn mail_fate(&self, mail: &MailName, member: &MembershipId) -> Result<Option<Fate>, StoreError> {
        let mark: Option<Mark> = self.get("mail", &keys::mail(mail, member)).await?;
        Ok(mark.map(|mark| mark.fate))
    }

    /// What became of a notice to an administrator, once anything did.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn notice_fate(&self, notice: &NoticeName, member: &MembershipId) -> Result<Option<Fate>, StoreError> {
        let mark: Option<Mark> = self.get("mail", &keys::notice(notice, member)).await?;
        Ok(mark.map(|mark| mark.fate))
    }

    /// Keeps what became of a notice to an administrator.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_notice_fate(&self, notice: &NoticeName, member: &MembershipId, fate: Fate, now: Timestamp) -> Result<(), StoreError> {
        let mut item = item_of("mail", &keys::notice(notice, member), &Mark { fate, at: now })?;
        item.insert(EXPIRES.into(), number(after(now, keys::MAIL_DAYS * 86_400).as_second()));
        self.put(item).await
    }

    /// Keeps what became of a mail to a member.
    ///
    /// # Errors
    /// [`StoreError`] where the store does not answer.
    pub async fn keep_mail_fate(&self, mail: &MailName, member: &MembershipId, fate: Fate, now: Timestamp) -> Result<(), StoreError> {
        let mut item = item_of("mail", &keys::mail(mail, member), &Mark { fate, at: now })?;
        item.insert(EXPIRES.into(), number(after(now, keys::MAIL_DAYS * 86_400).as_second()));
        self.put(item).await
    }
}
