//! A condition of a ruleset: the fact that is compared, and the required value.

use serde::{Deserialize, Serialize};

use super::compare::{ComparedSides, ConditionExplanation};
use super::prepared_facts::PreparedFacts;
use super::{
    AlertFacts, AlertTypeCondition, AmountCondition, CardBrandCondition, CurrencyCondition,
    CustomerCondition, DescriptorCondition, FlagCondition, IssuerBinCondition, IssuerCondition,
    MerchantCondition, ProductCondition, ReasonCategoryCondition, ReasonCodeCondition,
    ReferenceCondition, TransactionAgeCondition, TruthValue,
};
use crate::account::enrolment::FieldError;
use crate::basics::money::ExchangeRates;

/// A condition: `type` and `parameters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Condition))]
#[serde(tag = "type", content = "parameters", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RuleCondition {
    Amount(AmountCondition),
    Currency(CurrencyCondition),
    Descriptor(DescriptorCondition),
    Issuer(IssuerCondition),
    CardBrand(CardBrandCondition),
    IssuerBin(IssuerBinCondition),
    ReasonCode(ReasonCodeCondition),
    ReasonCategory(ReasonCategoryCondition),
    AlertType(AlertTypeCondition),
    TransactionAge(TransactionAgeCondition),
    OrderReference(ReferenceCondition),
    TransactionReference(ReferenceCondition),
    Merchant(MerchantCondition),
    Customer(CustomerCondition),
    Product(ProductCondition),
    #[serde(rename = "IS_3DS")]
    Is3ds(FlagCondition),
    IsSubscription(FlagCondition),
    RefundedBefore(FlagCondition),
}

/// The `type` of a condition: the fact that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RuleType))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RuleDimension {
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

impl RuleCondition {
    /// Returns the type of the condition.
    #[must_use]
    pub const fn dimension(&self) -> RuleDimension {
        match self {
            Self::Amount(_) => RuleDimension::Amount,
            Self::Currency(_) => RuleDimension::Currency,
            Self::Descriptor(_) => RuleDimension::Descriptor,
            Self::Issuer(_) => RuleDimension::Issuer,
            Self::CardBrand(_) => RuleDimension::CardBrand,
            Self::IssuerBin(_) => RuleDimension::IssuerBin,
            Self::ReasonCode(_) => RuleDimension::ReasonCode,
            Self::ReasonCategory(_) => RuleDimension::ReasonCategory,
            Self::AlertType(_) => RuleDimension::AlertType,
            Self::TransactionAge(_) => RuleDimension::TransactionAge,
            Self::OrderReference(_) => RuleDimension::OrderReference,
            Self::TransactionReference(_) => RuleDimension::TransactionReference,
            Self::Merchant(_) => RuleDimension::Merchant,
            Self::Customer(_) => RuleDimension::Customer,
            Self::Product(_) => RuleDimension::Product,
            Self::Is3ds(_) => RuleDimension::Is3ds,
            Self::IsSubscription(_) => RuleDimension::IsSubscription,
            Self::RefundedBefore(_) => RuleDimension::RefundedBefore,
        }
    }

    /// Evaluates the condition and explains both sides in words.
    #[must_use]
    pub fn check_facts(
        &self,
        facts: &AlertFacts,
        rates: Option<&ExchangeRates>,
    ) -> ConditionExplanation {
        self.explain_result(&PreparedFacts::from_facts(facts, rates))
    }

    /// Checks whether the condition compares names, which rarely fit.
    pub(super) const fn compares_names(&self) -> bool {
        matches!(self, Self::Descriptor(_) | Self::Issuer(_))
    }

