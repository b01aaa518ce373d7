//! One condition of a ruleset: which fact it looks at, and what it asks of it.

use serde::{Deserialize, Serialize};

use super::compare::{Compared, Sides};
use super::prepared_facts::PreparedFacts;
use super::{
    Age, Amount, Bins, Brands, Categories, Codes, Currencies, Customers, Descriptors, Facts, Flag,
    Issuers, Kinds, Merchants, Products, References, Truth,
};
use crate::account::enrolment::Fault;
use crate::basics::money::Rates;

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
        self.explain(&PreparedFacts::of(facts, rates))
    }

    /// Whether it asks for one name among many.
    pub(super) const fn compares_names(&self) -> bool {
        matches!(self, Self::Descriptor(_) | Self::Issuer(_))
    }

    /// Whether it holds, without words.
    pub(super) fn result(&self, prepared: &PreparedFacts<'_>) -> Truth {
        let facts = prepared.facts;
        match self {
            Self::Amount(own) => own.result(prepared),
            Self::Currency(own) => own.result(facts.disputed.currency),
            Self::Descriptor(own) => own.result(prepared),
            Self::Issuer(own) => own.result(prepared),
            Self::CardBrand(own) => own.result(facts.card.brand),
            Self::IssuerBin(own) => own.result(facts.card.bin.as_deref()),
            Self::ReasonCode(own) => own.result(prepared),
            Self::ReasonCategory(own) => own.result(prepared.category()),
            Self::AlertType(own) => own.result(facts.kind),
            Self::TransactionAge(own) => own.result(facts.age_days),
            Self::OrderReference(own) => own.result(prepared.order_references()),
            Self::TransactionReference(own) => own.result(prepared.transaction_references()),
            Self::Merchant(own) => own.result(facts.merchant.as_ref()),
            Self::Customer(own) => own.result(prepared),
            Self::Product(own) => own.result(prepared),
            Self::Is3ds(own) => own.result(facts.is_3ds),
            Self::IsSubscription(own) => own.result(facts.is_subscription),
            Self::RefundedBefore(own) => own.result(facts.refunded_before),
        }
    }

    /// The same result, with both sides in words.
    pub(super) fn explain(&self, prepared: &PreparedFacts<'_>) -> Compared {
        let facts = prepared.facts;
        let Sides { actual, expected } = match self {
            Self::Amount(own) => own.sides(prepared),
            Self::Currency(own) => own.sides(facts.disputed.currency),
            Self::Descriptor(own) => own.sides(prepared),
            Self::Issuer(own) => own.sides(prepared),
            Self::CardBrand(own) => own.sides(facts.card.brand),
            Self::IssuerBin(own) => own.sides(facts.card.bin.as_deref()),
            Self::ReasonCode(own) => own.sides(prepared),
            Self::ReasonCategory(own) => own.sides(prepared),
            Self::AlertType(own) => own.sides(facts.kind),
            Self::TransactionAge(own) => own.sides(facts.age_days),
            Self::OrderReference(own) => own.sides(&facts.order_references),
            Self::TransactionReference(own) => own.sides(&facts.transaction_references),
            Self::Merchant(own) => own.sides(facts.merchant.as_ref()),
            Self::Customer(own) => own.sides(facts.customer_email.as_deref()),
            Self::Product(own) => own.sides(prepared.items()),
            Self::Is3ds(own) => own.sides(facts.is_3ds),
            Self::IsSubscription(own) => own.sides(facts.is_subscription),
            Self::RefundedBefore(own) => own.sides(facts.refunded_before),
        };
        Compared { result: self.result(prepared), actual, expected }
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
            Self::TransactionAge(_)
            | Self::Is3ds(_)
            | Self::IsSubscription(_)
            | Self::RefundedBefore(_) => Vec::new(),
            Self::OrderReference(own) | Self::TransactionReference(own) => own.faults(place),
            Self::Merchant(own) => own.faults(place),
            Self::Customer(own) => own.faults(place),
            Self::Product(own) => own.faults(place),
        }
    }
}

impl Dimension {
    /// Whether an order tells of it. What a processor may know too is read when rules decide, not
    /// when they are tried out.
    #[must_use]
    pub const fn is_told_by_orders(self) -> bool {
        matches!(self, Self::OrderReference | Self::Customer | Self::Product | Self::IsSubscription)
    }
}
