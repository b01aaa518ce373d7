//! Stripe's invoices: the subscription and the products that a payment was made for.

use domain::sale::ProcessorPayment;
use reqwest::Method;
use serde::Deserialize;

use super::wire::{Expandable, StripeObjectId, StripePage};
use super::{StripeClient, object_path, payment_parameter};
use crate::PartnerError;

#[derive(Deserialize)]
pub(super) struct StripeInvoicePayment {
    #[serde(default)]
    pub invoice: Option<Expandable<StripeObjectId>>,
}

#[derive(Deserialize)]
pub(super) struct StripeInvoice {
    #[serde(default)]
    parent: Option<StripeInvoiceParent>,
    #[serde(default)]
    lines: Option<StripePage<StripeInvoiceLine>>,
}

/// A line of an invoice.
#[derive(Deserialize)]
pub(super) struct StripeInvoiceLine {
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    quantity: Option<i64>,
    #[serde(default)]
    pricing: Option<StripePricing>,
}

#[derive(Deserialize)]
struct StripePricing {
    #[serde(default)]
    price_details: Option<StripePriceDetails>,
}

#[derive(Deserialize)]
struct StripePriceDetails {
    #[serde(default)]
    product: Option<String>,
}

#[derive(Deserialize)]
struct StripeInvoiceParent {
    #[serde(default)]
    subscription_details: Option<StripeSubscriptionDetails>,
}

#[derive(Deserialize)]
struct StripeSubscriptionDetails {
    #[serde(default)]
    subscription: Option<Expandable<StripeObjectId>>,
}

impl StripeClient {
    pub(crate) async fn find_subscription(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Option<String>, PartnerError> {
        Ok(self
            .find_invoice(payment)
            .await?
            .and_then(|invoice| invoice.subscription_id().map(str::to_owned)))
    }

    /// Returns the invoice that a payment was made for; a subscription's invoice takes precedence.
    pub(super) async fn find_invoice(
        &self,
        payment: &ProcessorPayment,
    ) -> Result<Option<StripeInvoice>, PartnerError> {
        if payment_parameter(&payment.reference) == "charge" {
            return Ok(None); // Stripe finds invoices by payment intent only.
        }
        let form = [
            ("payment[type]", "payment_intent".to_owned()),
            ("payment[payment_intent]", payment.reference.clone()),
        ];
        let connected = self.connected_account(payment);
        let paid: StripePage<StripeInvoicePayment> = self
            .api
            .call_endpoint(Method::GET, "/v1/invoice_payments", &form, None, connected)
            .await?;
        let mut other = None;
        for invoice in paid.data.into_iter().filter_map(|payment| payment.invoice) {
            let path = object_path("/v1/invoices", invoice.object_id(), "")?;
            let invoice: Option<StripeInvoice> =
                self.api.find_object(&path, &[], connected).await?;
            if invoice.as_ref().is_some_and(|invoice| invoice.subscription_id().is_some()) {
                return Ok(invoice);
            }
            other = other.or(invoice);
        }
        Ok(other)
    }
}

impl StripeInvoice {
    pub fn subscription_id(&self) -> Option<&str> {
        Some(
            self.parent.as_ref()?.subscription_details.as_ref()?.subscription.as_ref()?.object_id(),
        )
    }

    /// Returns the lines, if all are present and `most` at most.
    pub fn complete_lines(&self, most: usize) -> Option<&[StripeInvoiceLine]> {
        let lines =
            self.lines.as_ref().filter(|lines| !lines.has_more && lines.data.len() <= most)?;
        (!lines.data.is_empty()).then_some(&lines.data)
    }
}

impl StripeInvoiceLine {
    /// Returns the quantity, where a whole number.
    pub fn item_quantity(&self) -> Option<u32> {
        self.quantity.and_then(|quantity| u32::try_from(quantity).ok())
    }

    /// Returns the id of the product.
    pub fn product_id(&self) -> Option<&str> {
        self.pricing.as_ref()?.price_details.as_ref()?.product.as_deref()
    }
}
