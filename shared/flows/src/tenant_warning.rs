//! Warnings about events that a tenant can cause at will, by a request, a key, a setting or an
//! endpoint. No operator alarm is raised. The warnings are counted for each tenant (the metric
//! `TenantWarnings` of the template), and the tenant sees the cause in the API.

use std::fmt::Display;

use domain::account::Integration;
use domain::basics::id::OrganisationId;
use domain::sale::Sale;
use store::{Store, StoreError};

/// Logs a warning, counted under the tenant's organisation.
pub fn warn_tenant(
    organisation: &OrganisationId,
    what: &'static str,
    about: &str,
    detail: &(impl Display + ?Sized),
) {
    tracing::warn!(%organisation, tenant_warning = what, about, "Tenant's own affair: {detail}");
}

/// Checks whether the merchant's own endpoint lists the refunds of a sale, which puts the refunds
/// under the tenant's control.
///
/// # Errors
/// [`StoreError`] if the store does not answer.
pub async fn is_at_own_endpoint(store: &Store, sale: Option<&Sale>) -> Result<bool, StoreError> {
    let Some(payment) = sale.and_then(|sale| sale.payment.as_ref()) else { return Ok(false) };
    let integration: Option<Integration> = store.read_record(payment.integration.as_str()).await?;
    Ok(integration.is_some_and(|one| one.kind.is_merchant_endpoint()))
}
