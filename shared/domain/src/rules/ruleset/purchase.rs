//! What a processor may know of a purchase where no order tells it.

use super::{AlertFacts, RuleDimension, Ruleset};
use crate::basics::id::EnrolmentId;
use crate::sale::order::OrderItem;

/// Who bought what, as far as a processor knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PurchaseDetails {
    pub customer_email: Option<String>,
    pub items: Option<Vec<OrderItem>>,
    pub is_subscription: Option<bool>,
}

/// Which of it is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NeededPurchaseDetails {
    pub customer: bool,
    pub items: bool,
    pub subscription: bool,
}

impl NeededPurchaseDetails {
    /// What the rulesets of these enrolments look at and nobody has told.
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

    /// Whether anything is.
    #[must_use]
    pub const fn is_any_needed(self) -> bool {
        self.customer || self.items || self.subscription
    }
}

impl AlertFacts {
    /// The facts with what only a processor knows; an order's word goes before it.
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
