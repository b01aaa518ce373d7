//! The setup of an organisation around an enrolment: the sales that alerts may be about, and the
//! processors that can be called.

mod processor_account;

use std::iter;

use crate::account::enrolment::{Enrolment, EnrolmentStatus};
use crate::account::{
    Integration, IntegrationKind, IntegrationStatus, MatchingMode, Merchant, OperatingMode,
    Organisation,
};
use crate::alert::Alert;
use crate::basics::id::{IntegrationId, MerchantId};
use crate::matching::MatchDoubt;
use crate::sale::order::Order;
use crate::sale::{ProcessorPayment, Sale};

pub use processor_account::{ProcessorAccount, enabled_processor_accounts};

/// An alert's enrolment, with the merchants and integrations of the organisation.
#[derive(Debug, Clone)]
pub struct EnrolmentSetup {
    pub organisation: Organisation,
    pub enrolment: Enrolment,
    /// The organisation's other enrolments that fit the alert's descriptor. The sale may belong to
    /// a merchant of these enrolments, too.
    pub others: Vec<Enrolment>,
    /// The alert's descriptor.
    pub descriptor: String,
    pub merchants: Vec<Merchant>,
    pub integrations: Vec<Integration>,
}

impl EnrolmentSetup {
    /// Returns the sales that the alert may be about: only sales of merchants in fitting
    /// enrolments.
    #[must_use]
    pub fn filter_own_sales(&self, sales: Vec<Sale>) -> Vec<Sale> {
        sales.into_iter().filter(|sale| self.is_own_sale(sale)).collect()
    }

    fn is_own_sale(&self, sale: &Sale) -> bool {
        self.fitting_enrolments().any(|enrolment| self.may_belong_to(sale, enrolment))
    }

    /// Checks whether a merchant of the enrolment may have made the sale. A sale without a merchant
    /// may belong to any merchant of the integration.
    fn may_belong_to(&self, sale: &Sale, enrolment: &Enrolment) -> bool {
        let watched = |merchant: &MerchantId| enrolment.merchant_ids.contains(merchant);
        match &sale.merchant {
            Some(merchant) => watched(merchant),
            None => self
                .find_integration(&sale.integration)
                .is_some_and(|source| source.merchant_ids.iter().any(watched)),
        }
    }

    /// Returns the alert's enrolment, then the other fitting enrolments.
    fn fitting_enrolments(&self) -> impl Iterator<Item = &Enrolment> {
        iter::once(&self.enrolment).chain(&self.others)
    }

    /// Returns the enrolments that the sale may belong to: live enrolments, if any, and of these
    /// the best fit for the alert's descriptor. Without any, returns the alert's own enrolment.
    #[must_use]
    pub fn enrolments_of_sale(&self, sale: &Sale) -> Vec<&Enrolment> {
        let order = |one: &Enrolment| {
            (
                one.status != EnrolmentStatus::Unenrolled,
                self.is_chosen_by_person(one),
                one.rank_descriptor(&self.descriptor),
            )
        };
        let all =
            || self.fitting_enrolments().filter(|enrolment| self.may_belong_to(sale, enrolment));
        let best = all().map(order).max();
        let of: Vec<&Enrolment> = all().filter(|one| Some(order(one)) == best).collect();
        if of.is_empty() { vec![&self.enrolment] } else { of }
    }

    /// Checks whether a person chose the enrolment: the alert is under the enrolment although the
    /// descriptor does not fit.
    fn is_chosen_by_person(&self, enrolment: &Enrolment) -> bool {
        enrolment.id == self.enrolment.id && enrolment.rank_descriptor(&self.descriptor).is_none()
    }

    /// Moves the alert to the enrolment of the matched sale, if only a single enrolment qualifies.
    #[must_use]
    pub fn attribute_alert(&self, alert: Alert) -> Alert {
        let Some(found) = alert.sale() else { return alert };
        match self.enrolments_of_sale(&found.sale).as_slice() {
            [only] => Alert { enrolment: only.id.clone(), ..alert },
            _ => alert,
        }
    }

    fn has_merchant(&self, merchant: &MerchantId) -> bool {
        self.fitting_enrolments().any(|enrolment| enrolment.merchant_ids.contains(merchant))
    }

