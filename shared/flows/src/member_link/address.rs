//! The signed link in a confirmation e-mail. The link opens a page on which the owner of an address
//! agrees or refuses, until a time.

use domain::basics::id::{MembershipId, UserId};
use jiff::Timestamp;
use partners::SecretText;

use crate::keyed_hash::keyed_hash;
use runtime::random::constant_time_equals;

/// The purpose of the signature, which separates these signatures from other uses of the
/// organisation's secret: an alert's link confirms no address.
const PURPOSE: &str = "address page";

/// The pass of a link: the membership with the address to confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressLinkPass {
    pub member: MembershipId,
    /// The user of the address. Another address belongs to another user.
    pub user: UserId,
    pub until: Timestamp,
}

/// A pass from a request, before the signature is verified.
#[derive(Debug)]
pub struct UnprovenAddressPass {
    pass: AddressLinkPass,
    signature: String,
}

impl AddressLinkPass {
    /// Returns the token for the link: the pass and the signature.
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
    /// Parses a token. The signature is not verified yet.
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

    /// Returns the membership that the token names. The membership's organisation has the secret
    /// that verifies the pass.
    #[must_use]
    pub const fn membership_id(&self) -> &MembershipId {
        &self.pass.member
    }

    /// Verifies the signature. Returns the pass if this secret signed exactly this pass.
    #[must_use]
    pub fn verify_signature(self, secret: &SecretText) -> Option<AddressLinkPass> {
        constant_time_equals(
            &keyed_hash(secret, PURPOSE, &self.pass.signed_text()),
            &self.signature,
        )
        .then_some(self.pass)
    }
}
