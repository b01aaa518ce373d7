//! The link in a confirmation mail: it opens one page on which an address's owner agrees or
//! refuses, until a time.

use domain::basics::id::{MembershipId, UserId};
use jiff::Timestamp;
use partners::SecretText;

use crate::keyed_hash::keyed_hash;
use runtime::random::constant_time_equals;

/// Keeps these signatures apart from what else the organisation's secret is for: an alert's link
/// confirms no address.
const PURPOSE: &str = "address page";

/// Whose answer a link takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressLinkPass {
    pub member: MembershipId,
    /// Whose address it was: another address is another person's.
    pub user: UserId,
    pub until: Timestamp,
}

/// A pass that somebody shows, before its signature was looked at.
#[derive(Debug)]
pub struct UnprovenAddressPass {
    pass: AddressLinkPass,
    signature: String,
}

impl AddressLinkPass {
    /// The text that goes into the link: the pass and its signature.
    #[must_use]
    pub fn to_token(&self, secret: &SecretText) -> String {
        let text = self.signed_text();
        format!("{text}.{}", keyed_hash(secret, PURPOSE, &text))
    }

    fn signed_text(&self) -> String {
        format!("{}.{}.{}", self.member, self.user, self.until.as_second())
    }
}

impl UnprovenAddressPass {
    /// Reads a token; it still proves nothing.
    #[must_use]
    pub fn parse_token(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (member, user) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let until = Timestamp::from_second(parts.next()?.parse().ok()?).ok()?;
        let signature = parts.next()?.to_owned();
        parts
            .next()
            .is_none()
            .then_some(Self { pass: AddressLinkPass { member, user, until }, signature })
    }

    /// The membership that it is said to be of: whose secret proves it follows from that.
    #[must_use]
    pub const fn membership_id(&self) -> &MembershipId {
        &self.pass.member
    }

    /// The pass, where this secret signed exactly it.
    #[must_use]
    pub fn verify_signature(self, secret: &SecretText) -> Option<AddressLinkPass> {
        constant_time_equals(
            &keyed_hash(secret, PURPOSE, &self.pass.signed_text()),
            &self.signature,
        )
        .then_some(self.pass)
    }
}
