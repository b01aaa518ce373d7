//! The errors of an order.

use std::collections::HashSet;

use jiff::civil::Date;

use super::{Order, OrderKind, OrderTransaction};
use crate::account::enrolment::{FieldError, is_digits};
use crate::basics::email::is_header_safe;
use crate::basics::money::parse_currency;
use crate::basics::time::utc_day;

impl Order {
    /// Returns the errors by API field.
    #[must_use]
    pub fn find_errors(&self) -> Vec<FieldError> {
        let mut faults: Vec<FieldError> = [
            check_not_blank("reference_id", &self.reference_id),
            check_currency("order_currency", &self.order_currency, utc_day(self.order_datetime)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if self.kind == OrderKind::Complete && self.transactions.is_empty() {
            faults.push(FieldError::new(
                "transactions",
                "EMPTY",
                "A COMPLETE order has at least one transaction.",
            ));
        }
        if self.customer_email.as_deref().is_some_and(|email| !is_header_safe(email)) {
            faults.push(FieldError::new(
                "customer_email",
                "NOT_AN_EMAIL",
                "Must be one e-mail address, without control characters and brackets.",
            ));
        }
        let items = self.items.iter().flatten().enumerate();
        faults
            .extend(items.filter_map(|(at, item)| {
                check_not_blank(&format!("items[{at}].name"), &item.name)
            }));
        faults.extend(self.find_transaction_errors());
        faults
    }

    /// Returns the errors of the transactions.
    fn find_transaction_errors(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut seen = HashSet::new();
        for (at, transaction) in self.transactions.iter().enumerate() {
            let place = format!("transactions[{at}]");
            faults.extend(transaction.find_errors(&place));
            if self.kind == OrderKind::Complete {
                faults.extend(transaction.find_missing_fields(&place));
            }
            if !seen.insert(transaction.reference_id.as_str()) {
                faults.push(FieldError::new(
                    format!("{place}.reference_id"),
                    "DUPLICATE_REFERENCE",
                    "Another transaction of the order has this reference.",
                ));
            }
        }
        faults
    }
}

impl OrderTransaction {
    fn find_errors(&self, place: &str) -> Vec<FieldError> {
        let field = |name: &str| format!("{place}.{name}");
        let over = self
            .refunded_amount_in_cents
            .zip(self.amount_in_cents)
            .is_some_and(|(back, paid)| back > paid);
        let [last4, bin, arn] = self.find_digit_errors(place);
        let all = [
            check_not_blank(&field("reference_id"), &self.reference_id),
            self.currency
                .as_ref()
                .and_then(|code| check_currency(&field("currency"), code, self.authorised_at.day)),
            last4,
            bin,
            arn,
            over.then(|| {
                FieldError::new(
                    field("refunded_amount_in_cents"),
                    "MORE_THAN_PAID",
                    "More was given back than paid.",
                )
            }),
        ];
        all.into_iter().flatten().collect()
    }

    /// Checks the last four digits of the card, the BIN and the ARN.
    fn find_digit_errors(&self, place: &str) -> [Option<FieldError>; 3] {
        let digits = |name: &str, text: Option<&String>, counts: &[usize], code, message: &str| {
            let wrong = text
                .is_some_and(|text| !counts.iter().any(|count| is_digits(text, *count..=*count)));
            wrong.then(|| FieldError::new(format!("{place}.{name}"), code, message))
        };
        let last4 = self.payment_method_card_last_4.as_ref();
        let bin = self.payment_method_card_bin.as_ref();
        let arn = self.acquirer_reference_number.as_ref();
        [
            digits(
                "payment_method_card_last_4",
                last4,
                &[4],
                "NOT_LAST_4",
                "The last 4 digits of the card are 4 digits.",
            ),
            digits(
                "payment_method_card_bin",
                bin,
                &[6, 8],
                "NOT_A_BIN",
                "A BIN is the first 6 or 8 digits of the card.",
            ),
            digits(
                "acquirer_reference_number",
                arn,
                &[23, 24],
                "NOT_AN_ARN",
                "An ARN is 23 or 24 digits.",
            ),
        ]
    }

    /// Returns the missing fields, which may be omitted only for a payment that a processor
    /// reports.
    fn find_missing_fields(&self, place: &str) -> Vec<FieldError> {
        let needed = [
            ("amount_in_cents", self.amount_in_cents.is_some()),
            ("currency", self.currency.is_some()),
            ("payment_method_type", self.payment_method_type.is_some()),
            ("authorisation_status", self.authorisation_status.is_some()),
        ];
        let missing = needed.into_iter().filter(|(_, is_told)| !is_told);
        missing
            .map(|(name, _)| FieldError::new(format!("{place}.{name}"), "REQUIRED", "Is required."))
            .collect()
    }
}

fn check_not_blank(field: &str, text: &str) -> Option<FieldError> {
    text.trim().is_empty().then(|| FieldError::new(field, "BLANK", "Must not be blank."))
}

/// Checks the currency of a sale on a day. A retired currency is valid for sales before the
/// retirement.
fn check_currency(field: &str, code: &str, day: Date) -> Option<FieldError> {
    match parse_currency(code) {
        Err(_) => Some(FieldError::new(
            field,
            "CURRENCY_UNKNOWN",
            "Not an ISO 4217 currency code with a minor unit.",
        )),
        Ok(own) if !own.is_valid_on(day) => {
            let last = own.retired_after().map(|last| last.to_string()).unwrap_or_default();
            Some(FieldError::new(
                field,
                "CURRENCY_RETIRED",
                format!("{} was money until {last}: a later sale cannot be in it.", own.code()),
            ))
        }
        Ok(_) => None,
    }
}
