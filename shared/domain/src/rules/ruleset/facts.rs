//! The facts that rules may compare, gathered from all sources. A fact that no source reports is
//! absent.

use serde::{Deserialize, Serialize};

use crate::basics::card::TruncatedCard;
use crate::basics::id::MerchantId;
use crate::basics::money::Money;
use crate::basics::time::ReportedTime;
use crate::network::claim::{AlertKind, Claim};
use crate::sale::Sale;
use crate::sale::order::{Order, OrderItem};

/// The facts of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertFacts {
    /// The disputed amount.
    pub disputed: Money,
    /// The statement descriptor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub descriptor: Option<String>,
    /// The card from the claim, completed from the sale.
    #[serde(default)]
    pub card: TruncatedCard,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<AlertKind>,
    /// The days between the payment and the alert.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub age_days: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub order_references: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub transaction_references: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub merchant: Option<MerchantId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub customer_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub items: Option<Vec<OrderItem>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub is_3ds: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub is_subscription: Option<bool>,
    /// Whether a part of the payment was refunded before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refunded_before: Option<bool>,
}

impl AlertFacts {
    /// Creates facts with only the disputed amount.
    #[must_use]
    pub fn from_disputed_amount(disputed: Money) -> Self {
        Self {
            disputed,
            descriptor: None,
            card: TruncatedCard::default(),
            issuer: None,
            reason_code: None,
            kind: None,
            age_days: None,
            order_references: Vec::new(),
            transaction_references: Vec::new(),
            merchant: None,
            customer_email: None,
            items: None,
            is_3ds: None,
            is_subscription: None,
            refunded_before: None,
        }
    }

    /// Gathers the facts from the bank's claim, the sale and the order.
    #[must_use]
    pub fn from_claim_and_sale(claim: &Claim, sale: &Sale, order: Option<&Order>) -> Self {
        let paid = if sale.payment.is_some() {
            Some(sale.authorised)
        } else {
            claim.transacted.or(Some(sale.authorised))
        };
        Self {
            descriptor: Some(claim.descriptor.clone()),
            card: merge_cards(&claim.card, &sale.card),
            issuer: claim.issuer.clone(),
            reason_code: claim.reason_code.clone(),
            kind: Some(claim.kind),
            age_days: paid
                .map(|paid| paid.days_apart(ReportedTime::from_instant(claim.alerted_at))),
            order_references: order.map(order_references).unwrap_or_default(),
            transaction_references: transaction_references(claim, sale),
            merchant: sale
                .merchant
                .clone()
                .or_else(|| order.and_then(|order| order.merchant_id.clone())),
            customer_email: order.and_then(|order| order.customer_email.clone()),
            items: order.and_then(|order| order.items.clone()),
            is_3ds: claim.is_3ds,
            is_subscription: order.and_then(|order| order.is_subscription),
            refunded_before: was_refunded_before(sale),
            ..Self::from_disputed_amount(claim.disputed_amount())
        }
    }
}

fn merge_cards(claimed: &TruncatedCard, paid: &TruncatedCard) -> TruncatedCard {
    let agree = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
    let bin = match (&claimed.bin, &paid.bin) {
        (Some(a), Some(b)) if agree(a, b) && b.len() > a.len() => Some(b.clone()),
        (a, b) => a.clone().or_else(|| b.clone()),
    };
    TruncatedCard {
        bin,
        last4: claimed.last4.clone().or_else(|| paid.last4.clone()),
        brand: claimed.brand.or(paid.brand),
    }
}

fn order_references(order: &Order) -> Vec<String> {
    std::iter::once(order.reference_id.clone()).chain(order.order_number.clone()).collect()
}

fn transaction_references(claim: &Claim, sale: &Sale) -> Vec<String> {
    let charge = sale.payment.as_ref().and_then(|payment| payment.charge.clone());
    let all = std::iter::once(sale.transaction_id.clone())
        .chain(charge)
        .chain(sale.network_transaction_id.clone());
    let mut all: Vec<String> = all.chain(claim.transaction_id.clone()).collect();
    all.dedup();
    all
}

/// Returns whether money went back before. A processor lists all refunds, but an order only the
/// merchant's: without a processor, the absence of refunds is unknown.
fn was_refunded_before(sale: &Sale) -> Option<bool> {
    let refunded = sale.standing.refunded_minor_units() > 0;
    (refunded || sale.payment.is_some()).then_some(refunded)
}
