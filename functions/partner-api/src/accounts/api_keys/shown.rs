//! API keys as responses: the prefix of each secret, never a hash.

use domain::account::issued_key::{ApiKeySecret, IssuedApiKey};
use domain::account::{ALL_ABILITIES, ApiKeyScope, OperatingMode};
use domain::basics::id::{KeyId, OrganisationId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::response::ResourceResponse;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKey)]
pub(crate) struct ApiKeyFields {
    id: KeyId,
    name: String,
    level: &'static str,
    organisation_ids: Vec<OrganisationId>,
    mode: OperatingMode,
    /// `*` grants all abilities.
    abilities: Vec<String>,
    status: &'static str,
    /// Newest first.
    secrets: Vec<KeySecretPrefix>,
    last_used_on: Option<Date>,
    created_by: Option<KeyId>,
    created_at: Timestamp,
    revoked_at: Option<Timestamp>,
    /// Only in the responses to creation and rotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeySecret)]
struct KeySecretPrefix {
    prefix: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
}

/// Builds the response without the secret.
pub(super) fn to_response(from: IssuedApiKey) -> ResourceResponse<ApiKeyFields> {
    let (level, status) = (reach_level(&from.key.reach), key_status(&from));
    let organisation_ids = match from.key.reach {
        ApiKeyScope::Partner => Vec::new(),
        ApiKeyScope::Group(ids) => ids,
        ApiKeyScope::Organisation(id) => vec![id],
    };
    let all = || vec![ALL_ABILITIES.to_owned()];
    let path = from.key.id.to_string();
    let fields = ApiKeyFields {
        id: from.key.id,
        name: from.name,
        level,
        organisation_ids,
        mode: from.key.mode,
        abilities: if from.key.abilities.is_empty() { all() } else { from.key.abilities },
        status,
        secrets: from.secrets.into_iter().map(to_secret_prefix).collect(),
        last_used_on: from.used_on,
        created_by: from.made_by,
        created_at: from.key.created_at,
        revoked_at: from.revoked_at,
        secret: None,
    };
    ResourceResponse::at_path("/v1/api-keys", &path, from.version, fields)
}

/// Builds the response with the new secret.
pub(super) fn to_response_with_secret(
    from: IssuedApiKey,
    secret: String,
) -> ResourceResponse<ApiKeyFields> {
    let shown = to_response(from);
    ResourceResponse { fields: ApiKeyFields { secret: Some(secret), ..shown.fields }, ..shown }
}

pub(super) const fn reach_level(reach: &ApiKeyScope) -> &'static str {
    match reach {
        ApiKeyScope::Partner => "PARTNER",
        ApiKeyScope::Group(_) => "GROUP",
        ApiKeyScope::Organisation(_) => "ORGANISATION",
    }
}

pub(super) const fn key_status(issued: &IssuedApiKey) -> &'static str {
    if issued.revoked_at.is_some() { "REVOKED" } else { "ACTIVE" }
}

fn to_secret_prefix(secret: ApiKeySecret) -> KeySecretPrefix {
    KeySecretPrefix { prefix: secret.prefix, created_at: secret.made_at, expires_at: secret.until }
}
