//! The facts of an alert in normal form. Each text is normalised once, when a rule first compares
//! the text.

use std::cell::OnceCell;

use super::AlertFacts;
use super::compare::TextForm;
use crate::basics::email;
use crate::basics::money::{Currency, ExchangeRates, Money, convert_with_rates};
use crate::network::reason_code::{ReasonCategory, canonicalise_code, categorise_reason_code};
use crate::sale::order::OrderItem;

/// The facts of an alert, ready for any number of comparisons.
pub(super) struct PreparedFacts<'a> {
    pub facts: &'a AlertFacts,
    pub rates: Option<&'a ExchangeRates>,
    dollars: OnceCell<Option<Money>>,
    descriptor: OnceCell<String>,
    issuer: OnceCell<String>,
    reason_code: OnceCell<String>,
    category: OnceCell<Option<ReasonCategory>>,
    order_references: OnceCell<Vec<String>>,
    transaction_references: OnceCell<Vec<String>>,
    customer_email: OnceCell<String>,
    item_names: OnceCell<Vec<String>>,
}

impl<'a> PreparedFacts<'a> {
    pub fn from_facts(facts: &'a AlertFacts, rates: Option<&'a ExchangeRates>) -> Self {
        Self {
            facts,
            rates,
            dollars: OnceCell::new(),
            descriptor: OnceCell::new(),
            issuer: OnceCell::new(),
            reason_code: OnceCell::new(),
            category: OnceCell::new(),
            order_references: OnceCell::new(),
            transaction_references: OnceCell::new(),
            customer_email: OnceCell::new(),
            item_names: OnceCell::new(),
        }
    }

    /// Returns the disputed amount in US dollars, if a rate exists.
    pub fn disputed_dollars(&self) -> Option<Money> {
        *self.dollars.get_or_init(|| self.disputed_amount_in(Currency::USD))
    }

    /// Returns the disputed amount in another currency, if a rate exists.
    pub fn disputed_amount_in(&self, currency: Currency) -> Option<Money> {
        convert_with_rates(self.facts.disputed, currency, self.rates)
    }

    /// Returns the normalised descriptor, if a letter or digit remains.
    pub fn descriptor(&self) -> Option<&str> {
        prepare_name(&self.descriptor, self.facts.descriptor.as_deref())
    }

    /// Returns the normalised issuing bank, if a letter or digit remains.
    pub fn issuer(&self) -> Option<&str> {
        prepare_name(&self.issuer, self.facts.issuer.as_deref())
    }

    /// Returns the reason code in the network's own spelling.
    pub fn reason_code(&self) -> Option<&str> {
        let code = self.facts.reason_code.as_deref().filter(|code| !code.trim().is_empty())?;
        Some(self.reason_code.get_or_init(|| canonicalise_code(self.facts.card.brand, code)))
    }

    pub fn reason_category(&self) -> Option<ReasonCategory> {
        let of_code = || {
            categorise_reason_code(
                self.facts.card.brand,
                self.facts.reason_code.as_deref(),
                self.facts.kind,
            )
        };
        *self.category.get_or_init(of_code)
    }

    pub fn order_references(&self) -> &[String] {
        prepare_references(&self.order_references, &self.facts.order_references)
    }

    pub fn transaction_references(&self) -> &[String] {
        prepare_references(&self.transaction_references, &self.facts.transaction_references)
    }

    pub fn customer_email(&self) -> Option<&str> {
        let email =
            self.facts.customer_email.as_deref().filter(|email| !email.trim().is_empty())?;
        Some(self.customer_email.get_or_init(|| email::normalise_email(email)))
    }

    /// Returns the items, if any.
    pub fn items(&self) -> Option<&[OrderItem]> {
        self.facts.items.as_deref().filter(|items| !items.is_empty())
    }

    /// Returns the items, each with the normalised name.
    pub fn named_items(&self) -> impl Iterator<Item = (&OrderItem, &str)> {
        let items = self.items().unwrap_or_default();
        let names = self.item_names.get_or_init(|| {
            items.iter().map(|item| TextForm::Name.normalise_text(&item.name)).collect()
        });
        items.iter().zip(names.iter().map(String::as_str))
    }
}

fn prepare_name<'f>(prepared: &'f OnceCell<String>, fact: Option<&str>) -> Option<&'f str> {
    let name = prepared.get_or_init(|| TextForm::Name.normalise_text(fact.unwrap_or_default()));
    Some(name.as_str()).filter(|name| !name.is_empty())
}

fn prepare_references<'f>(prepared: &'f OnceCell<Vec<String>>, facts: &[String]) -> &'f [String] {
    prepared
        .get_or_init(|| facts.iter().map(|text| TextForm::Reference.normalise_text(text)).collect())
}
