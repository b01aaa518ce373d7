//! `MERCHANT`, `CUSTOMER` and `PRODUCT`: who sold what to whom.

use serde::{Deserialize, Serialize};

use super::Truth;
use super::compare::{Form, Pattern, Sides, count, listed, pattern_faults, worded, wrong};
use super::prepared_facts::PreparedFacts;
use crate::account::enrolment::Fault;
use crate::basics::email::{is_spelling_of, masked};
use crate::basics::id::MerchantId;
use crate::sale::order::Item;

/// The merchant that took the payment; any of the listed ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MerchantParameters))]
pub struct Merchants {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub merchant_ids: Vec<MerchantId>,
}

/// The customer's e-mail address: any of the listed addresses, or at any of the listed domains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CustomerParameters))]
pub struct Customers {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
}

/// What was bought: any item with a listed name or stock-keeping unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ProductParameters))]
pub struct Products {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Pattern>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<String>,
}

impl Merchants {
    pub(super) fn result(&self, merchant: Option<&MerchantId>) -> Truth {
        Truth::of(merchant, |own| self.merchant_ids.contains(own))
    }

    pub(super) fn sides(&self, merchant: Option<&MerchantId>) -> Sides {
        let names: Vec<&str> = self.merchant_ids.iter().map(MerchantId::as_str).collect();
        Sides::of(merchant, "no merchant", listed(&names), ToString::to_string)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        count(&format!("{place}.merchant_ids"), self.merchant_ids.len(), "merchant")
            .into_iter()
            .collect()
    }
}

impl Customers {
    pub(super) fn result(&self, facts: &PreparedFacts<'_>) -> Truth {
        Truth::of(facts.customer_email(), |email| self.has(email))
    }

    pub(super) fn sides(&self, email: Option<&str>) -> Sides {
        // A step of an alert's history keeps both sides: no address may be read from it.
        let names: Vec<String> = self
            .emails
            .iter()
            .map(|own| masked(own))
            .chain(self.domains.iter().map(|own| format!("@{}", bare(own))))
            .collect();
        let fact = email.map(str::trim).filter(|email| !email.is_empty());
        Sides::of(fact, "no e-mail", listed(&names), masked)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        let (emails, domains) = (format!("{place}.emails"), format!("{place}.domains"));
        let is_email = |text: &String| {
            text.trim()
                .split_once('@')
                .is_some_and(|(name, domain)| !name.is_empty() && is_domain(domain))
        };
        let mut faults: Vec<Fault> =
            count(&emails, self.emails.len() + self.domains.len(), "address or domain")
                .into_iter()
                .collect();
        faults.extend(wrong(
            &emails,
            &self.emails,
            is_email,
            "NOT_AN_EMAIL",
            "Not an e-mail address.",
        ));
        faults.extend(wrong(
            &domains,
            &self.domains,
            |text| is_domain(bare(text)),
            "NOT_A_DOMAIN",
            "Not a domain, such as example.com.",
        ));
        faults
    }

    /// Whether it lists an address in its normalised form.
    fn has(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.emails.iter().any(|own| is_spelling_of(own, email))
            || self.domains.iter().any(|own| is_spelling_of(bare(own), domain))
    }
}

impl Products {
    pub(super) fn result(&self, facts: &PreparedFacts<'_>) -> Truth {
        let Some(items) = facts.items() else { return Truth::Unknown };
        let is_met = facts.named_items().any(|(item, name)| self.has(item, name));
        let is_untold = items.iter().any(|item| self.cannot_tell(item));
        if is_untold && !is_met { Truth::Unknown } else { Truth::from(is_met) }
    }

    pub(super) fn sides(&self, items: Option<&[Item]>) -> Sides {
        let skus = self.skus.iter().map(|sku| format!("SKU {sku}"));
        let names = (!self.names.is_empty()).then(|| worded(&self.names));
        let expected: Vec<String> = names.into_iter().chain(skus).collect();
        let shown =
            |items: &[Item]| items.iter().map(Item::to_string).collect::<Vec<_>>().join(", ");
        Sides::of(items, "no items", expected.join(" or "), shown)
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        let (names, skus) = (format!("{place}.names"), format!("{place}.skus"));
        if self.skus.is_empty() {
            return pattern_faults(&names, &self.names, "name or SKU", Form::Name);
        }
        let blank =
            wrong(&skus, &self.skus, |sku| !sku.trim().is_empty(), "BLANK", "Must not be blank.");
        let wordings = if self.names.is_empty() {
            Vec::new()
        } else {
            pattern_faults(&names, &self.names, "name", Form::Name)
        };
        count(&skus, self.skus.len(), "SKU").into_iter().chain(blank).chain(wordings).collect()
    }

    /// An item without a name or unit may be any.
    fn cannot_tell(&self, item: &Item) -> bool {
        (!self.names.is_empty() && item.name.trim().is_empty())
            || (!self.skus.is_empty() && item.sku.is_none())
    }

    /// Whether an item is listed; its name is in the form of names.
    fn has(&self, item: &Item, name: &str) -> bool {
        let sku = |own: &String| {
            item.sku.as_ref().is_some_and(|sku| sku.trim().eq_ignore_ascii_case(own.trim()))
        };
        self.names.iter().any(|own| own.fits(name, Form::Name)) || self.skus.iter().any(sku)
    }
}

fn bare(domain: &str) -> &str {
    let domain = domain.trim();
    domain.strip_prefix('@').unwrap_or(domain)
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basics::email::normalised as address;

    #[test]
    fn an_address_is_compared_in_any_case_and_composition() {
        let customers = Customers {
            emails: vec!["\u{c4}NNE@example.com".into()],
            domains: vec!["@m\u{fc}nchen.example".into()],
        };
        for email in [
            "\u{e4}nne@example.com",
            " A\u{308}nne@Example.com",
            "x@M\u{dc}NCHEN.example",
            "x@mu\u{308}nchen.example",
        ] {
            assert!(customers.has(&address(email)), "{email}");
        }
        assert!(!customers.has("anne@example.com") && !customers.has("x@munchen.example"));
    }
}
