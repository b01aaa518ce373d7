//! Permission to send e-mail to an address: the owner's answer to an organisation, and the
//! suppression by bounces and complaints for all organisations.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::OrganisationId;
use crate::basics::time::add_seconds;

/// The maximum number of requests for consent to an address within [`ASKING_DAYS`], across all
/// organisations.
pub const MOST_ASKED: usize = 3;
/// The days within which [`MOST_ASKED`] counts.
pub const ASKING_DAYS: i64 = 7;
/// The days for which the link in a confirmation e-mail is valid.
pub const CONFIRMATION_DAYS: i64 = 14;

/// The permission to send e-mail to the address of a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmailStatus {
    /// The owner of the address has not answered.
    Unconfirmed,
    /// The owner of the address agreed. Only such an address receives e-mails.
    Confirmed,
    /// The owner of the address refused e-mails.
    Refused,
    /// An e-mail to the address bounced permanently.
    Bounced,
    /// The owner of the address reported an e-mail as unwanted.
    Complained,
}

/// The answer of an address's owner to an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailConsent {
    pub organisation: OrganisationId,
    pub agrees: bool,
    pub at: Timestamp,
}

/// The reason for which an address receives no more e-mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmailSuppression {
    /// The mailbox does not exist.
    Bounced,
    /// The owner reported an e-mail as unwanted.
    Complained,
}

/// The requests for consent to an address, across all organisations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRequestLog {
    pub times: Vec<ConsentRequest>,
    pub version: u64,
}

/// A confirmation e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRequest {
    /// The name of the e-mail. A retry of the same e-mail counts once.
    pub name: String,
    pub at: Timestamp,
}

impl EmailStatus {
    /// Returns the status of an address. A suppression outranks the owner's answer.
    #[must_use]
    pub const fn from_suppression_and_consent(
        suppression: Option<EmailSuppression>,
        agrees: Option<bool>,
    ) -> Self {
        match (suppression, agrees) {
            (Some(EmailSuppression::Bounced), _) => Self::Bounced,
            (Some(EmailSuppression::Complained), _) => Self::Complained,
            (None, Some(true)) => Self::Confirmed,
            (None, Some(false)) => Self::Refused,
            (None, None) => Self::Unconfirmed,
        }
    }

    /// Checks whether the address receives e-mails.
    #[must_use]
    pub const fn can_receive_mail(self) -> bool {
        matches!(self, Self::Confirmed)
    }
}

impl EmailConsent {
    /// Checks whether a write of the consent is the owner's new agreement.
    #[must_use]
    pub fn is_given_since(&self, before: Option<&Self>) -> bool {
        self.agrees && !before.is_some_and(|before| before.agrees)
    }
}

impl ConsentRequestLog {
    /// Checks whether this e-mail is already counted.
    #[must_use]
    pub fn has_request(&self, name: &str) -> bool {
        self.times.iter().any(|once| once.name == name)
    }

    /// Counts another e-mail. Returns `None` if the limit of requests to the address is reached.
    #[must_use]
    pub fn with_request(self, name: &str, now: Timestamp) -> Option<Self> {
        let since = add_seconds(now, -ASKING_DAYS * 86_400);
        let mut times: Vec<ConsentRequest> =
            self.times.into_iter().filter(|once| once.at > since).collect();
        if times.len() >= MOST_ASKED {
            return None;
        }
        times.push(ConsentRequest { name: name.to_owned(), at: now });
        Some(Self { times, version: self.version.saturating_add(1) })
    }
}