    /// Evaluates the condition without words.
    pub(super) fn evaluate_against(&self, prepared: &PreparedFacts<'_>) -> TruthValue {
        let facts = prepared.facts;
        match self {
            Self::Amount(own) => own.evaluate_against(prepared),
            Self::Currency(own) => own.evaluate_against(facts.disputed.currency),
            Self::Descriptor(own) => own.evaluate_against(prepared),
            Self::Issuer(own) => own.evaluate_against(prepared),
            Self::CardBrand(own) => own.evaluate_against(facts.card.brand),
            Self::IssuerBin(own) => own.evaluate_against(facts.card.bin.as_deref()),
            Self::ReasonCode(own) => own.evaluate_against(prepared),
            Self::ReasonCategory(own) => own.evaluate_against(prepared.reason_category()),
            Self::AlertType(own) => own.evaluate_against(facts.kind),
            Self::TransactionAge(own) => own.evaluate_against(facts.age_days),
            Self::OrderReference(own) => own.evaluate_against(prepared.order_references()),
            Self::TransactionReference(own) => {
                own.evaluate_against(prepared.transaction_references())
            }
            Self::Merchant(own) => own.evaluate_against(facts.merchant.as_ref()),
            Self::Customer(own) => own.evaluate_against(prepared),
            Self::Product(own) => own.evaluate_against(prepared),
            Self::Is3ds(own) => own.evaluate_against(facts.is_3ds),
            Self::IsSubscription(own) => own.evaluate_against(facts.is_subscription),
            Self::RefundedBefore(own) => own.evaluate_against(facts.refunded_before),
        }
    }

    /// Evaluates the condition with both sides in words.
    pub(super) fn explain_result(&self, prepared: &PreparedFacts<'_>) -> ConditionExplanation {
        let facts = prepared.facts;
        let ComparedSides { actual, expected } = match self {
            Self::Amount(own) => own.describe_sides(prepared),
            Self::Currency(own) => own.describe_sides(facts.disputed.currency),
            Self::Descriptor(own) => own.describe_sides(prepared),
            Self::Issuer(own) => own.describe_sides(prepared),
            Self::CardBrand(own) => own.describe_sides(facts.card.brand),
            Self::IssuerBin(own) => own.describe_sides(facts.card.bin.as_deref()),
            Self::ReasonCode(own) => own.describe_sides(prepared),
            Self::ReasonCategory(own) => own.describe_sides(prepared),
            Self::AlertType(own) => own.describe_sides(facts.kind),
            Self::TransactionAge(own) => own.describe_sides(facts.age_days),
            Self::OrderReference(own) => own.describe_sides(&facts.order_references),
            Self::TransactionReference(own) => own.describe_sides(&facts.transaction_references),
            Self::Merchant(own) => own.describe_sides(facts.merchant.as_ref()),
            Self::Customer(own) => own.describe_sides(facts.customer_email.as_deref()),
            Self::Product(own) => own.describe_sides(prepared.items()),
            Self::Is3ds(own) => own.describe_sides(facts.is_3ds),
            Self::IsSubscription(own) => own.describe_sides(facts.is_subscription),
            Self::RefundedBefore(own) => own.describe_sides(facts.refunded_before),
        };
        ConditionExplanation { result: self.evaluate_against(prepared), actual, expected }
    }

    /// Returns the errors of the condition. `place` is the path of the parameters.
    #[must_use]
    pub fn find_errors(&self, place: &str) -> Vec<FieldError> {
        match self {
            Self::Amount(own) => own.find_errors(place),
            Self::Currency(own) => own.find_errors(place),
            Self::Descriptor(own) => own.find_errors(place),
            Self::Issuer(own) => own.find_errors(place),
            Self::CardBrand(own) => own.find_errors(place),
            Self::IssuerBin(own) => own.find_errors(place),
            Self::ReasonCode(own) => own.find_errors(place),
            Self::ReasonCategory(own) => own.find_errors(place),
            Self::AlertType(own) => own.find_errors(place),
            Self::TransactionAge(_)
            | Self::Is3ds(_)
            | Self::IsSubscription(_)
            | Self::RefundedBefore(_) => Vec::new(),
            Self::OrderReference(own) | Self::TransactionReference(own) => own.find_errors(place),
            Self::Merchant(own) => own.find_errors(place),
            Self::Customer(own) => own.find_errors(place),
            Self::Product(own) => own.find_errors(place),
        }
    }
}

impl RuleDimension {
    /// Checks whether an order supplies the fact. A fact that a processor may supply, too, is read
    /// when rules decide, not in a dry run.
    #[must_use]
    pub const fn is_order_dimension(self) -> bool {
        matches!(self, Self::OrderReference | Self::Customer | Self::Product | Self::IsSubscription)
    }
}
