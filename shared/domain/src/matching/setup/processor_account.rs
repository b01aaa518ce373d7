//! The processor accounts that can be called, derived from integrations and merchants.

use crate::account::{Integration, IntegrationStatus, Merchant, MerchantKind};
use crate::basics::id::MerchantId;
use crate::sale::ProcessorPayment;

/// A processor account that can be called: the credentials, the connected account and the merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessorAccount<'a> {
    pub integration: &'a Integration,
    /// The connected account to name in calls, if the credentials are a platform's.
    pub account: Option<&'a str>,
    /// The merchant, if the account has only a single merchant.
    pub merchant: Option<&'a MerchantId>,
}

/// Returns the processor accounts that are enabled for any of these merchants.
#[must_use]
pub fn enabled_processor_accounts<'a>(
    integrations: &'a [Integration],
    merchants: &'a [Merchant],
    of: &[MerchantId],
) -> Vec<ProcessorAccount<'a>> {
    let mut accounts: Vec<ProcessorAccount<'a>> = Vec::new();
    for integration in integrations
        .iter()
        .filter(|one| one.kind.is_processor() && one.status == IntegrationStatus::Enabled)
    {
        for merchant in merchants.iter().filter(|merchant| {
            of.contains(&merchant.id) && integration.merchant_ids.contains(&merchant.id)
        }) {
            let account = connected_account(integration, merchant);
            if let Some(shared) = accounts
                .iter_mut()
                .find(|known| known.integration.id == integration.id && known.account == account)
            {
                // Two merchants share this account: the account does not identify the merchant.
                shared.merchant = None;
            } else {
                accounts.push(ProcessorAccount {
                    integration,
                    account,
                    merchant: Some(&merchant.id),
                });
            }
        }
    }
    accounts
}

impl ProcessorAccount<'_> {
    /// Returns the payment with this reference in the account.
    #[must_use]
    pub fn payment_with_reference(&self, reference: &str) -> ProcessorPayment {
        let charge = reference.starts_with("ch_").then(|| reference.to_owned());
        let account = self.account.or(self.integration.account.as_deref()).map(ToOwned::to_owned);
        ProcessorPayment::new_minimal(
            self.integration.id.clone(),
            account,
            reference.to_owned(),
            charge,
        )
    }
}

/// Returns the platform's connected account, if the merchant's account is not the credentials' own.
fn connected_account<'a>(integration: &Integration, merchant: &'a Merchant) -> Option<&'a str> {
    let named = merchant
        .external_id
        .as_deref()
        .filter(|id| merchant.kind == MerchantKind::Stripe && id.starts_with("acct_"));
    named.filter(|id| integration.account.as_deref() != Some(*id))
}
