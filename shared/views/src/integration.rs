//! The view of an integration.

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
    /// The merchants of the sales from this integration.
    merchant_ids: Vec<MerchantId>,
    /// The processor's own id of the account.
    account: Option<String>,
    callback_url: Option<String>,
    /// The secret that signs the requests to `callback_url`. Returned only when created or rotated.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    matching_mode: MatchingMode,
    /// Whether rules may act on matches with the integration's sales; if not, a person chooses.
    is_automatic_matching_enabled: bool,
    /// The party that bears a refund of a payment that Stripe Connect split. Null unless of type
    /// `STRIPE`.
    connect_refunds: Option<ConnectRefunds>,
    /// The reason that calls with the integration fail, while calls fail: `CREDENTIALS_REFUSED`
    /// until new credentials are given, or `UNREACHABLE`.
    status_detail: Option<IntegrationStatusDetail>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Builds the view of an integration.
#[must_use]
pub fn to_integration_response(from: Integration) -> ResourceResponse<IntegrationFields> {
    to_response_with_secret(from, None)
}

/// Builds the view of an integration with the secret, which is returned only once.
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
        connect_refunds: Some(from.connect_refunds).filter(|_| from.kind.can_split_refunds()),
        status_detail: from.status_detail,
        created_at: from.created_at,
        updated_at: from.updated_at,
    };
    ResourceResponse::at_path("/v1/integrations", &path, from.version, fields)
}
