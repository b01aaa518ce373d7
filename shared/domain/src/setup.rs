//! What an organisation has set up around an enrolment: whose sales its alerts may be about, and who can be called.

use crate::account::{Integration, IntegrationKind, IntegrationStatus, MatchingMode, Merchant, MerchantKind, Mode, Organisation};
use crate::enrolment::Enrolment;
use crate::id::{IntegrationId, MerchantId};
use crate::matching::Doubt;
use crate::order::Order;
use crate::sale::{Payment, Sale};

/// An enrolment, and the merchants and integrations of its organisation.
#[derive(Debug, Clone)]
pub struct Setup {
    pub organisation: Organisation,
    pub enrolment: Enrolment,
    pub merchants: Vec<Merchant>,
    pub integrations: Vec<Integration>,
}

/// An account at a processor that can be called: whose credentials, which connected account, which merchant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessorAccount<'a> {
    pub integration: &'a Integration,
    /// The connected account to name, where the credentials are a platform's.
    pub account: Option<&'a str>,
    pub merchant: Option<&'a MerchantId>,
}

impl Setup {
    /// The sales that the enrolment's alerts may be about: of its merchants only.
    #[must_use]
    pub fn own(&self, sales: Vec<Sale>) -> Vec<Sale> {
        sales.into_iter().filter(|sale| self.is_own(sale)).collect()
    }

    fn is_own(&self, sale: &Sale) -> bool {
        let watched = |merchant: &MerchantId| self.enrolment.merchant_ids.contains(merchant);
        match &sale.merchant {
            Some(merchant) => watched(merchant),
            None => self.integration(&sale.integration).is_some_and(|source| source.merchant_ids.iter().any(watched)),
        }
    }

    /// The processor accounts of the enrolment's merchants.
    #[must_use]
    pub fn processors(&self) -> Vec<ProcessorAccount<'_>> {
        processors(&self.integrations, &self.merchants, &self.enrolment.merchant_ids)
    }

    /// Whether a merchant of the enrolment sells through an enabled integration that takes orders.
    #[must_use]
    pub fn takes_orders(&self) -> bool {
        let watched = |merchant: &MerchantId| self.enrolment.merchant_ids.contains(merchant);
        let takes = |one: &&Integration| one.kind.takes_orders() && one.status == IntegrationStatus::Enabled;
        self.integrations.iter().filter(takes).any(|one| one.merchant_ids.iter().any(watched))
    }

    /// Whether anybody can be called to give money back: a processor, or an endpoint of the merchants' own.
    #[must_use]
    pub fn can_refund(&self) -> bool {
        let watched = |merchant: &MerchantId| self.enrolment.merchant_ids.contains(merchant);
        let is_up = |one: &&Integration| one.kind == IntegrationKind::CustomCallback && one.status == IntegrationStatus::Enabled;
        !self.processors().is_empty() || self.integrations.iter().filter(is_up).any(|one| one.merchant_ids.iter().any(watched))
    }

    /// Whether somebody could be called to give money back, were the integration not switched off.
    #[must_use]
    pub fn refunds_are_switched_off(&self) -> bool {
        let watched = |merchant: &MerchantId| self.enrolment.merchant_ids.contains(merchant);
        let gives_back = |one: &&Integration| one.kind != IntegrationKind::CustomOrders && one.status == IntegrationStatus::Disabled;
        !self.can_refund() && self.integrations.iter().filter(gives_back).any(|one| one.merchant_ids.iter().any(watched))
    }

    /// An integration.
    #[must_use]
    pub fn integration(&self, id: &IntegrationId) -> Option<&Integration> {
        self.integrations.iter().find(|integration| integration.id == *id)
    }

    /// Whether the sale's sources may all be used.
    #[must_use]
    pub fn is_enabled(&self, sale: &Sale) -> bool {
        let sources = [Some(&sale.integration), sale.payment.as_ref().map(|payment| &payment.integration)];
        let enabled = |id: &IntegrationId| self.integration(id).is_some_and(|one| one.status == IntegrationStatus::Enabled);
        sources.into_iter().flatten().all(enabled)
    }

    /// What the sale's sources ask for before it is matched by itself. `confirmed` says that a processor has the payment.
    #[must_use]
    pub fn doubt(&self, sale: &Sale, confirmed: bool) -> Option<Doubt> {
        let sources = [Some(&sale.integration), sale.payment.as_ref().map(|payment| &payment.integration)];
        let sources: Vec<&Integration> = sources.into_iter().flatten().filter_map(|id| self.integration(id)).collect();
        if sources.iter().any(|one| !one.is_automatic_matching_enabled) {
            Some(Doubt::NotAutomatic)
        } else if !confirmed && sources.iter().any(|one| one.matching_mode == MatchingMode::Strict) {
            Some(Doubt::Unconfirmed)
        } else {
            None
        }
    }

    /// Whether real processors are called.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.organisation.mode
    }
}

