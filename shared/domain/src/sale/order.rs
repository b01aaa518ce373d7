//! Orders: the sales that a merchant reports before any complaint.

mod faults;
mod sales;
mod transaction;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::id::{IntegrationId, MerchantId, OrderId, OrganisationId};
use crate::sale::{ProcessorPayment, SaleId};

pub use transaction::{AuthorisationStatus, OrderTransaction, PaymentMethod};

/// An order with the payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    pub organisation: OrganisationId,
    pub integration: IntegrationId,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub merchant_id: Option<MerchantId>,
    #[serde(rename = "type")]
    pub kind: OrderKind,
    /// The partner's own reference, unique within an integration.
    pub reference_id: String,
    pub order_datetime: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_subtotal_amount_in_cents: Option<u64>,
    /// ISO 4217 code, upper case.
    pub order_currency: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_total_amount_in_cents: Option<u64>,
    pub order_status: OrderStatus,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub customer_email: Option<String>,
    /// The purchased items, if reported.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub items: Option<Vec<OrderItem>>,
    /// Whether the purchase renews automatically, if reported.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub is_subscription: Option<bool>,
    #[serde(default)]
    pub transactions: Vec<OrderTransaction>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: u64,
}

/// A purchased item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = OrderItem))]
pub struct OrderItem {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sku: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantity: Option<u32>,
}

impl std::fmt::Display for OrderItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)?;
        self.sku.as_ref().map_or(Ok(()), |sku| write!(f, " (SKU {sku})"))
    }
}

/// The completeness of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = OrderType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrderKind {
    /// The order has all facts of the sale.
    Complete,
    /// The order adds facts to a payment that a processor reports.
    Partial,
}

impl OrderKind {
    /// Returns the name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "COMPLETE",
            Self::Partial => "PARTIAL",
        }
    }
}

/// The status of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrderStatus {
    OpenPending,
    OpenPendingReturn,
    ClosedComplete,
    ClosedCancelled,
    Other,
}

impl OrderStatus {
    /// Returns the name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenPending => "OPEN_PENDING",
            Self::OpenPendingReturn => "OPEN_PENDING_RETURN",
            Self::ClosedComplete => "CLOSED_COMPLETE",
            Self::ClosedCancelled => "CLOSED_CANCELLED",
            Self::Other => "OTHER",
        }
    }
}

impl Order {
    /// Checks whether the order was last updated before a time.
    #[must_use]
    pub fn was_last_updated_before(&self, at: Timestamp) -> bool {
        self.updated_at < at
    }

    /// Derives the id of an order from the integration and the reference.
    #[must_use]
    pub fn derive_id(integration: &IntegrationId, reference: &str) -> OrderId {
        OrderId::derived(&["order", integration.as_str(), reference])
    }

    /// Checks whether both orders have the same content, apart from our own fields (id, times,
    /// version).
    #[must_use]
    pub fn has_same_content(&self, other: &Self) -> bool {
        let id = self.id.clone();
        *self
            == Self {
                id,
                created_at: self.created_at,
                updated_at: self.updated_at,
                version: self.version,
                ..other.clone()
            }
    }

    /// Returns the next version of the order. A refund that was reported before retains the earlier
    /// time, because a repeated report is no newer refund.
    #[must_use]
    pub fn next_version_from(&self, mut next: Self) -> Self {
        for transaction in next
            .transactions
            .iter_mut()
            .filter(|one| one.refunded_at.is_none() && one.refunded_minor_units() > 0)
        {
            let before =
                self.transactions.iter().find(|one| one.reference_id == transaction.reference_id);
            let same = before.filter(|before| {
                before.refunded_minor_units() == transaction.refunded_minor_units()
            });
            transaction.refunded_at =
                Some(same.map_or(next.updated_at, |before| {
                    before.refunded_at.unwrap_or(self.updated_at)
                }));
        }
        Self {
            id: self.id.clone(),
            created_at: self.created_at,
            version: self.version.saturating_add(1),
            ..next
        }
    }
}

impl ProcessorPayment {
    /// Returns the identity of the sale: in the account, else at the integration if no account is
    /// recorded.
    #[must_use]
    pub fn sale_id(&self, organisation: &OrganisationId) -> SaleId {
        SaleId::at_processor(
            organisation,
            self.account.as_deref().unwrap_or(self.integration.as_str()),
            &self.reference,
        )
    }
}

#[cfg(test)]
mod tests;
