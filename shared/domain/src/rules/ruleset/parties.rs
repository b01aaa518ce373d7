//! `MERCHANT`, `CUSTOMER` and `PRODUCT`: conditions on the parties and the purchased items.

use serde::{Deserialize, Serialize};

use super::TruthValue;
use super::compare::{
    ComparedSides, TextForm, TextPattern, check_value_count, find_pattern_errors,
    find_wrong_values, list_patterns, list_values,
};
use super::prepared_facts::PreparedFacts;
use crate::account::enrolment::FieldError;
use crate::basics::email::{is_spelling_of, mask_email};
use crate::basics::id::MerchantId;
use crate::sale::order::OrderItem;

/// The merchant that took the payment: any of the listed merchants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MerchantParameters))]
pub struct MerchantCondition {
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 500))]
    pub merchant_ids: Vec<MerchantId>,
}

/// The customer's e-mail address: any of the listed addresses, or at any of the listed domains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CustomerParameters))]
pub struct CustomerCondition {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
}

/// The purchased items: any item with a listed name or stock-keeping unit (SKU).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ProductParameters))]
pub struct ProductCondition {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<TextPattern>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<String>,
}

impl MerchantCondition {
    pub(super) fn evaluate_against(&self, merchant: Option<&MerchantId>) -> TruthValue {
        TruthValue::from_optional_fact(merchant, |own| self.merchant_ids.contains(own))
    }

    pub(super) fn describe_sides(&self, merchant: Option<&MerchantId>) -> ComparedSides {
        let names: Vec<&str> = self.merchant_ids.iter().map(MerchantId::as_str).collect();
        ComparedSides::from_optional_fact(
            merchant,
            "no merchant",
            list_values(&names),
            ToString::to_string,
        )
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        check_value_count(&format!("{place}.merchant_ids"), self.merchant_ids.len(), "merchant")
            .into_iter()
            .collect()
    }
}

impl CustomerCondition {
    pub(super) fn evaluate_against(&self, facts: &PreparedFacts<'_>) -> TruthValue {
        TruthValue::from_optional_fact(facts.customer_email(), |email| self.has_email(email))
    }

    pub(super) fn describe_sides(&self, email: Option<&str>) -> ComparedSides {
        // An alert's history stores both sides: no address may be readable.
        let names: Vec<String> = self
            .emails
            .iter()
            .map(|own| mask_email(own))
            .chain(self.domains.iter().map(|own| format!("@{}", strip_at_sign(own))))
            .collect();
        let fact = email.map(str::trim).filter(|email| !email.is_empty());
        ComparedSides::from_optional_fact(fact, "no e-mail", list_values(&names), mask_email)
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        let (emails, domains) = (format!("{place}.emails"), format!("{place}.domains"));
        let is_email = |text: &String| {
            text.trim()
                .split_once('@')
                .is_some_and(|(name, domain)| !name.is_empty() && is_domain(domain))
        };
        let mut faults: Vec<FieldError> =
            check_value_count(&emails, self.emails.len() + self.domains.len(), "address or domain")
                .into_iter()
                .collect();
        faults.extend(find_wrong_values(
            &emails,
            &self.emails,
            is_email,
            "NOT_AN_EMAIL",
            "Not an e-mail address.",
        ));
        faults.extend(find_wrong_values(
            &domains,
            &self.domains,
            |text| is_domain(strip_at_sign(text)),
            "NOT_A_DOMAIN",
            "Not a domain, such as example.com.",
        ));
        faults
    }

    /// Checks whether the condition lists a normalised address, or the domain.
    fn has_email(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.emails.iter().any(|own| is_spelling_of(own, email))
            || self.domains.iter().any(|own| is_spelling_of(strip_at_sign(own), domain))
    }
}

impl ProductCondition {
    pub(super) fn evaluate_against(&self, facts: &PreparedFacts<'_>) -> TruthValue {
        let Some(items) = facts.items() else { return TruthValue::Unknown };
        let is_met = facts.named_items().any(|(item, name)| self.has_item(item, name));
        let is_untold = items.iter().any(|item| self.may_be_unlisted(item));
        if is_untold && !is_met { TruthValue::Unknown } else { TruthValue::from(is_met) }
    }

    pub(super) fn describe_sides(&self, items: Option<&[OrderItem]>) -> ComparedSides {
        let skus = self.skus.iter().map(|sku| format!("SKU {sku}"));
        let names = (!self.names.is_empty()).then(|| list_patterns(&self.names));
        let expected: Vec<String> = names.into_iter().chain(skus).collect();
        let shown = |items: &[OrderItem]| {
            items.iter().map(OrderItem::to_string).collect::<Vec<_>>().join(", ")
        };
        ComparedSides::from_optional_fact(items, "no items", expected.join(" or "), shown)
    }

    pub(super) fn find_errors(&self, place: &str) -> Vec<FieldError> {
        let (names, skus) = (format!("{place}.names"), format!("{place}.skus"));
        if self.skus.is_empty() {
            return find_pattern_errors(&names, &self.names, "name or SKU", TextForm::Name);
        }
        let blank = find_wrong_values(
            &skus,
            &self.skus,
            |sku| !sku.trim().is_empty(),
            "BLANK",
            "Must not be blank.",
        );
        let wordings = if self.names.is_empty() {
            Vec::new()
        } else {
            find_pattern_errors(&names, &self.names, "name", TextForm::Name)
        };
        check_value_count(&skus, self.skus.len(), "SKU")
            .into_iter()
            .chain(blank)
            .chain(wordings)
            .collect()
    }

    /// Checks whether an item lacks the name or the SKU to compare, and may be any item.
    fn may_be_unlisted(&self, item: &OrderItem) -> bool {
        (!self.names.is_empty() && item.name.trim().is_empty())
            || (!self.skus.is_empty() && item.sku.is_none())
    }

    /// Checks whether an item is listed. `name` is the item's name in normal form.
    fn has_item(&self, item: &OrderItem, name: &str) -> bool {
        let sku = |own: &String| {
            item.sku.as_ref().is_some_and(|sku| sku.trim().eq_ignore_ascii_case(own.trim()))
        };
        self.names.iter().any(|own| own.matches_text(name, TextForm::Name))
            || self.skus.iter().any(sku)
    }
}

fn strip_at_sign(domain: &str) -> &str {
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
    use crate::basics::email::normalise_email as address;

    #[test]
    fn an_address_is_compared_in_any_case_and_composition() {
        let customers = CustomerCondition {
            emails: vec!["\u{c4}NNE@example.com".into()],
            domains: vec!["@m\u{fc}nchen.example".into()],
        };
        for email in [
            "\u{e4}nne@example.com",
            " A\u{308}nne@Example.com",
            "x@M\u{dc}NCHEN.example",
            "x@mu\u{308}nchen.example",
        ] {
            assert!(customers.has_email(&address(email)), "{email}");
        }
        assert!(
            !customers.has_email("anne@example.com") && !customers.has_email("x@munchen.example")
        );
    }
}