    /// Returns the processor accounts of the enrolments' merchants.
    #[must_use]
    pub fn processor_accounts(&self) -> Vec<ProcessorAccount<'_>> {
        let of: Vec<MerchantId> = self
            .fitting_enrolments()
            .flat_map(|enrolment| enrolment.merchant_ids.iter().cloned())
            .collect();
        enabled_processor_accounts(&self.integrations, &self.merchants, &of)
    }

    /// Checks whether the vendor accepted a fitting enrolment, as the operator recorded. The
    /// descriptor then belongs to the organisation.
    #[must_use]
    pub fn has_accepted_enrolment(&self) -> bool {
        self.fitting_enrolments().any(|enrolment| enrolment.accepted_at.is_some())
    }

    /// Checks whether a merchant of a fitting enrolment sells through an enabled integration that
    /// takes orders.
    #[must_use]
    pub fn takes_orders(&self) -> bool {
        let watched = |merchant: &MerchantId| self.has_merchant(merchant);
        let takes = |one: &&Integration| {
            one.kind.can_take_orders() && one.status == IntegrationStatus::Enabled
        };
        self.integrations.iter().filter(takes).any(|one| one.merchant_ids.iter().any(watched))
    }

    /// Checks whether a refund can be requested: at a processor, or at a merchant's own endpoint.
    #[must_use]
    pub fn can_refund(&self) -> bool {
        let watched = |merchant: &MerchantId| self.has_merchant(merchant);
        let is_up = |one: &&Integration| {
            one.kind.is_merchant_endpoint() && one.status == IntegrationStatus::Enabled
        };
        !self.processor_accounts().is_empty()
            || self
                .integrations
                .iter()
                .filter(is_up)
                .any(|one| one.merchant_ids.iter().any(watched))
    }

    /// Checks whether a refund could be requested if a disabled integration were enabled.
    #[must_use]
    pub fn has_refunds_switched_off(&self) -> bool {
        let watched = |merchant: &MerchantId| self.has_merchant(merchant);
        let gives_back =
            |one: &&Integration| one.kind.can_refund() && one.status == IntegrationStatus::Disabled;
        !self.can_refund()
            && self
                .integrations
                .iter()
                .filter(gives_back)
                .any(|one| one.merchant_ids.iter().any(watched))
    }

    /// Finds an integration by id.
    #[must_use]
    pub fn find_integration(&self, id: &IntegrationId) -> Option<&Integration> {
        self.integrations.iter().find(|integration| integration.id == *id)
    }

    /// Checks whether integrations that were read later are called in the same way as the setup's.
    #[must_use]
    pub fn is_called_through(&self, integrations: &[Integration]) -> bool {
        let same = |one: &Integration| {
            self.find_integration(&one.id).is_some_and(|known| known.is_called_as(one))
        };
        integrations.len() == self.integrations.len() && integrations.iter().all(same)
    }

    /// Checks whether all sources of the sale are enabled.
    #[must_use]
    pub fn has_enabled_sources(&self, sale: &Sale) -> bool {
        let sources =
            [Some(&sale.integration), sale.payment.as_ref().map(|payment| &payment.integration)];
        let enabled = |id: &IntegrationId| {
            self.find_integration(id).is_some_and(|one| one.status == IntegrationStatus::Enabled)
        };
        sources.into_iter().flatten().all(enabled)
    }

    /// Returns the doubt that the sale's sources raise against an automatic match. `confirmed`
    /// means that a processor has the payment.
    #[must_use]
    pub fn find_doubt(&self, sale: &Sale, confirmed: bool) -> Option<MatchDoubt> {
        let sources =
            [Some(&sale.integration), sale.payment.as_ref().map(|payment| &payment.integration)];
        let sources: Vec<&Integration> =
            sources.into_iter().flatten().filter_map(|id| self.find_integration(id)).collect();
        if sources.iter().any(|one| !one.is_automatic_matching_enabled) {
            Some(MatchDoubt::NotAutomatic)
        } else if !confirmed && sources.iter().any(|one| one.matching_mode == MatchingMode::Strict)
        {
            Some(MatchDoubt::Unconfirmed)
        } else {
            None
        }
    }

    /// Returns the operating mode, which decides whether real processors are called.
    #[must_use]
    pub const fn mode(&self) -> OperatingMode {
        self.organisation.mode
    }
}

/// Converts an order's payments to sales. A payment belongs to the order's integration if the
/// integration is a merchant's own endpoint, else to the account that the reference names. The
/// merchant is added if the integration has only a single merchant.
#[must_use]
pub fn sales_of_order(
    order: &Order,
    integrations: &[Integration],
    merchants: &[Merchant],
) -> Vec<Sale> {
    let source = integrations.iter().find(|one| one.id == order.integration);
    let mut sales = match source.map(|one| one.kind) {
        Some(IntegrationKind::CustomCallback) => order.to_sales_at_source(),
        _ => order.to_sales(|reference| {
            find_referenced_payment(order, integrations, merchants, reference)
        }),
    };
    let only = source.and_then(|one| match one.merchant_ids.as_slice() {
        [only] => Some(only),
        _ => None,
    });
    for sale in &mut sales {
        sale.merchant = sale.merchant.take().or_else(|| only.cloned());
    }
    sales
}

/// Finds the payment that an order's reference names. The merchants must have a single account.
#[must_use]
pub fn find_referenced_payment(
    order: &Order,
    integrations: &[Integration],
    merchants: &[Merchant],
    reference: &str,
) -> Option<ProcessorPayment> {
    let source = integrations.iter().find(|one| one.id == order.integration);
    let of = order.merchant_id.clone().map_or_else(
        || source.map(|one| one.merchant_ids.clone()).unwrap_or_default(),
        |one| vec![one],
    );
    let accounts = enabled_processor_accounts(integrations, merchants, &of);
    // An order from a processor's own integration refers to payments of that processor.
    let at_processor = source.is_some_and(|one| one.kind.can_refund());
    let mut accounts =
        accounts.iter().filter(|one| !at_processor || one.integration.id == order.integration);
    let one = accounts.next().filter(|_| accounts.next().is_none())?;
    Some(one.payment_with_reference(reference))
}
