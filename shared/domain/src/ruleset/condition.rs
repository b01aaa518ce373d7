//! One condition of a ruleset: which fact it looks at, and what it asks of it.

use serde::{Deserialize, Serialize};

use super::compare::Compared;
use super::{
    Age, Amount, Bins, Brands, Categories, Codes, Currencies, Customers, Descriptors, Facts, Flag, Issuers, Kinds, Merchants, Products,
    References,
};
use crate::enrolment::Fault;
use crate::money::Rates;

/// A condition, as the API writes it: `type` and `parameters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "parameters", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Condition {
    Amount(Amount),
    Currency(Currencies),
    Descriptor(Descriptors),
    Issuer(Issuers),
    CardBrand(Brands),
    IssuerBin(Bins),
    ReasonCode(Codes),
    ReasonCategory(Categories),
    AlertType(Kinds),
    TransactionAge(Age),
    OrderReference(References),
    TransactionReference(References),
    Merchant(Merchants),
    Customer(Customers),
    Product(Products),
    #[serde(rename = "IS_3DS")]
    Is3ds(Flag),
    IsSubscription(Flag),
    RefundedBefore(Flag),
}

/// The `type` of a condition: what it looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RuleType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Dimension {
    Amount,
    Currency,
    Descriptor,
    Issuer,
    CardBrand,
    IssuerBin,
    ReasonCode,
    ReasonCategory,
    AlertType,
    TransactionAge,
    OrderReference,
    TransactionReference,
    Merchant,
    Customer,
    Product,
    #[serde(rename = "IS_3DS")]
    Is3ds,
    IsSubscription,
    RefundedBefore,
}

impl Condition {
    /// What it looks at.
    #[must_use]
    pub const fn dimension(&self) -> Dimension {
        match self {
            Self::Amount(_) => Dimension::Amount,
            Self::Currency(_) => Dimension::Currency,
            Self::Descriptor(_) => Dimension::Descriptor,
            Self::Issuer(_) => Dimension::Issuer,
            Self::CardBrand(_) => Dimension::CardBrand,
            Self::IssuerBin(_) => Dimension::IssuerBin,
            Self::ReasonCode(_) => Dimension::ReasonCode,
            Self::ReasonCategory(_) => Dimension::ReasonCategory,
            Self::AlertType(_) => Dimension::AlertType,
            Self::TransactionAge(_) => Dimension::TransactionAge,
            Self::OrderReference(_) => Dimension::OrderReference,
            Self::TransactionReference(_) => Dimension::TransactionReference,
            Self::Merchant(_) => Dimension::Merchant,
            Self::Customer(_) => Dimension::Customer,
            Self::Product(_) => Dimension::Product,
            Self::Is3ds(_) => Dimension::Is3ds,
            Self::IsSubscription(_) => Dimension::IsSubscription,
            Self::RefundedBefore(_) => Dimension::RefundedBefore,
        }
    }

    /// Whether it holds, with what the alert has and what was asked for, in words.
    #[must_use]
    pub fn check(&self, facts: &Facts, rates: Option<&Rates>) -> Compared {
        match self {
            Self::Amount(own) => own.check(facts.disputed, rates),
            Self::Currency(own) => own.check(facts.disputed.currency),
            Self::Descriptor(own) => own.check(facts.descriptor.as_deref()),
            Self::Issuer(own) => own.check(facts.issuer.as_deref()),
            Self::CardBrand(own) => own.check(facts.card.brand),
            Self::IssuerBin(own) => own.check(facts.card.bin.as_deref()),
            Self::ReasonCode(own) => own.check(facts.card.brand, facts.reason_code.as_deref()),
            Self::ReasonCategory(own) => own.check(facts.card.brand, facts.reason_code.as_deref(), facts.kind),
            Self::AlertType(own) => own.check(facts.kind),
            Self::TransactionAge(own) => own.check(facts.age_days),
            Self::OrderReference(own) => own.check(&facts.order_references),
            Self::TransactionReference(own) => own.check(&facts.transaction_references),
            Self::Merchant(own) => own.check(facts.merchant.as_ref()),
            Self::Customer(own) => own.check(facts.customer_email.as_deref()),
            Self::Product(own) => own.check(facts.items.as_deref()),
            Self::Is3ds(own) => own.check(facts.is_3ds),
            Self::IsSubscription(own) => own.check(facts.is_subscription),
            Self::RefundedBefore(own) => own.check(facts.refunded_before),
        }
    }

    /// What is wrong with it; `place` is where its parameters stand.
    #[must_use]
    pub fn faults(&self, place: &str) -> Vec<Fault> {
        match self {
            Self::Amount(own) => own.faults(place),
            Self::Currency(own) => own.faults(place),
            Self::Descriptor(own) => own.faults(place),
            Self::Issuer(own) => own.faults(place),
            Self::CardBrand(own) => own.faults(place),
            Self::IssuerBin(own) => own.faults(place),
            Self::ReasonCode(own) => own.faults(place),
            Self::ReasonCategory(own) => own.faults(place),
            Self::AlertType(own) => own.faults(place),
            Self::TransactionAge(_) | Self::Is3ds(_) | Self::IsSubscription(_) | Self::RefundedBefore(_) => Vec::new(),
            Self::OrderReference(own) | Self::TransactionReference(own) => own.faults(place),
            Self::Merchant(own) => own.faults(place),
            Self::Customer(own) => own.faults(place),
            Self::Product(own) => own.faults(place),
        }
    }
}

impl Dimension {
    /// Whether an order tells of it. What a processor may know too is read when rules decide, not when they are tried out.
    #[must_use]
    pub const fn is_told_by_orders(self) -> bool {
        matches!(self, Self::OrderReference | Self::Customer | Self::Product | Self::IsSubscription)
    }
}
