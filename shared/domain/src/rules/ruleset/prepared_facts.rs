//! The facts of one alert in the form in which rules compare them. Each text is normalised once,
//! when a rule first asks for it.

use std::cell::OnceCell;

use super::Facts;
use super::compare::Form;
use crate::basics::email;
use crate::basics::money::{Currency, Money, Rates, worth};
use crate::network::reason_code::{Category, canonical, category};
use crate::sale::order::Item;

/// The facts of one alert, ready for any number of comparisons.
pub(super) struct PreparedFacts<'a> {
    pub facts: &'a Facts,
    pub rates: Option<&'a Rates>,
    dollars: OnceCell<Option<Money>>,
    descriptor: OnceCell<String>,
    issuer: OnceCell<String>,
    reason_code: OnceCell<String>,
    category: OnceCell<Option<Category>>,
    order_references: OnceCell<Vec<String>>,
    transaction_references: OnceCell<Vec<String>>,
    customer_email: OnceCell<String>,
    item_names: OnceCell<Vec<String>>,
}

impl<'a> PreparedFacts<'a> {
    pub fn of(facts: &'a Facts, rates: Option<&'a Rates>) -> Self {
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

    /// The disputed amount in US dollars; nothing where no rate says so.
    pub fn dollars(&self) -> Option<Money> {
        *self.dollars.get_or_init(|| self.worth_in(Currency::USD))
    }

    /// The disputed amount in another currency; nothing where no rate says so.
    pub fn worth_in(&self, currency: Currency) -> Option<Money> {
        worth(self.facts.disputed, currency, self.rates)
    }

    /// The descriptor; nothing where no letter or digit of it is left to compare.
    pub fn descriptor(&self) -> Option<&str> {
        name(&self.descriptor, self.facts.descriptor.as_deref())
    }

    /// The issuing bank; nothing where no letter or digit of it is left to compare.
    pub fn issuer(&self) -> Option<&str> {
        name(&self.issuer, self.facts.issuer.as_deref())
    }

    /// The reason code as its network writes it.
    pub fn reason_code(&self) -> Option<&str> {
        let code = self.facts.reason_code.as_deref().filter(|code| !code.trim().is_empty())?;
        Some(self.reason_code.get_or_init(|| canonical(self.facts.card.brand, code)))
    }

    pub fn category(&self) -> Option<Category> {
        let of_code =
            || category(self.facts.card.brand, self.facts.reason_code.as_deref(), self.facts.kind);
        *self.category.get_or_init(of_code)
    }

    pub fn order_references(&self) -> &[String] {
        references(&self.order_references, &self.facts.order_references)
    }

    pub fn transaction_references(&self) -> &[String] {
        references(&self.transaction_references, &self.facts.transaction_references)
    }

    pub fn customer_email(&self) -> Option<&str> {
        let email =
            self.facts.customer_email.as_deref().filter(|email| !email.trim().is_empty())?;
        Some(self.customer_email.get_or_init(|| email::normalised(email)))
    }

    /// The items, where any are known.
    pub fn items(&self) -> Option<&[Item]> {
        self.facts.items.as_deref().filter(|items| !items.is_empty())
    }

    /// The same items, each with its name as names are compared.
    pub fn named_items(&self) -> impl Iterator<Item = (&Item, &str)> {
        let items = self.items().unwrap_or_default();
        let names = self
            .item_names
            .get_or_init(|| items.iter().map(|item| Form::Name.of(&item.name)).collect());
        items.iter().zip(names.iter().map(String::as_str))
    }
}

fn name<'f>(prepared: &'f OnceCell<String>, fact: Option<&str>) -> Option<&'f str> {
    let name = prepared.get_or_init(|| Form::Name.of(fact.unwrap_or_default()));
    Some(name.as_str()).filter(|name| !name.is_empty())
}

fn references<'f>(prepared: &'f OnceCell<Vec<String>>, facts: &[String]) -> &'f [String] {
    prepared.get_or_init(|| facts.iter().map(|text| Form::Reference.of(text)).collect())
}
