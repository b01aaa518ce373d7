//! What a processor may know of a purchase where no order tells it.

use super::{Dimension, Facts, Ruleset};
use crate::basics::id::EnrolmentId;
use crate::sale::order::Item;

/// Who bought what, as far as a processor knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purchase {
    pub customer_email: Option<String>,
    pub items: Option<Vec<Item>>,
    pub is_subscription: Option<bool>,
}

/// Which of it is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wanted {
    pub customer: bool,
    pub items: bool,
    pub subscription: bool,
}

impl Wanted {
    /// What the rulesets of these enrolments look at and nobody has told.
    #[must_use]
    pub fn by(rulesets: &[Ruleset], enrolments: &[&EnrolmentId], facts: &Facts) -> Self {
        let is_own = |one: &&Ruleset| one.enrolment_ids.iter().any(|id| enrolments.contains(&id));
        let own = rulesets.iter().filter(|one| one.is_enabled).filter(is_own);
        let looks_at: Vec<Dimension> =
            own.flat_map(|one| &one.rules).map(|rule| rule.condition.dimension()).collect();
        Self {
            customer: facts.customer_email.is_none() && looks_at.contains(&Dimension::Customer),
            items: facts.items.is_none() && looks_at.contains(&Dimension::Product),
            subscription: facts.is_subscription.is_none()
                && looks_at.contains(&Dimension::IsSubscription),
        }
    }

    /// Whether anything is.
    #[must_use]
    pub const fn anything(self) -> bool {
        self.customer || self.items || self.subscription
    }
}

impl Facts {
    /// The facts with what only a processor knows; an order's word goes before it.
    #[must_use]
    pub fn completed(self, purchase: Purchase) -> Self {
        Self {
            customer_email: self.customer_email.or(purchase.customer_email),
            items: self.items.or(purchase.items),
            is_subscription: self.is_subscription.or(purchase.is_subscription),
            ..self
        }
    }
}
