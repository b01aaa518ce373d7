//! Purchase details that a processor may have and no order reports.

use super::{AlertFacts, RuleDimension, Ruleset};
use crate::basics::id::EnrolmentId;
use crate::sale::order::OrderItem;

/// The purchase details that a processor has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PurchaseDetails {
    pub customer_email: Option<String>,
    pub items: Option<Vec<OrderItem>>,
    pub is_subscription: Option<bool>,
}

/// The purchase details that rules need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NeededPurchaseDetails {
    pub customer: bool,
    pub items: bool,
    pub subscription: bool,
}

impl NeededPurchaseDetails {
    /// Returns the details that the rulesets of these enrolments compare and no source has
    /// reported.
    #[must_use]
    pub fn from_rulesets(
        rulesets: &[Ruleset],
        enrolments: &[&EnrolmentId],
        facts: &AlertFacts,
    ) -> Self {
        let is_own = |one: &&Ruleset| one.enrolment_ids.iter().any(|id| enrolments.contains(&id));
        let own = rulesets.iter().filter(|one| one.is_enabled).filter(is_own);
        let looks_at: Vec<RuleDimension> =
            own.flat_map(|one| &one.rules).map(|rule| rule.condition.dimension()).collect();
        Self {
            customer: facts.customer_email.is_none() && looks_at.contains(&RuleDimension::Customer),
            items: facts.items.is_none() && looks_at.contains(&RuleDimension::Product),
            subscription: facts.is_subscription.is_none()
                && looks_at.contains(&RuleDimension::IsSubscription),
        }
    }

    /// Checks whether any detail is needed.
    #[must_use]
    pub const fn is_any_needed(self) -> bool {
        self.customer || self.items || self.subscription
    }
}

impl AlertFacts {
    /// Completes the facts from the processor's details. An order's facts take precedence.
    #[must_use]
    pub fn completed_with(self, purchase: PurchaseDetails) -> Self {
        Self {
            customer_email: self.customer_email.or(purchase.customer_email),
            items: self.items.or(purchase.items),
            is_subscription: self.is_subscription.or(purchase.is_subscription),
            ..self
        }
    }
}
