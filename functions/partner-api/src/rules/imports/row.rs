//! One row of a file of past alerts, and what is wrong with it.

use csv::StringRecord;
use domain::account::enrolment::Fault;
use domain::account::{Merchant, REFERENCE_CURRENCY};
use domain::alert::dry_run::Imported;
use domain::basics::card::{Brand, Card, holds_card_number};
use domain::basics::id::MerchantId;
use domain::basics::money::{Money, currency};
use domain::basics::time::Moment;
use domain::network::claim::Kind;
use domain::rules::ruleset::Facts;
use domain::sale::order::Item;
use jiff::Timestamp;
use serde::Deserialize;

use super::fields::{Fields, MOST_CHARACTERS};

/// What stands between several values of one field.
const BETWEEN: char = '|';

/// A row as text; an empty field is a fact that is not known.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    reference: String,
    received_at: String,
    amount_in_cents: String,
    currency: String,
    #[serde(rename = "type")]
    kind: String,
    descriptor: String,
    card_bin: String,
    card_brand: String,
    issuer: String,
    reason_code: String,
    transaction_at: String,
    transaction_reference: String,
    order_reference: String,
    merchant_id: String,
    customer_email: String,
    products: String,
    skus: String,
    is_3ds: String,
    is_subscription: String,
    refunded_before: String,
}

/// What a row calls itself, for naming it in an error; never a card number.
pub(super) fn reference(header: &StringRecord, record: &StringRecord) -> Option<String> {
    let at = header.iter().position(|name| name == "reference")?;
    let text = record.get(at)?;
    (!text.is_empty() && !holds_card_number(text) && text.chars().count() <= MOST_CHARACTERS)
        .then(|| text.to_owned())
}

impl Row {
    /// The past alert, or all that is wrong with the row.
    pub fn imported(&self, merchants: &[Merchant]) -> Result<Imported, Vec<Fault>> {
        let mut fields = Fields::default();
        fields.need("reference", &self.reference);
        fields.need("received_at", &self.received_at);
        fields.need("amount_in_cents", &self.amount_in_cents);
        fields.need("currency", &self.currency);
        let reference = fields.text("reference", &self.reference);
        let time = "Must be an ISO 8601 time with an offset, such as 2026-02-17T10:00:00Z.";
        let received_at: Option<Timestamp> =
            fields.read("received_at", &self.received_at, |text| Moment::parse(text)?.at, time);
        let minor = fields.read(
            "amount_in_cents",
            &self.amount_in_cents,
            |text| text.parse().ok(),
            "Must be a whole number.",
        );
        let code = fields.read(
            "currency",
            &self.currency,
            |text| currency(text).ok(),
            "Not an ISO 4217 currency code.",
        );
        let disputed = Money::new(minor.unwrap_or_default(), code.unwrap_or(REFERENCE_CURRENCY));
        let facts = self.facts(&mut fields, merchants, received_at, disputed);
        match (reference, received_at, fields.faults()) {
            (Some(reference), Some(received_at), faults) if faults.is_empty() => {
                Ok(Imported { reference, received_at, facts })
            }
            (.., faults) => Err(faults),
        }
    }

    fn facts(
        &self,
        fields: &mut Fields,
        merchants: &[Merchant],
        received_at: Option<Timestamp>,
        disputed: Money,
    ) -> Facts {
        let age_days = self.age_days(fields, received_at);
        Facts {
            descriptor: fields.text("descriptor", &self.descriptor),
            card: self.card(fields),
            issuer: fields.text("issuer", &self.issuer),
            reason_code: fields.text("reason_code", &self.reason_code),
            kind: fields.read("type", &self.kind, kind, "Must be `FRAUD` or `DISPUTE`."),
            age_days,
            order_references: fields
                .text("order_reference", &self.order_reference)
                .into_iter()
                .collect(),
            transaction_references: fields
                .text("transaction_reference", &self.transaction_reference)
                .into_iter()
                .collect(),
            merchant: self.merchant(fields, merchants),
            customer_email: fields.email("customer_email", &self.customer_email),
            items: self.items(fields),
            is_3ds: fields.flag("is_3ds", &self.is_3ds),
            is_subscription: fields.flag("is_subscription", &self.is_subscription),
            refunded_before: fields.flag("refunded_before", &self.refunded_before),
            ..Facts::bare(disputed)
        }
    }

    /// How many days before the alert the payment was made.
    fn age_days(&self, fields: &mut Fields, received_at: Option<Timestamp>) -> Option<u32> {
        let paid = fields.read(
            "transaction_at",
            &self.transaction_at,
            Moment::parse,
            "Must be an ISO 8601 time or day.",
        );
        paid.zip(received_at).map(|(paid, received)| paid.days_apart(Moment::of(received)))
    }

    fn merchant(&self, fields: &mut Fields, merchants: &[Merchant]) -> Option<MerchantId> {
        let known = |text: &str| {
            merchants.iter().find(|one| one.id.as_str() == text).map(|one| one.id.clone())
        };
        fields.read("merchant_id", &self.merchant_id, known, "There is no such merchant.")
    }

    fn card(&self, fields: &mut Fields) -> Card {
        let is_bin = |text: &str| {
            matches!(text.len(), 6 | 8) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let bin = fields.read(
            "card_bin",
            &self.card_bin,
            |text| is_bin(text).then(|| text.to_owned()),
            "A BIN is 6 or 8 digits.",
        );
        let named = fields.read(
            "card_brand",
            &self.card_brand,
            Brand::named,
            "Not a card brand, such as `VISA`.",
        );
        let brand = named.or_else(|| bin.as_deref().and_then(Brand::of));
        Card { bin, last4: None, brand }
    }

    /// Names and stock-keeping units stand in two columns, in the same order.
    fn items(&self, fields: &mut Fields) -> Option<Vec<Item>> {
        let (names, skus) =
            (fields.text("products", &self.products), fields.text("skus", &self.skus));
        let (names, skus) = (split(names.as_deref()), split(skus.as_deref()));
        let filled = |text: Option<&String>| text.filter(|text| !text.is_empty()).cloned();
        let item = |at: usize| Item {
            name: filled(names.get(at)).unwrap_or_default(),
            sku: filled(skus.get(at)),
            quantity: None,
        };
        let count = names.len().max(skus.len());
        (count > 0).then(|| (0..count).map(item).collect())
    }
}

fn split(text: Option<&str>) -> Vec<String> {
    text.into_iter()
        .flat_map(|text| text.split(BETWEEN))
        .map(|part| part.trim().to_owned())
        .collect()
}

fn kind(text: &str) -> Option<Kind> {
    [Kind::Fraud, Kind::Dispute].into_iter().find(|kind| kind.as_str().eq_ignore_ascii_case(text))
}
