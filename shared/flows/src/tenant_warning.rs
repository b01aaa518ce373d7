//! What a tenant can bring about at will, by a request, a key, a setting or an endpoint of its own.
//! It rings no alarm of the operator's: it is counted for each tenant (the metric `TenantWarnings`
//! of the template), and the tenant sees it in the API.

use std::fmt::Display;

use domain::account::{Integration, IntegrationKind};
use domain::basics::id::OrganisationId;
use domain::sale::Sale;
use store::{Store, StoreError};

/// Logs what a tenant brought about, to be counted under its organisation.
pub fn warn_tenant(
    organisation: &OrganisationId,
    what: &'static str,
    about: &str,
    detail: &(impl Display + ?Sized),
) {
    tracing::warn!(%organisation, tenant_warning = what, about, "Tenant's own affair: {detail}");
}

/// Whether the refunds of a sale are what a tenant says: they are listed by an endpoint of the
/// merchant's own.
///
/// # Errors
/// [`StoreError`] where the store does not answer.
pub async fn is_at_own_endpoint(store: &Store, sale: Option<&Sale>) -> Result<bool, StoreError> {
    let Some(payment) = sale.and_then(|sale| sale.payment.as_ref()) else { return Ok(false) };
    let integration: Option<Integration> = store.read_record(payment.integration.as_str()).await?;
    Ok(integration.is_some_and(|one| one.kind == IntegrationKind::CustomCallback))
}