/// The processor accounts that are enabled for any of these merchants.
#[must_use]
pub fn processors<'a>(integrations: &'a [Integration], merchants: &'a [Merchant], of: &[MerchantId]) -> Vec<ProcessorAccount<'a>> {
    let mut accounts: Vec<ProcessorAccount<'a>> = Vec::new();
    for integration in integrations.iter().filter(|one| one.kind == IntegrationKind::Stripe && one.status == IntegrationStatus::Enabled) {
        for merchant in merchants.iter().filter(|merchant| of.contains(&merchant.id) && integration.merchant_ids.contains(&merchant.id)) {
            let account = connected(integration, merchant);
            if let Some(shared) = accounts.iter_mut().find(|known| known.integration.id == integration.id && known.account == account) {
                shared.merchant = None; // two merchants in one account: which of them is not known from the account
            } else {
                accounts.push(ProcessorAccount { integration, account, merchant: Some(&merchant.id) });
            }
        }
    }
    accounts
}

/// An order's payments as sales: at the integration it came by, where that one holds them, else wherever its references
/// lead.
#[must_use]
pub fn sales_of(order: &Order, integrations: &[Integration], merchants: &[Merchant]) -> Vec<Sale> {
    match integrations.iter().find(|one| one.id == order.integration).map(|one| one.kind) {
        Some(IntegrationKind::CustomCallback) => order.sales_at_source(),
        _ => order.sales(|reference| payment_of(order, integrations, merchants, reference)),
    }
}

/// The payment that an order's reference names, in the one account that its merchants have.
#[must_use]
pub fn payment_of(order: &Order, integrations: &[Integration], merchants: &[Merchant], reference: &str) -> Option<Payment> {
    let source = integrations.iter().find(|one| one.id == order.integration);
    let of = order.merchant_id.clone().map_or_else(|| source.map(|one| one.merchant_ids.clone()).unwrap_or_default(), |one| vec![one]);
    let accounts = processors(integrations, merchants, &of);
    // An order that comes by a processor's own integration speaks of that processor's payments.
    let at_processor = source.is_some_and(|one| one.kind != IntegrationKind::CustomOrders);
    let mut accounts = accounts.iter().filter(|one| !at_processor || one.integration.id == order.integration);
    let one = accounts.next().filter(|_| accounts.next().is_none())?;
    Some(one.payment(reference))
}

impl ProcessorAccount<'_> {
    /// A payment in this account.
    #[must_use]
    pub fn payment(&self, reference: &str) -> Payment {
        let charge = reference.starts_with("ch_").then(|| reference.to_owned());
        let account = self.account.or(self.integration.account.as_deref()).map(ToOwned::to_owned);
        Payment { integration: self.integration.id.clone(), account, reference: reference.to_owned(), charge }
    }
}

/// A merchant whose account is another than the credentials' own is a platform's connected account.
fn connected<'a>(integration: &Integration, merchant: &'a Merchant) -> Option<&'a str> {
    let named = merchant.external_id.as_deref().filter(|id| merchant.kind == MerchantKind::Stripe && id.starts_with("acct_"));
    named.filter(|id| integration.account.as_deref() != Some(*id))
}
