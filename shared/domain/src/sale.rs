//! A sale: a single payment under several names. An order's transaction, a payment intent, a charge
//! and an ARN are views of the same sale.

pub mod order;
mod standing;

use serde::{Deserialize, Serialize};

use crate::basics::card::TruncatedCard;
use crate::basics::id::{IntegrationId, MerchantId, OrderId, OrganisationId};
use crate::basics::money::Money;
use crate::basics::time::ReportedTime;

pub use standing::{PaymentStanding, ProcessorDispute, ProcessorRefund, RefundState};

/// The identity of a payment. The refund ledger is stored under this identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SaleId(String);

impl SaleId {
    /// Returns the identity of a payment at a processor: the payment intent, else the charge, in an
    /// account. The organisation is a part of the identity: no tenant reaches another tenant's
    /// ledger by naming a foreign account.
    #[must_use]
    pub fn at_processor(organisation: &OrganisationId, account: &str, payment: &str) -> Self {
        Self(format!("{organisation}/{account}/{payment}"))
    }

    /// Returns the identity of a payment that only an order reports.
    #[must_use]
    pub fn of_order(
        organisation: &OrganisationId,
        integration: &IntegrationId,
        reference: &str,
    ) -> Self {
        Self(format!("{organisation}/{integration}/{reference}"))
    }

    /// Returns the identity as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SaleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A payment with all recorded facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// The identity of the sale.
    pub id: SaleId,
    /// The id for clients: the payment intent's, else the charge's, else the order transaction's
    /// reference.
    pub transaction_id: String,
    /// The payment at a processor that can be called, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment: Option<ProcessorPayment>,
    /// The order that reports the sale.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order: Option<OrderId>,
    /// The merchant's reference of that order.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_reference: Option<String>,
    /// The integration that reports the sale.
    pub integration: IntegrationId,
    /// The merchant account that took the payment, if recorded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub merchant: Option<MerchantId>,
    /// The captured amount, or the authorised amount before a capture. Zero if only the processor
    /// has the amount.
    pub amount: Money,
    /// The authorised amount, if different.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authorised_amount: Option<Money>,
    /// The time of the authorisation.
    pub authorised: ReportedTime,
    /// The time of the settlement, if recorded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub settled: Option<ReportedTime>,
    /// The card, truncated.
    #[serde(default)]
    pub card: TruncatedCard,
    /// The acquirer reference number (ARN).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arn: Option<String>,
    /// The authorisation code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auth_code: Option<String>,
    /// The network's id of the transaction.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub network_transaction_id: Option<String>,
    /// The statement descriptor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub descriptor: Option<String>,
    /// The refunds and the dispute since the charge.
    #[serde(default)]
    pub standing: PaymentStanding,
    /// The wallet that contained the card, if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wallet: Option<CardWallet>,
    /// The amount presented to the cardholder, if the shop offered the cardholder's currency.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub presented: Option<Money>,
}

/// A wallet with the card. The wallet pays with a separate number, and the bank sees that number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardWallet {
    /// The last four digits of that number, if recorded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub device_last4: Option<String>,
}

/// A payment at a processor that can be called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessorPayment {
    /// The integration with the credentials.
    pub integration: IntegrationId,
    /// The account of the payment: a connected account, or the credentials' own. Calls name only a
    /// connected account.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<String>,
    /// The payment intent, else the charge.
    pub reference: String,
    /// The charge, if recorded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub charge: Option<String>,
    /// Whether a share was transferred to another account, together with the payment.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_transferred: bool,
    /// Whether the platform took an application fee.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub has_application_fee: bool,
    /// The step of refund amounts in minor units, if more than 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refund_step: Option<u64>,
}

impl ProcessorPayment {
    /// Creates a payment with only the names.
    #[must_use]
    pub const fn new_minimal(
        integration: IntegrationId,
        account: Option<String>,
        reference: String,
        charge: Option<String>,
    ) -> Self {
        Self {
            integration,
            account,
            reference,
            charge,
            is_transferred: false,
            has_application_fee: false,
            refund_step: None,
        }
    }
}

impl Sale {
    /// Creates a sale with only these facts.
    #[must_use]
    pub fn new_minimal(
        id: SaleId,
        transaction_id: String,
        integration: IntegrationId,
        amount: Money,
        authorised: ReportedTime,
    ) -> Self {
        Self {
            id,
            transaction_id,
            payment: None,
            order: None,
            order_reference: None,
            integration,
            merchant: None,
            amount,
            authorised_amount: None,
            authorised,
            settled: None,
            card: TruncatedCard::default(),
            arn: None,
            auth_code: None,
            network_transaction_id: None,
            descriptor: None,
            standing: PaymentStanding::default(),
            wallet: None,
            presented: None,
        }
    }

    /// Checks whether the amount is recorded. A PARTIAL order may leave the amount to the
    /// processor.
    #[must_use]
    pub const fn has_amount(&self) -> bool {
        self.amount.minor > 0
    }

    /// Returns the amount that can still be refunded.
    #[must_use]
    pub fn remaining_amount(&self) -> Money {
        Money::new(
            self.amount.minor.saturating_sub(self.standing.refunded_minor_units()),
            self.amount.currency,
        )
    }

    /// Rounds an amount to the processor's refund step: up if that much remains, else down. The
    /// result is zero if less than a step remains.
    #[must_use]
    pub fn round_to_refund_step(&self, wanted: Money) -> Money {
        let step =
            self.payment.as_ref().and_then(|payment| payment.refund_step).unwrap_or(1).max(1);
        let left = self.remaining_amount().minor;
        let up = wanted.minor.checked_next_multiple_of(step).filter(|up| *up <= left);
        Money::new(up.unwrap_or(wanted.minor - wanted.minor % step), wanted.currency)
    }

    /// Checks whether a wallet paid with a number that ends in these digits.
    #[must_use]
    pub fn is_device_last4(&self, last4: &str) -> bool {
        self.wallet.as_ref().and_then(|wallet| wallet.device_last4.as_deref()) == Some(last4)
    }
}
