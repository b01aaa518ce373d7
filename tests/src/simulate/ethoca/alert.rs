//! Alerts in Ethoca's JSON, built field by field.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value, json};

use super::{Ethoca, wire};

/// The two types of alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The issuer confirmed fraud.
    Fraud,
    /// The cardholder disputes.
    Dispute,
}

/// How an amount is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountShape {
    /// `"amount": 49.5, "currency": "USD"`
    Number,
    /// `"amount": "49.50", "currency": "USD"`
    Text,
    /// `"amount": {"value": 49.5, "currencyCode": "USD"}`
    Object,
}

/// An alert being written; `build` gives the JSON.
#[derive(Debug, Clone)]
pub struct Draft {
    fields: Map<String, Value>,
    amount: (String, String, AmountShape),
}

impl Ethoca {
    /// Starts an alert, raised now, about a sale of a day ago with a masked card ending in 4242.
    #[must_use]
    pub fn alert(&self, kind: Kind, descriptor: &str, amount: &str, currency: &str) -> Draft {
        let now = self.now();
        let sold = now - jiff::SignedDuration::from_hours(24);
        let fields = json!({
            "alertId": alert_id(), "alertType": kind.rest(), "alertTimestamp": now.to_string(),
            "age": "24",
            "issuer": "First Example Bank", "cardNumber": "424242******4242", "cardBin": "424242",
            "cardLast4": "4242",
            "arn": "", "transactionTimestamp": sold.to_string(), "merchantDescriptor": descriptor,
            "memberId": 10_482,
            "mcc": "5968", "transactionType": "eCommerce", "initiatedBy": kind.initiator(),
            "is3DSecure": "not_available",
            "source": "issuer",
        });
        let Value::Object(fields) = fields else { unreachable!("an object was written above") };
        Draft { fields, amount: (amount.to_owned(), currency.to_owned(), AmountShape::Number) }
    }
}

impl Draft {
    /// The alert's id, 25 of `[A-Z0-9]`.
    #[must_use]
    pub fn id(self, alert_id: &str) -> Self {
        self.with("alertId", alert_id)
    }

    /// The card, masked between BIN and last 4.
    #[must_use]
    pub fn card(self, bin: &str, last4: &str) -> Self {
        self.with("cardNumber", format!("{bin}******{last4}"))
            .with("cardBin", bin)
            .with("cardLast4", last4)
    }

    /// The card in clear, for an account that is set so.
    #[must_use]
    pub fn clear_card(self, number: &str) -> Self {
        let bin: String = number.chars().take(6).collect();
        let last4 = number.get(number.len().saturating_sub(4)..).unwrap_or_default().to_owned();
        self.with("cardNumber", number).with("cardBin", bin).with("cardLast4", last4)
    }

    /// The acquirer's reference number.
    #[must_use]
    pub fn arn(self, arn: &str) -> Self {
        self.with("arn", arn)
    }

    /// The authorisation code.
    #[must_use]
    pub fn auth_code(self, code: &str) -> Self {
        self.with("authCode", code)
    }

    /// The network's transaction id.
    #[must_use]
    pub fn transaction_id(self, id: &str) -> Self {
        self.with("transactionId", id)
    }

    /// When the issuer raised it, and when the sale was authorised.
    #[must_use]
    pub fn times(self, alerted: &str, sold: &str) -> Self {
        self.with("alertTimestamp", alerted).with("transactionTimestamp", sold)
    }

    /// The chargeback that threatens, for all of the sale or a part of it.
    #[must_use]
    pub fn chargeback(self, reason_code: &str, amount: &str, currency: &str) -> Self {
        self.with("chargebackReasonCode", reason_code)
            .with("chargebackAmount", number(amount))
            .with("chargebackCurrency", currency)
    }

    /// How the amount is written.
    #[must_use]
    pub fn amount_as(mut self, shape: AmountShape) -> Self {
        self.amount.2 = shape;
        self
    }

    /// Any field.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.fields.remove(field);
        self
    }

    /// The alert's JSON.
    #[must_use]
    pub fn build(self) -> Value {
        let (amount, currency, shape) = self.amount;
        let mut fields = self.fields;
        let written = match shape {
            AmountShape::Number => number(&amount),
            AmountShape::Text => json!(amount),
            AmountShape::Object => json!({ "value": number(&amount), "currencyCode": currency }),
        };
        fields.insert("amount".to_owned(), written);
        if shape != AmountShape::Object {
            fields.insert("currency".to_owned(), json!(currency));
        }
        Value::Object(fields)
    }
}

impl Kind {
    /// Reads any spelling that Ethoca uses.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let plain: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        match plain.as_str() {
            "confirmedfraud" | "issueralert" | "fraudreporteralert" | "fraud" => Some(Self::Fraud),
            "customerdispute" | "customerdisputealert" | "dispute" => Some(Self::Dispute),
            _ => None,
        }
    }

    pub(super) fn of(alert: &RawValue) -> Option<Self> {
        Self::read(&wire::text_field(alert, "alertType")?)
    }

    fn rest(self) -> &'static str {
        match self {
            Self::Fraud => "CONFIRMEDFRAUD",
            Self::Dispute => "CUSTOMERDISPUTE",
        }
    }

    fn initiator(self) -> &'static str {
        match self {
            Self::Fraud => "issuer",
            Self::Dispute => "cardholder",
        }
    }
}

/// A new alert id: 25 of `[A-Z0-9]`.
///
/// # Panics
/// When the machine has no randomness.
#[must_use]
pub fn alert_id() -> String {
    const LETTERS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut bytes = [0; wire::ALERT_ID];
    SystemRandom::new().fill(&mut bytes).expect("randomness");
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

fn number(text: &str) -> Value {
    Value::Number(text.parse::<Number>().expect("an amount is written as a JSON number"))
}
