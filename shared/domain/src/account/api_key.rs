//! API keys: the visible organisations and the abilities of a key.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::OperatingMode;
use crate::basics::id::{KeyId, OrganisationId, PartnerId};

/// The name of all abilities together, for answers that must name an ability.
pub const ALL_ABILITIES: &str = "*";

/// The organisations that a key can access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApiKeyScope {
    /// All organisations of the partner.
    Partner,
    /// Some organisations of the partner.
    Group(Vec<OrganisationId>),
    /// A single organisation.
    Organisation(OrganisationId),
}

impl ApiKeyScope {
    /// Checks whether an organisation of the partner is within the scope.
    #[must_use]
    pub fn has_organisation(&self, organisation: &OrganisationId) -> bool {
        match self {
            Self::Partner => true,
            Self::Group(ids) => ids.contains(organisation),
            Self::Organisation(own) => own == organisation,
        }
    }

    /// Checks whether the scope covers the whole other scope. An organisation's key never covers a
    /// group's: a group's key may use partner-level requests.
    #[must_use]
    pub fn is_superset_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Partner, _) => true,
            (_, Self::Partner) | (Self::Organisation(_), Self::Group(_)) => false,
            (own, Self::Organisation(id)) => own.has_organisation(id),
            (own, Self::Group(ids)) => ids.iter().all(|id| own.has_organisation(id)),
        }
    }
}

/// The level of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = KeyLevel))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApiKeyLevel {
    /// All organisations of the partner.
    Partner,
    /// Some organisations of the partner.
    Group,
    /// A single organisation.
    Organisation,
}

impl From<&ApiKeyScope> for ApiKeyLevel {
    fn from(reach: &ApiKeyScope) -> Self {
        match reach {
            ApiKeyScope::Partner => Self::Partner,
            ApiKeyScope::Group(_) => Self::Group,
            ApiKeyScope::Organisation(_) => Self::Organisation,
        }
    }
}

/// An API key as stored: under the hash of the secret, never with the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: KeyId,
    pub partner: PartnerId,
    pub mode: OperatingMode,
    pub reach: ApiKeyScope,
    /// The abilities as `resource:verb`. An empty list means all.
    #[serde(default)]
    pub abilities: Vec<String>,
    pub created_at: Timestamp,
}

impl ApiKey {
    /// Checks whether the key has the ability.
    #[must_use]
    pub fn has_ability(&self, ability: &str) -> bool {
        self.abilities.is_empty() || self.abilities.iter().any(|own| own == ability)
    }

    /// Returns the first listed ability that the key lacks. An empty list means all abilities.
    #[must_use]
    pub fn first_missing_ability<'a>(&self, abilities: &'a [String]) -> Option<&'a str> {
        match (self.abilities.is_empty(), abilities) {
            (true, _) => None,
            (false, []) => Some(ALL_ABILITIES),
            (false, some) => some.iter().map(String::as_str).find(|one| !self.has_ability(one)),
        }
    }
}
