//! Identifiers: a prefix that names the kind, and 26 unguessable characters.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The text is not an identifier of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must start with `{prefix}`")]
pub struct WrongId {
    /// The required prefix of the identifier.
    pub prefix: &'static str,
}

/// The alphabet of identifiers: Crockford's base 32 in lower case, without look-alikes.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// The number of characters after the prefix.
pub(crate) const LENGTH: usize = 26;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident $prefix:literal)*) => {
        /// Every prefix.
        pub(crate) const PREFIXES: &[&str] = &[$($prefix),*];
    $(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The prefix of every such identifier.
            pub const PREFIX: &'static str = $prefix;

            /// Creates an identifier from 128 random bits.
            #[must_use]
            pub fn from_seed(seed: u128) -> Self {
                Self(format!("{}{}", $prefix, text_of(seed)))
            }

            /// Derives the identifier from words. Equal words give the same identifier, which makes
            /// creation idempotent.
            #[must_use]
            pub fn derived(words: &[&str]) -> Self {
                Self::from_seed(digest(words))
            }

            /// Returns the identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = WrongId;

            fn try_from(text: String) -> Result<Self, WrongId> {
                let rest = text.strip_prefix($prefix).unwrap_or_default();
                let fits = !rest.is_empty()
                    && rest.len() <= 64
                    && rest.bytes().all(|b| b.is_ascii_alphanumeric());
                if fits { Ok(Self(text)) } else { Err(WrongId { prefix: $prefix }) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = WrongId;

            fn from_str(text: &str) -> Result<Self, WrongId> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                schema_of($prefix)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    )*};
}

ids! {
    /// A payments partner that deploys or uses Forestall for its customers.
    PartnerId "part_"
    /// An API key (never the secret).
    KeyId "key_"
    /// A vendor connection: the network that pushes alerts to us and receives the answers.
    ConnectionId "vcon_"
    /// A customer of a partner.
    OrganisationId "org_"
    /// The membership of a person in an organisation.
    MembershipId "mem_"
    /// A person.
    UserId "usr_"
    /// A processor account that takes payments.
    MerchantId "mrch_"
    /// A source of transactions: orders pushed to us, or a processor that we call.
    IntegrationId "int_"
    /// An enrolment: the target that a network watches.
    EnrolmentId "enrl_"
    /// A ruleset: automatic decisions on alerts.
    RulesetId "rset_"
    /// A condition of a ruleset.
    RuleId "rule_"
    /// An order that a partner sent.
    OrderId "ord_"
    /// A network's warning of a dispute.
    AlertId "alrt_"
    /// A manual refund, requested by a person independently of alerts.
    HandRefundId "rfd_"
    /// An entry of an organisation's negative list.
    ListedId "ngtv_"
    /// A file of past alerts, imported for dry runs of rules.
    ImportId "aimp_"
    /// A vendor's payload that could not be processed.
    QuarantineId "quar_"
    /// An entry of the audit trail.
    AuditId "aud_"
    /// An erasure of a customer's data.
    ErasureId "eras_"
    /// An event for subscribers.
    EventId "evt_"
    /// A webhook endpoint.
    EndpointId "whep_"
    /// A delivery of an event to an endpoint.
    DeliveryId "dlv_"
}

/// Returns the schema of the texts that `try_from` accepts.
#[cfg(feature = "openapi")]
fn schema_of(prefix: &str) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    let text = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::String);
    text.pattern(Some(format!("^{prefix}[0-9A-Za-z]{{1,64}}$"))).into()
}

/// The prefix of simulated connections. No id made of bits has these letters.
const SIMULATED: &str = "vcon_simulated";

impl ConnectionId {
    /// Returns the simulated connection of a TEST organisation. Each has its own, which keeps
    /// alerts and descriptors of different organisations apart.
    #[must_use]
    pub fn simulated_for_organisation(organisation: &OrganisationId) -> Self {
        Self(organisation.0.replacen(OrganisationId::PREFIX, SIMULATED, 1))
    }

    /// Returns the TEST organisation of a simulated connection; `None` for a real connection.
    #[must_use]
    pub fn simulated_organisation(&self) -> Option<OrganisationId> {
        self.0
            .strip_prefix(SIMULATED)
            .map(|own| OrganisationId(format!("{}{own}", OrganisationId::PREFIX)))
    }

    /// Checks whether the connection is a simulated connection of a TEST organisation.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.0.starts_with(SIMULATED)
    }
}

/// Returns the first 128 bits of the SHA-256 of length-prefixed words.
#[must_use]
pub fn digest(words: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    for word in words {
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word.as_bytes());
    }
    hash.finalize().iter().take(16).fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
}

/// Encodes bits as text of 26 characters.
#[must_use]
pub fn text_of(mut bits: u128) -> String {
    let mut text = [b'0'; LENGTH];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[usize::try_from(bits & 31).unwrap_or_default()];
        bits >>= 5;
    }
    text.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_give_the_same_id_and_others_another() {
        assert_eq!(AlertId::derived(&["ETHOCA", "A1"]), AlertId::derived(&["ETHOCA", "A1"]));
        assert_ne!(AlertId::derived(&["ab", "c"]), AlertId::derived(&["a", "bc"]));
    }

    #[test]
    fn a_simulated_connection_is_one_organisations_and_told_from_all_others() {
        let of = |seed| ConnectionId::simulated_for_organisation(&OrganisationId::from_seed(seed));
        assert!(of(1).is_simulated() && of(1) != of(2));
        assert_eq!(of(1).simulated_organisation(), Some(OrganisationId::from_seed(1)));
        assert!(of(1).to_string().parse::<ConnectionId>().is_ok(), "it can be kept and read");
        assert!((0..500_u128).all(|seed| {
            !ConnectionId::from_seed(seed.wrapping_mul(u128::MAX / 499)).is_simulated()
        }));
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        assert_eq!("mrch_1".parse::<OrganisationId>(), Err(WrongId { prefix: "org_" }));
        assert!("org_abc123".parse::<OrganisationId>().is_ok());
        assert!("org_".parse::<OrganisationId>().is_err());
        assert!("org_a#b".parse::<OrganisationId>().is_err());
    }
}
