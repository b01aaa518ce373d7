//! A payment of an order, as the merchant reports the payment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::card::{CardBrand, TruncatedCard};
use crate::basics::money::{Money, parse_currency};
use crate::basics::time::ReportedTime;
use crate::sale::{PaymentStanding, ProcessorRefund, RefundState};

/// A payment of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTransaction {
    pub reference_id: String,
    /// The amount. A PARTIAL order may leave this field and the next three to the processor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub amount_in_cents: Option<u64>,
    /// ISO 4217 code, upper case.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment_method_type: Option<PaymentMethod>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authorisation_status: Option<AuthorisationStatus>,
    /// The processor's id of the payment.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment_method_reference_id: Option<String>,
    pub authorised_at: ReportedTime,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub settled_at: Option<ReportedTime>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment_method_card_brand: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment_method_card_last_4: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment_method_card_bin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authorisation_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acquirer_reference_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub network_transaction_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub descriptor: Option<String>,
    /// The amount that the merchant refunded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refunded_amount_in_cents: Option<u64>,
    /// The time of the refund. Without a time, the order's last change counts.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refunded_at: Option<Timestamp>,
}

/// The method of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PaymentMethodType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentMethod {
    Card,
    Wallet,
    BankTransfer,
    Other,
}

/// The status of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuthorisationStatus {
    Pending,
    Authorised,
    Settled,
    Declined,
    Voided,
    Refunded,
    PartiallyRefunded,
}

impl OrderTransaction {
    /// Returns the paid amount, or zero in the order's currency if the amount is left to the
    /// processor.
    pub(super) fn paid_amount(&self, of_order: &str) -> Option<Money> {
        let code = self.currency.as_deref().unwrap_or(of_order);
        parse_currency(code)
            .ok()
            .map(|currency| Money::new(self.amount_in_cents.unwrap_or_default(), currency))
    }

    pub(super) fn to_card(&self) -> TruncatedCard {
        let bin = self.payment_method_card_bin.clone();
        let named = self.payment_method_card_brand.as_deref().and_then(CardBrand::from_name);
        let brand = named.or_else(|| bin.as_deref().and_then(CardBrand::from_digits));
        TruncatedCard { bin, last4: self.payment_method_card_last_4.clone(), brand }
    }

    /// Returns the amount that the merchant refunded, as the merchant reports.
    pub(super) fn refunded_minor_units(&self) -> u64 {
        let whole = self
            .amount_in_cents
            .filter(|_| self.authorisation_status == Some(AuthorisationStatus::Refunded));
        self.refunded_amount_in_cents.or(whole).unwrap_or_default()
    }

    pub(super) fn to_standing(&self, amount: Money, told_at: Timestamp) -> PaymentStanding {
        let status = self.authorisation_status;
        let refund = Some(self.refunded_minor_units()).filter(|minor| *minor > 0).map(|minor| {
            ProcessorRefund {
                id: format!("{}/refunded", self.reference_id),
                amount: Money::new(minor, amount.currency),
                state: RefundState::Succeeded,
                at: self.refunded_at.unwrap_or(told_at),
                alert: None,
                arn: None,
            }
        });
        PaymentStanding {
            failed: matches!(
                status,
                Some(AuthorisationStatus::Declined | AuthorisationStatus::Voided)
            ),
            unsettled: matches!(
                status,
                Some(AuthorisationStatus::Pending | AuthorisationStatus::Authorised)
            ),
            refunds: refund.into_iter().collect(),
            dispute: None,
            uncaptured: None,
        }
    }
}
