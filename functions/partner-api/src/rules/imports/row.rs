//! A row of a file of past alerts, and the faults of a row.

use csv::StringRecord;
use domain::account::enrolment::FieldError;
use domain::account::{Merchant, REFERENCE_CURRENCY};
use domain::alert::dry_run::ImportedAlert;
use domain::basics::card::{CardBrand, TruncatedCard, has_card_number};
use domain::basics::id::MerchantId;
use domain::basics::money::{Money, parse_currency};
use domain::basics::time::ReportedTime;
use domain::network::claim::AlertKind;
use domain::rules::ruleset::AlertFacts;
use domain::sale::order::OrderItem;
use jiff::Timestamp;
use serde::Deserialize;

use super::fields::{FieldReader, MOST_CHARACTERS};

/// The separator of several values in a field.
const BETWEEN: char = '|';

/// A row as text; an empty field is an absent value.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ImportRow {
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

/// Returns the row's reference for use in errors, but never a card number.
pub(super) fn row_reference(header: &StringRecord, record: &StringRecord) -> Option<String> {
    let at = header.iter().position(|name| name == "reference")?;
    let text = record.get(at)?;
    (!text.is_empty() && !has_card_number(text) && text.chars().count() <= MOST_CHARACTERS)
        .then(|| text.to_owned())
}

impl ImportRow {
    /// Parses the past alert, or returns all faults of the row.
    pub fn to_imported(&self, merchants: &[Merchant]) -> Result<ImportedAlert, Vec<FieldError>> {
        let mut fields = FieldReader::default();
        fields.require_text("reference", &self.reference);
        fields.require_text("received_at", &self.received_at);
        fields.require_text("amount_in_cents", &self.amount_in_cents);
        fields.require_text("currency", &self.currency);
        let reference = fields.read_text("reference", &self.reference);
        let time = "Must be an ISO 8601 time with an offset, such as 2026-02-17T10:00:00Z.";
        let received_at: Option<Timestamp> = fields.read_field(
            "received_at",
            &self.received_at,
            |text| ReportedTime::parse(text)?.at,
            time,
        );
        let minor = fields.read_field(
            "amount_in_cents",
            &self.amount_in_cents,
            |text| text.parse().ok(),
            "Must be a whole number.",
        );
        let code = fields.read_field(
            "currency",
            &self.currency,
            |text| parse_currency(text).ok(),
            "Not an ISO 4217 currency code.",
        );
        let disputed = Money::new(minor.unwrap_or_default(), code.unwrap_or(REFERENCE_CURRENCY));
        let facts = self.to_facts(&mut fields, merchants, received_at, disputed);
        match (reference, received_at, fields.into_faults()) {
            (Some(reference), Some(received_at), faults) if faults.is_empty() => {
                Ok(ImportedAlert { reference, received_at, facts })
            }
            (.., faults) => Err(faults),
        }
    }

    fn to_facts(
        &self,
        fields: &mut FieldReader,
        merchants: &[Merchant],
        received_at: Option<Timestamp>,
        disputed: Money,
    ) -> AlertFacts {
        let age_days = self.age_days(fields, received_at);
        AlertFacts {
            descriptor: fields.read_text("descriptor", &self.descriptor),
            card: self.read_card(fields),
            issuer: fields.read_text("issuer", &self.issuer),
            reason_code: fields.read_text("reason_code", &self.reason_code),
            kind: fields.read_field(
                "type",
                &self.kind,
                parse_kind,
                "Must be `FRAUD` or `DISPUTE`.",
            ),
            age_days,
            order_references: fields
                .read_text("order_reference", &self.order_reference)
                .into_iter()
                .collect(),
            transaction_references: fields
                .read_text("transaction_reference", &self.transaction_reference)
                .into_iter()
                .collect(),
            merchant: self.read_merchant(fields, merchants),
            customer_email: fields.read_email("customer_email", &self.customer_email),
            items: self.read_items(fields),
            is_3ds: fields.read_flag("is_3ds", &self.is_3ds),
            is_subscription: fields.read_flag("is_subscription", &self.is_subscription),
            refunded_before: fields.read_flag("refunded_before", &self.refunded_before),
            ..AlertFacts::from_disputed_amount(disputed)
        }
    }

    /// Returns the days between the payment and the alert.
    fn age_days(&self, fields: &mut FieldReader, received_at: Option<Timestamp>) -> Option<u32> {
        let paid = fields.read_field(
            "transaction_at",
            &self.transaction_at,
            ReportedTime::parse,
            "Must be an ISO 8601 time or day.",
        );
        paid.zip(received_at)
            .map(|(paid, received)| paid.days_apart(ReportedTime::from_instant(received)))
    }

    fn read_merchant(
        &self,
        fields: &mut FieldReader,
        merchants: &[Merchant],
    ) -> Option<MerchantId> {
        let known = |text: &str| {
            merchants.iter().find(|one| one.id.as_str() == text).map(|one| one.id.clone())
        };
        fields.read_field("merchant_id", &self.merchant_id, known, "There is no such merchant.")
    }

    fn read_card(&self, fields: &mut FieldReader) -> TruncatedCard {
        let is_bin = |text: &str| {
            matches!(text.len(), 6 | 8) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let bin = fields.read_field(
            "card_bin",
            &self.card_bin,
            |text| is_bin(text).then(|| text.to_owned()),
            "A BIN is 6 or 8 digits.",
        );
        let named = fields.read_field(
            "card_brand",
            &self.card_brand,
            CardBrand::from_name,
            "Not a card brand, such as `VISA`.",
        );
        let brand = named.or_else(|| bin.as_deref().and_then(CardBrand::from_digits));
        TruncatedCard { bin, last4: None, brand }
    }

    /// Combines the two columns for product names and stock-keeping units (SKUs), which list items
    /// in the same sequence.
    fn read_items(&self, fields: &mut FieldReader) -> Option<Vec<OrderItem>> {
        let (names, skus) =
            (fields.read_text("products", &self.products), fields.read_text("skus", &self.skus));
        let (names, skus) = (split_column(names.as_deref()), split_column(skus.as_deref()));
        let filled = |text: Option<&String>| text.filter(|text| !text.is_empty()).cloned();
        let item = |at: usize| OrderItem {
            name: filled(names.get(at)).unwrap_or_default(),
            sku: filled(skus.get(at)),
            quantity: None,
        };
        let count = names.len().max(skus.len());
        (count > 0).then(|| (0..count).map(item).collect())
    }
}

fn split_column(text: Option<&str>) -> Vec<String> {
    text.into_iter()
        .flat_map(|text| text.split(BETWEEN))
        .map(|part| part.trim().to_owned())
        .collect()
}

fn parse_kind(text: &str) -> Option<AlertKind> {
    [AlertKind::Fraud, AlertKind::Dispute]
        .into_iter()
        .find(|kind| kind.as_str().eq_ignore_ascii_case(text))
}
