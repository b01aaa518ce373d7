//! An integration as it is shown.

use domain::account::{
    ConnectRefunds, Integration, IntegrationKind, IntegrationStatus, IntegrationStatusDetail,
    MatchingMode,
};
use domain::basics::id::{IntegrationId, MerchantId, OrganisationId};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::ResourceResponse;

/// The fields of an integration.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Integration)]
pub struct IntegrationFields {
    id: IntegrationId,
    organisation_id: OrganisationId,
    name: String,
    #[serde(rename = "type")]
    kind: IntegrationKind,
    status: IntegrationStatus,
    /// Whose sales come from it.
    merchant_ids: Vec<MerchantId>,
    /// The processor's own id of the account.
    account: Option<String>,
    callback_url: Option<String>,
    /// What signs the requests to `callback_url`: shown when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    matching_mode: MatchingMode,
    /// Whether rules may act on matches with its sales; if not, a person chooses.
    is_automatic_matching_enabled: bool,
    /// Who bears a refund of a payment that Stripe Connect split. Null where it is not of type
    /// `STRIPE`.
    connect_refunds: Option<ConnectRefunds>,
    /// Why calls with it fail, while they do: `CREDENTIALS_REFUSED` until new ones are given, or
    /// `UNREACHABLE`.
    status_detail: Option<IntegrationStatusDetail>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// An integration as it is shown.
#[must_use]
pub fn to_integration_response(from: Integration) -> ResourceResponse<IntegrationFields> {
    to_response_with_secret(from, None)
}

/// The same with the secret that is shown once.
#[must_use]
pub fn to_response_with_secret(
    from: Integration,
    secret: Option<String>,
) -> ResourceResponse<IntegrationFields> {
    let path = from.id.to_string();
    let fields = IntegrationFields {
        id: from.id,
        organisation_id: from.organisation,
        name: from.name,
        kind: from.kind,
        status: from.status,
        merchant_ids: from.merchant_ids,
        account: from.account,
        callback_url: from.callback.map(|callback| callback.url),
        secret,
        matching_mode: from.matching_mode,
        is_automatic_matching_enabled: from.is_automatic_matching_enabled,
        connect_refunds: Some(from.connect_refunds)
            .filter(|_| from.kind == IntegrationKind::Stripe),
        status_detail: from.status_detail,
        created_at: from.created_at,
        updated_at: from.updated_at,
    };
    ResourceResponse::at_path("/v1/integrations", &path, from.version, fields)
}
