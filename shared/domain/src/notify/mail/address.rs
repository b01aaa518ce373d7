//! Whether an address may be written to: its owner's answer to an organisation, and what mail
//! systems said of it to all.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::OrganisationId;
use crate::basics::time::add_seconds;

/// An address is asked for its owner's consent so often within [`ASKING_DAYS`], whoever asks.
pub const MOST_ASKED: usize = 3;
/// The days within which [`MOST_ASKED`] counts.
pub const ASKING_DAYS: i64 = 7;
/// How long the link in a confirmation mail is good for.
pub const CONFIRMATION_DAYS: i64 = 14;

/// Whether a membership's address is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmailStatus {
    /// Its owner has not answered.
    Unconfirmed,
    /// Its owner agreed: only such an address gets e-mails.
    Confirmed,
    /// Its owner does not want them.
    Refused,
    /// An e-mail to it came back for good.
    Bounced,
    /// Its owner reported an e-mail as unwanted.
    Complained,
}

/// The answer of an address's owner to an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailConsent {
    pub organisation: OrganisationId,
    pub agrees: bool,
    pub at: Timestamp,
}

/// Why nobody writes to an address any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EmailSuppression {
    /// The mailbox is not there.
    Bounced,
    /// Its owner reported an e-mail as unwanted.
    Complained,
}

/// How often an address was asked for consent, across all organisations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRequestLog {
    pub times: Vec<ConsentRequest>,
    pub version: u64,
}

/// One confirmation mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRequest {
    /// Which one: the same mail, tried again, counts once.
    pub name: String,
    pub at: Timestamp,
}

impl EmailStatus {
    /// What the two words together make of an address: what mail systems said outranks the owner's
    /// answer.
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

    /// Whether e-mails go to it.
    #[must_use]
    pub const fn can_receive_mail(self) -> bool {
        matches!(self, Self::Confirmed)
    }
}

impl EmailConsent {
    /// Whether a write of it is the owner's agreement, given just now.
    #[must_use]
    pub fn is_given_since(&self, before: Option<&Self>) -> bool {
        self.agrees && !before.is_some_and(|before| before.agrees)
    }
}

impl ConsentRequestLog {
    /// Whether this mail is counted already.
    #[must_use]
    pub fn has_request(&self, name: &str) -> bool {
        self.times.iter().any(|once| once.name == name)
    }

    /// With one mail more; nothing where the address was asked often enough.
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
