//! API keys: what a key may see, and what it may do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::OperatingMode;
use crate::basics::id::{KeyId, OrganisationId, PartnerId};

/// How all abilities are written where one must be.
pub const ALL_ABILITIES: &str = "*";

/// What a key may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApiKeyScope {
    /// All organisations of the partner.
    Partner,
    /// Some organisations of the partner.
    Group(Vec<OrganisationId>),
    /// One organisation.
    Organisation(OrganisationId),
}

impl ApiKeyScope {
    /// Whether an organisation of the partner is within it.
    #[must_use]
    pub fn has_organisation(&self, organisation: &OrganisationId) -> bool {
        match self {
            Self::Partner => true,
            Self::Group(ids) => ids.contains(organisation),
            Self::Organisation(own) => own == organisation,
        }
    }

    /// Whether all of another is within it. A group's key may do what is a partner's, so no
    /// organisation's covers it.
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

/// How far a key reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = KeyLevel))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ApiKeyLevel {
    /// All organisations of the partner.
    Partner,
    /// Some of them.
    Group,
    /// One.
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

/// An API key as it is stored: under its secret's hash, never with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: KeyId,
    pub partner: PartnerId,
    pub mode: OperatingMode,
    pub reach: ApiKeyScope,
    /// `resource:verb` abilities; none listed means all.
    #[serde(default)]
    pub abilities: Vec<String>,
    pub created_at: Timestamp,
}

impl ApiKey {
    /// Whether the key carries the ability.
    #[must_use]
    pub fn has_ability(&self, ability: &str) -> bool {
        self.abilities.is_empty() || self.abilities.iter().any(|own| own == ability)
    }

    /// The first ability of these that the key lacks; none listed means all.
    #[must_use]
    pub fn first_missing_ability<'a>(&self, abilities: &'a [String]) -> Option<&'a str> {
        match (self.abilities.is_empty(), abilities) {
            (true, _) => None,
            (false, []) => Some(ALL_ABILITIES),
            (false, some) => some.iter().map(String::as_str).find(|one| !self.has_ability(one)),
        }
    }
}
