//! What a merchant remembers: payments, refunds, requests; and how it behaves.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde_json::{Value, json};

/// All it remembers.
#[derive(Default)]
pub struct Memory {
    pub secrets: Vec<String>,
    pub payments: BTreeMap<String, Payment>,
    pub refunds: Vec<Refund>,
    pub cancelled: Vec<String>,
    pub asked: Vec<Asked>,
    pub habits: Habits,
    pub tricks: VecDeque<(String, Trick)>,
}

/// A payment.
#[derive(Clone, Debug)]
pub struct Payment {
    pub minor: u64,
    pub currency: String,
    pub status: String,
    pub subscription: Option<String>,
    pub dispute: Value,
}

/// A refund.
#[derive(Clone, Debug)]
pub struct Refund {
    pub id: String,
    pub payment: String,
    pub minor: u64,
    pub status: String,
    pub reason: Option<String>,
    pub cause: Option<String>,
    pub key: Option<String>,
    pub at: Timestamp,
    /// When it succeeded, if it ever did.
    pub confirmed_at: Option<Timestamp>,
    /// The acquirer's reference of the credit, once it is known.
    pub arn: Option<String>,
}

/// One request, and its answer.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub key: Option<String>,
    pub signature: String,
    pub body: String,
    /// Nothing where the answer was lost.
    pub status: Option<u16>,
}

/// How it behaves in general.
#[derive(Clone, Debug, Default)]
pub struct Habits {
    /// The same `Idempotency-Key` makes another refund.
    pub ignores_keys: bool,
    /// Refunds stay on their way.
    pub keeps_pending: bool,
    /// What its list of a payment's refunds has.
    pub lists: Lists,
}

/// How a merchant's system lists refunds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lists {
    /// As it should.
    #[default]
    All,
    /// The list is always empty.
    Nothing,
    /// It does not say what each refund was made for.
    WithoutCauses,
}

/// What becomes of a call.
#[derive(Clone, Debug)]
pub enum Trick {
    /// Done, and the answer is lost.
    LoseAnswer,
    /// Done, and answered with this status and a page that is none of the protocol's.
    DoneBut(u16),
    /// Not done, and answered with this status and a page that is none of the protocol's.
    Page(u16),
    /// Not done, and refused with this code.
    Refuse(&'static str),
    /// Not done, and sent elsewhere.
    Redirect(String),
    /// Not done, and answered with more than anybody reads.
    Flood,
    /// Not done, and answered with this status and body.
    Answer(u16, Value),
    /// Not done, and answered with another refund's id.
    AnswerRefund(String),
}

impl Payment {
    /// A payment that has settled.
    #[must_use]
    pub fn settled(minor: u64, currency: &str) -> Self {
        Self {
            minor,
            currency: currency.into(),
            status: "SETTLED".into(),
            subscription: None,
            dispute: Value::Null,
        }
    }
}

impl Memory {
    /// Makes a refund; a key that is known gives the refund it made.
    pub fn refund(&mut self, body: &Value, key: Option<String>, now: Timestamp) -> Value {
        let known = self
            .refunds
            .iter()
            .find(|refund| !self.habits.ignores_keys && key.is_some() && refund.key == key);
        if let Some(known) = known {
            return answered(known);
        }
        let text = |field: &str| body[field].as_str().map(str::to_owned);
        let minor = body["amount_in_cents"].as_u64().unwrap_or_default();
        self.give_back(
            &text("payment_reference").unwrap_or_default(),
            minor,
            text("cause_id"),
            now,
        );
        let (pending, made) =
            (self.habits.keeps_pending, self.refunds.last_mut().expect("it was made"));
        made.key = key;
        if pending {
            (made.status, made.confirmed_at) = ("PENDING".into(), None);
        }
        answered(made)
    }

    pub fn give_back(&mut self, payment: &str, minor: u64, cause: Option<String>, now: Timestamp) {
        let id = format!("refund-{}", self.refunds.len() + 1);
        let (payment, status, confirmed_at) =
            (payment.to_owned(), "SUCCEEDED".to_owned(), Some(now));
        self.refunds.push(Refund {
            id,
            payment,
            minor,
            status,
            reason: None,
            cause,
            key: None,
            at: now,
            confirmed_at,
            arn: None,
        });
    }

    pub fn settle(&mut self, reason: Option<&str>, now: Timestamp) {
        let Some(refund) = self.refunds.last_mut() else { return };
        refund.reason = reason.map(str::to_owned);
        refund.status = if reason.is_some() { "FAILED".into() } else { "SUCCEEDED".into() };
        refund.confirmed_at = refund.confirmed_at.or(reason.is_none().then_some(now));
    }

    /// The payment as it is shown.
    pub fn shown(&self, reference: &str) -> Option<Value> {
        let payment = self.payments.get(reference)?;
        let own = self
            .refunds
            .iter()
            .filter(|refund| refund.payment == reference && self.habits.lists != Lists::Nothing);
        let refund = |refund: &Refund| {
            let mut shown = json!({
                "refund_id": refund.id, "amount_in_cents": refund.minor,
                "currency": payment.currency, "status": refund.status,
                "reason": refund.reason, "cause_id": refund.cause,
                "created_at": refund.at.to_string(),
                "acquirer_reference_number": refund.arn
            });
            if self.habits.lists == Lists::WithoutCauses {
                shown.as_object_mut().map(|fields| fields.remove("cause_id"));
            }
            shown
        };
        Some(json!({
            "reference": reference, "amount_in_cents": payment.minor, "currency": payment.currency,
            "status": payment.status,
            "subscription_reference": payment.subscription, "dispute": payment.dispute,
            "refunds": own.map(refund).collect::<Vec<_>>()
        }))
    }

    /// The trick that is to be played on a call of this path.
    pub fn trick(&mut self, path: &str) -> Option<Trick> {
        let place = self.tricks.iter().position(|(on, _)| path.starts_with(on.as_str()))?;
        self.tricks.remove(place).map(|(_, trick)| trick)
    }
}

fn answered(refund: &Refund) -> Value {
    json!({ "refund_id": refund.id, "status": refund.status, "reason": refund.reason })
}
