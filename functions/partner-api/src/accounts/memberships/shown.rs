//! Memberships as responses, with the consent status of each e-mail address.

use domain::account::{MemberRole, Membership};
use domain::basics::id::{MembershipId, OrganisationId, UserId};
use domain::notify::mail::EmailStatus;
use flows::member_address::email_statuses;
use flows::problem::ProblemDetails;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::response::{ApiRefusal, ResourceResponse, to_unavailable};
use crate::http::state::ApiContext;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Membership)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the four e-mail switches of the documented resource"
)]
pub(crate) struct MembershipFields {
    id: MembershipId,
    organisation_id: OrganisationId,
    user_id: UserId,
    first_name: String,
    last_name: String,
    email: String,
    /// The consent status of the address. E-mails go only to an address that the owner has
    /// confirmed for the organisation.
    email_status: EmailStatus,
    role: MemberRole,
    is_alert_action_required_email_enabled: bool,
    is_alert_resolved_email_enabled: bool,
    is_alert_dismissed_email_enabled: bool,
    is_evidence_requested_email_enabled: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Builds the response for a membership.
pub(super) async fn membership_response(
    api: &ApiContext,
    membership: Membership,
    now: Timestamp,
) -> Result<ResourceResponse<MembershipFields>, ApiRefusal> {
    let mut shown = membership_responses(api, std::slice::from_ref(&membership), now).await?;
    shown.pop().ok_or_else(|| ProblemDetails::not_found("membership").into())
}

/// Builds the responses for memberships, in the given order.
pub(super) async fn membership_responses(
    api: &ApiContext,
    memberships: &[Membership],
    now: Timestamp,
) -> Result<Vec<ResourceResponse<MembershipFields>>, ApiRefusal> {
    let statuses = email_statuses(&api.store, api.processors.secrets(), memberships, now)
        .await
        .map_err(|failure| to_unavailable(&failure))?;
    Ok(memberships
        .iter()
        .cloned()
        .zip(statuses)
        .map(|(membership, status)| to_response(membership, status))
        .collect())
}

fn to_response(from: Membership, email_status: EmailStatus) -> ResourceResponse<MembershipFields> {
    let path = from.id.to_string();
    let fields = MembershipFields {
        id: from.id,
        organisation_id: from.organisation,
        user_id: from.user,
        first_name: from.first_name,
        last_name: from.last_name,
        email: from.email,
        email_status,
        role: from.role,
        is_alert_action_required_email_enabled: from.is_alert_action_required_email_enabled,
        is_alert_resolved_email_enabled: from.is_alert_resolved_email_enabled,
        is_alert_dismissed_email_enabled: from.is_alert_dismissed_email_enabled,
        is_evidence_requested_email_enabled: from.is_evidence_requested_email_enabled,
        created_at: from.created_at,
        updated_at: from.updated_at,
    };
    ResourceResponse::at_path("/v1/memberships", &path, from.version, fields)
}
