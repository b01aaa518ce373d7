//! `MERCHANT`, `CUSTOMER` and `PRODUCT`: who sold what to whom.

use serde::{Deserialize, Serialize};

use super::Truth;
use super::compare::{Compared, Pattern, count, listed, pattern_faults, worded, wrong};
use crate::claim::normalised;
use crate::customer::{masked, normalised as address};
use crate::enrolment::Fault;
use crate::id::MerchantId;
use crate::order::Item;

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
    pub(super) fn check(&self, merchant: Option<&MerchantId>) -> Compared {
        let names: Vec<&str> = self.merchant_ids.iter().map(MerchantId::as_str).collect();
        Compared::of(merchant, "no merchant", listed(&names), ToString::to_string, |own| self.merchant_ids.contains(own))
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        count(&format!("{place}.merchant_ids"), self.merchant_ids.len(), "merchant").into_iter().collect()
    }
}

impl Customers {
    pub(super) fn check(&self, email: Option<&str>) -> Compared {
        // A step of an alert's history keeps both sides: no address may be read from it.
        let names: Vec<String> =
            self.emails.iter().map(|own| masked(own)).chain(self.domains.iter().map(|own| format!("@{}", bare(own)))).collect();
        let fact = email.map(str::trim).filter(|email| !email.is_empty());
        Compared::of(fact, "no e-mail", listed(&names), |own| masked(own), |own| self.has(own))
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        let (emails, domains) = (format!("{place}.emails"), format!("{place}.domains"));
        let is_email = |text: &String| text.trim().split_once('@').is_some_and(|(name, domain)| !name.is_empty() && is_domain(domain));
        let mut faults: Vec<Fault> = count(&emails, self.emails.len() + self.domains.len(), "address or domain").into_iter().collect();
        faults.extend(wrong(&emails, &self.emails, is_email, "NOT_AN_EMAIL", "Not an e-mail address."));
        faults.extend(wrong(&domains, &self.domains, |text| is_domain(&bare(text)), "NOT_A_DOMAIN", "Not a domain, such as example.com."));
        faults
    }

    fn has(&self, email: &str) -> bool {
        let email = address(email);
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.emails.iter().any(|own| address(own) == email) || self.domains.iter().any(|own| address(&bare(own)) == domain)
    }
}

impl Products {
    pub(super) fn check(&self, items: Option<&[Item]>) -> Compared {
        let skus = self.skus.iter().map(|sku| format!("SKU {sku}"));
        let names = (!self.names.is_empty()).then(|| worded(&self.names));
        let expected: Vec<String> = names.into_iter().chain(skus).collect();
        let shown = |items: &&[Item]| items.iter().map(Item::to_string).collect::<Vec<_>>().join(", ");
        let fact = items.filter(|items| !items.is_empty());
        let compared = Compared::of(fact, "no items", expected.join(" or "), shown, |items| items.iter().any(|item| self.has(item)));
        let untold = fact.is_some_and(|items| items.iter().any(|item| self.cannot_tell(item)));
        if compared.result == Truth::NotMet && untold { Compared { result: Truth::Unknown, ..compared } } else { compared }
    }

    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        let (names, skus) = (format!("{place}.names"), format!("{place}.skus"));
        if self.skus.is_empty() {
            return pattern_faults(&names, &self.names, "name or SKU", normalised);
        }
        let blank = wrong(&skus, &self.skus, |sku| !sku.trim().is_empty(), "BLANK", "Must not be blank.");
        let wordings = if self.names.is_empty() { Vec::new() } else { pattern_faults(&names, &self.names, "name", normalised) };
        count(&skus, self.skus.len(), "SKU").into_iter().chain(blank).chain(wordings).collect()
    }

    /// An item without a name or unit may be any.
    fn cannot_tell(&self, item: &Item) -> bool {
        (!self.names.is_empty() && item.name.trim().is_empty()) || (!self.skus.is_empty() && item.sku.is_none())
    }

    fn has(&self, item: &Item) -> bool {
        let sku = |own: &String| item.sku.as_ref().is_some_and(|sku| sku.trim().eq_ignore_ascii_case(own.trim()));
        self.names.iter().any(|own| own.fits(&item.name, normalised)) || self.skus.iter().any(sku)
    }
}

fn bare(domain: &str) -> String {
    let domain = domain.trim();
    domain.strip_prefix('@').unwrap_or(domain).to_owned()
}

fn is_domain(text: &str) -> bool {
    text.contains('.') && text.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_in_any_case_and_composition() {
        let customers = Customers { emails: vec!["\u{c4}NNE@example.com".into()], domains: vec!["@m\u{fc}nchen.example".into()] };
        for email in ["\u{e4}nne@example.com", " A\u{308}nne@Example.com", "x@M\u{dc}NCHEN.example", "x@mu\u{308}nchen.example"] {
            assert!(customers.has(email), "{email}");
        }
        assert!(!customers.has("anne@example.com") && !customers.has("x@munchen.example"));
    }
}
