//! A sale: one payment, whatever it is called where. An order's transaction, a payment intent, a
//! charge and an ARN are views of it.

pub mod order;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::basics::card::TruncatedCard;
use crate::basics::id::{IntegrationId, MerchantId, OrderId, OrganisationId};
use crate::basics::money::Money;
use crate::basics::time::ReportedTime;

/// The one identity of a payment; its refund ledger is kept under it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SaleId(String);

impl SaleId {
    /// The identity of a payment at a processor: its payment intent, else its charge, in one
    /// account. The organisation is part of it, so that no tenant can reach another's ledger by
    /// naming an account that is not its own.
    #[must_use]
    pub fn at_processor(organisation: &OrganisationId, account: &str, payment: &str) -> Self {
        Self(format!("{organisation}/{account}/{payment}"))
    }

    /// The identity of a payment that only an order tells of.
    #[must_use]
    pub fn of_order(
        organisation: &OrganisationId,
        integration: &IntegrationId,
        reference: &str,
    ) -> Self {
        Self(format!("{organisation}/{integration}/{reference}"))
    }

    /// The identity as text.
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

/// One payment as we know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Its one identity.
    pub id: SaleId,
    /// What clients call it: the payment intent's id, else the charge's, else the order
    /// transaction's reference.
    pub transaction_id: String,
    /// Where a processor keeps it, if one that we can call does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub payment: Option<ProcessorPayment>,
    /// The order that tells of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order: Option<OrderId>,
    /// What its merchant calls that order.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub order_reference: Option<String>,
    /// The source it was seen at.
    pub integration: IntegrationId,
    /// The merchant account that took it, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub merchant: Option<MerchantId>,
    /// What was captured (authorised, where nothing was captured yet); zero where only the
    /// processor knows it.
    pub amount: Money,
    /// What was authorised, where it differs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub authorised_amount: Option<Money>,
    /// When it was authorised.
    pub authorised: ReportedTime,
    /// When it settled, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub settled: Option<ReportedTime>,
    /// What is kept of the card.
    #[serde(default)]
    pub card: TruncatedCard,
    /// Acquirer reference number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arn: Option<String>,
    /// Authorisation code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auth_code: Option<String>,
    /// The network's id of the transaction.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub network_transaction_id: Option<String>,
    /// The statement descriptor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub descriptor: Option<String>,
    /// What has happened to it since.
    #[serde(default)]
    pub standing: PaymentStanding,
    /// The wallet that held the card, where one did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wallet: Option<CardWallet>,
    /// What the cardholder was asked for, where the shop offered a currency of theirs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub presented: Option<Money>,
}

/// A wallet pays with a number of its own for the card, which is what the bank sees.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardWallet {
    /// The last four digits of that number, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub device_last4: Option<String>,
}

/// A payment at a processor that we can call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessorPayment {
    /// The integration that holds the credentials.
    pub integration: IntegrationId,
    /// The account it is in: a connected account, or the credentials' own. Calls name it only
    /// where it is not their own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<String>,
    /// The payment intent, else the charge.
    pub reference: String,
    /// The charge, where known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub charge: Option<String>,
    /// Whether a share of it was passed on to another account, with the payment itself.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub is_transferred: bool,
    /// Whether the platform took a fee of it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub has_application_fee: bool,
    /// The minor units that refunds go in, where they are more than one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refund_step: Option<u64>,
}

impl ProcessorPayment {
    /// A payment of which nothing but its name is known.
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

/// What has happened to a payment: read from the processor, or told by an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentStanding {
    /// It never took money: declined, cancelled or never captured.
    #[serde(default)]
    pub failed: bool,
    /// It is authorised, nothing of it was captured, and it can still be voided.
    #[serde(default)]
    pub unsettled: bool,
    /// The refunds made of it, by anybody.
    #[serde(default)]
    pub refunds: Vec<ProcessorRefund>,
    /// The dispute that is open on it or was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dispute: Option<ProcessorDispute>,
    /// What is authorised and may still be captured of a payment of which a part was captured.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uncaptured: Option<Money>,
}

/// A refund as a processor tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessorRefund {
    /// The processor's id of the refund.
    pub id: String,
    /// What is given back.
    pub amount: Money,
    /// How far it has come.
    pub state: RefundState,
    /// When it was made.
    pub at: Timestamp,
    /// The alert or hand refund in whose name we made it, from the refund's own metadata.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub alert: Option<String>,
    /// The acquirer's reference of the credit, once the processor knows it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub arn: Option<String>,
}

/// How far a refund has come at the processor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RefundState {
    /// Accepted, the money has not moved for certain.
    Pending,
    /// The processor confirms it.
    Succeeded,
    /// It failed or was cancelled, with the processor's reason.
    Failed(String),
}

/// A dispute as a processor tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessorDispute {
    /// The processor's id of the dispute.
    pub id: String,
    /// When it was opened.
    pub opened: Timestamp,
    /// Whether the processor still allows a refund (an inquiry, say).
    pub refundable: bool,
    /// Whether the network itself already gave the money back (RDR and its like).
    pub prevented: bool,
}

impl PaymentStanding {
    /// What has been given back or is on its way, in the given currency's minor units.
    #[must_use]
    pub fn refunded_minor_units(&self) -> u64 {
        let live =
            self.refunds.iter().filter(|refund| !matches!(refund.state, RefundState::Failed(_)));
        live.map(|refund| refund.amount.minor).fold(0, u64::saturating_add)
    }
}

impl Sale {
    /// A sale of which only this much is known.
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

    /// Whether its amount is known. A PARTIAL order may leave it to the processor.
    #[must_use]
    pub const fn has_amount(&self) -> bool {
        self.amount.minor > 0
    }

    /// What could still be given back.
    #[must_use]
    pub fn remaining_amount(&self) -> Money {
        Money::new(
            self.amount.minor.saturating_sub(self.standing.refunded_minor_units()),
            self.amount.currency,
        )
    }

    /// The refund nearest to an amount that the processor can count: up to its next step where that
    /// much remains, else down. Zero where not even one step remains.
    #[must_use]
    pub fn round_to_refund_step(&self, wanted: Money) -> Money {
        let step =
            self.payment.as_ref().and_then(|payment| payment.refund_step).unwrap_or(1).max(1);
        let left = self.remaining_amount().minor;
        let up = wanted.minor.checked_next_multiple_of(step).filter(|up| *up <= left);
        Money::new(up.unwrap_or(wanted.minor - wanted.minor % step), wanted.currency)
    }

    /// Whether the device of a wallet paid with a number that ends in these digits.
    #[must_use]
    pub fn is_device_last4(&self, last4: &str) -> bool {
        self.wallet.as_ref().and_then(|wallet| wallet.device_last4.as_deref()) == Some(last4)
    }
}
