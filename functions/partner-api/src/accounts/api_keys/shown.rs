//! An API key as it is shown: how its secrets begin, never their hashes.

use domain::account::issued_key::{Issued, Secret};
use domain::account::{ALL_ABILITIES, Mode, Reach};
use domain::basics::id::{KeyId, OrganisationId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::response::Shown;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(crate) struct Fields {
    id: KeyId,
    name: String,
    level: &'static str,
    organisation_ids: Vec<OrganisationId>,
    mode: Mode,
    /// `*` stands for all.
    abilities: Vec<String>,
    status: &'static str,
    /// The latest first.
    secrets: Vec<Begins>,
    last_used_on: Option<Date>,
    created_by: Option<KeyId>,
    created_at: Timestamp,
    revoked_at: Option<Timestamp>,
    /// Only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeySecret)]
struct Begins {
    prefix: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
}

/// A key without its secret.
pub(super) fn shown(from: Issued) -> Shown<Fields> {
    let (level, status) = (level(&from.key.reach), status(&from));
    let organisation_ids = match from.key.reach {
        Reach::Partner => Vec::new(),
        Reach::Group(ids) => ids,
        Reach::Organisation(id) => vec![id],
    };
    let all = || vec![ALL_ABILITIES.to_owned()];
    let path = from.key.id.to_string();
    let fields = Fields {
        id: from.key.id,
        name: from.name,
        level,
        organisation_ids,
        mode: from.key.mode,
        abilities: if from.key.abilities.is_empty() { all() } else { from.key.abilities },
        status,
        secrets: from.secrets.into_iter().map(begins).collect(),
        last_used_on: from.used_on,
        created_by: from.made_by,
        created_at: from.key.created_at,
        revoked_at: from.revoked_at,
        secret: None,
    };
    Shown::at("/v1/api-keys", &path, from.version, fields)
}

/// A key with the secret that was just made.
pub(super) fn with_secret(from: Issued, secret: String) -> Shown<Fields> {
    let shown = shown(from);
    Shown { fields: Fields { secret: Some(secret), ..shown.fields }, ..shown }
}

pub(super) const fn level(reach: &Reach) -> &'static str {
    match reach {
        Reach::Partner => "PARTNER",
        Reach::Group(_) => "GROUP",
        Reach::Organisation(_) => "ORGANISATION",
    }
}

pub(super) const fn status(issued: &Issued) -> &'static str {
    if issued.revoked_at.is_some() { "REVOKED" } else { "ACTIVE" }
}

fn begins(secret: Secret) -> Begins {
    Begins { prefix: secret.prefix, created_at: secret.made_at, expires_at: secret.until }
}
