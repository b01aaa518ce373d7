//! The accounts at processors that can be called, found from integrations and merchants.

use crate::account::{Integration, IntegrationKind, IntegrationStatus, Merchant, MerchantKind};
use crate::basics::id::MerchantId;
use crate::sale::ProcessorPayment;

/// An account at a processor that can be called: whose credentials, which connected account, which
/// merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessorAccount<'a> {
    pub integration: &'a Integration,
    /// The connected account to name, where the credentials are a platform's.
    pub account: Option<&'a str>,
    pub merchant: Option<&'a MerchantId>,
}

/// The processor accounts that are enabled for any of these merchants.
#[must_use]
pub fn enabled_processor_accounts<'a>(
    integrations: &'a [Integration],
    merchants: &'a [Merchant],
    of: &[MerchantId],
) -> Vec<ProcessorAccount<'a>> {
    let mut accounts: Vec<ProcessorAccount<'a>> = Vec::new();
    for integration in integrations.iter().filter(|one| {
        one.kind == IntegrationKind::Stripe && one.status == IntegrationStatus::Enabled
    }) {
        for merchant in merchants.iter().filter(|merchant| {
            of.contains(&merchant.id) && integration.merchant_ids.contains(&merchant.id)
        }) {
            let account = connected_account(integration, merchant);
            if let Some(shared) = accounts
                .iter_mut()
                .find(|known| known.integration.id == integration.id && known.account == account)
            {
                // two merchants in one account: which of them is not known from the account
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
    /// A payment in this account.
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

/// A merchant whose account is another than the credentials' own is a platform's connected account.
fn connected_account<'a>(integration: &Integration, merchant: &'a Merchant) -> Option<&'a str> {
    let named = merchant
        .external_id
        .as_deref()
        .filter(|id| merchant.kind == MerchantKind::Stripe && id.starts_with("acct_"));
    named.filter(|id| integration.account.as_deref() != Some(*id))
}
