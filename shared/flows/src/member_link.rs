//! The signed link in an e-mail. The link opens an alert to a member until a time, and cannot be
//! forged.

mod address;

use domain::basics::id::{AlertId, MembershipId, UserId};
use jiff::Timestamp;
use partners::SecretText;

use crate::keyed_hash::keyed_hash;
use runtime::random::constant_time_equals;

pub use address::{AddressLinkPass, UnprovenAddressPass};

/// The purpose of the signature, which separates these signatures from other uses of the
/// organisation's secret.
const PURPOSE: &str = "alert page";

/// The pass of a link: the alert, and the member with access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertLinkPass {
    pub alert: AlertId,
    pub member: MembershipId,
    /// The user of the membership when the link was made. A later user of the membership gets no
    /// access.
    pub user: UserId,
    pub until: Timestamp,
}

/// A pass from a request, before the signature is verified.
#[derive(Debug)]
pub struct UnprovenAlertPass {
    pass: AlertLinkPass,
    signature: String,
}

impl AlertLinkPass {
    /// Returns the token for the link: the pass and the signature.
    #[must_use]
    pub fn to_token(&self, secret: &SecretText) -> String {
        let text = self.signed_text();
        format!("{text}.{}", keyed_hash(secret, PURPOSE, &text))
    }

    fn signed_text(&self) -> String {
        format!("{}.{}.{}.{}", self.alert, self.member, self.user, self.until.as_second())
    }
}

impl UnprovenAlertPass {
    /// Parses a token. The signature is not verified yet.
    #[must_use]
    pub fn parse_token(token: &str) -> Option<Self> {
        let mut parts = token.split('.');
        let (alert, member, user) =
            (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let until = Timestamp::from_second(parts.next()?.parse().ok()?).ok()?;
        let signature = parts.next()?.to_owned();
        let pass = AlertLinkPass { alert, member, user, until };
        parts.next().is_none().then_some(Self { pass, signature })
    }

    /// Returns the alert that the token names. The alert's organisation has the secret that
    /// verifies the pass.
    #[must_use]
    pub const fn alert_id(&self) -> &AlertId {
        &self.pass.alert
    }

    /// Verifies the signature. Returns the pass if this secret signed exactly this pass.
    #[must_use]
    pub fn verify_signature(self, secret: &SecretText) -> Option<AlertLinkPass> {
        constant_time_equals(
            &keyed_hash(secret, PURPOSE, &self.pass.signed_text()),
            &self.signature,
        )
        .then_some(self.pass)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_under_its_own_secret_is_a_pass() {
        let secret = SecretText::new("one");
        let until = Timestamp::from_second(1_771_495_200).expect("a time");
        let pass = AlertLinkPass {
            alert: AlertId::from_seed(1),
            member: MembershipId::from_seed(2),
            user: UserId::from_seed(3),
            until,
        };
        let token = pass.to_token(&secret);
        let proven = |token: &str, secret: &SecretText| {
            UnprovenAlertPass::parse_token(token).and_then(|shown| shown.verify_signature(secret))
        };
        assert_eq!(proven(&token, &secret), Some(pass.clone()));
        assert_eq!(proven(&token, &SecretText::new("two")), None);
        for at in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[at] = if other[at] == b'1' { b'2' } else { b'1' };
            assert_eq!(
                proven(&String::from_utf8(other).expect("text"), &secret),
                None,
                "changed at {at}"
            );
        }
        let longer =
            AlertLinkPass { until: Timestamp::from_second(1_871_495_200).expect("a time"), ..pass };
        let signature = token.rsplit('.').next().expect("a signature");
        assert_eq!(proven(&format!("{}.{signature}", longer.signed_text()), &secret), None);
        for wrong in ["", "a", "a.b.c.d", &format!("{token}.x"), &token[..token.len() - 1]] {
            assert_eq!(proven(wrong, &secret), None, "{wrong}");
        }
    }
}
