//! The consumer's own code: the check of a signature, and a case of each sale in trouble.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::hmac::{HMAC_SHA512, Key, sign};
use serde_json::{Value, json};
use tests::simulate::stripe::hex;

use crate::webhooks::House;
use crate::webhooks::receiver::Received;

/// How old a signature may be, or how far ahead.
const SKEW_SECONDS: u64 = 300;

/// What a consumer keeps of one sale in trouble.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Case {
    pub(super) alert: Option<String>,
    version: u64,
    pub(super) status: String,
    pub(super) outcome: String,
    amount: u64,
    currency: String,
    pub(super) dispute: Option<String>,
    pub(super) refund: Option<String>,
}

/// The consumer, with its cases by the charge that its own ledger knows.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Consumer {
    secret: String,
    heard: BTreeSet<String>,
    /// The charge of each payment intent: alerts name the intent, its ledger the charge.
    charges: BTreeMap<String, String>,
    pub(super) cases: BTreeMap<String, Case>,
}

/// The signature that the header must have, over the bytes as they came.
fn signature(secret: &str, time: &str, body: &[u8]) -> String {
    let signed = [time.as_bytes(), b".", body].concat();
    hex(sign(&Key::new(HMAC_SHA512, secret.as_bytes()), &signed).as_ref())
}

/// Whether a delivery is the sender's, and of now.
pub(super) fn is_genuine(secret: &str, header: &str, body: &[u8], now: i64) -> bool {
    let part = |name: &str| {
        header
            .split(',')
            .filter_map(|part| part.split_once('='))
            .find(|(own, _)| *own == name)
            .map(|(_, text)| text)
    };
    let (Some(time), Some(given)) = (part("t"), part("v1")) else { return false };
    let Ok(at) = time.parse::<i64>() else { return false };
    at.abs_diff(now) <= SKEW_SECONDS && signature(secret, time, body) == given
}

impl Consumer {
    pub(super) fn of(house: &House) -> Self {
        let charges = house.shop.world.stripe.objects("charge").into_iter();
        let charges = charges.map(|charge| (text(&charge["payment_intent"]), text(&charge["id"])));
        Self {
            secret: text(&house.endpoint["secret"]),
            charges: charges.collect(),
            ..Self::default()
        }
    }

    /// Takes a delivery: false for one that was heard before, or brings nothing newer.
    pub(super) fn hears(&mut self, one: &Received) -> bool {
        if !self.heard.insert(one.header("x-idempotency-key").to_owned()) {
            return false;
        }
        let event: Value = serde_json::from_slice(&one.bytes).expect("JSON");
        let object = &event["data"]["object"];
        // Read without a check, as the consumer in production does.
        let charge = self.charges
            [object["integration_transaction_id"].as_str().expect("on each alert that is told")]
        .clone();
        let case = self.cases.entry(charge).or_default();
        let version = object["version"].as_u64().expect("a version");
        if version <= case.version {
            return false; // late, or in another order: a closed case does not move back
        }
        let dispute = case.dispute.take();
        *case = Case {
            alert: Some(text(&object["id"])),
            version,
            status: text(&object["status"]),
            outcome: text(&object["transaction_refund_outcome"]),
            amount: object["transaction_amount_in_cents"].as_u64().expect("never null"),
            // the processor writes it small
            currency: text(&object["transaction_currency_code"]).to_lowercase(),
            dispute,
            refund: case.refund.take(),
        };
        true
    }

    /// Takes them all; gives how many brought something newer.
    pub(super) fn hears_all(&mut self, told: &[Received]) -> usize {
        told.iter().filter(|one| self.hears(one)).count()
    }

    /// The processor tells of a dispute: of a charge, an amount and a currency.
    pub(super) fn disputed(&mut self, dispute: &Value) {
        let case = self.cases.entry(text(&dispute["charge"])).or_default();
        assert!(
            case.alert.is_none()
                || (json!(case.amount), json!(case.currency))
                    == (dispute["amount"].clone(), dispute["currency"].clone())
        );
        case.dispute = Some(text(&dispute["id"]));
    }

    /// The processor tells of a refund: whose it is stands in its metadata.
    pub(super) fn refunded(&mut self, refund: &Value) {
        let alert = refund["metadata"]["cbs_related_alert_id"].as_str().expect("the alert's id");
        let case = self
            .cases
            .values_mut()
            .find(|case| case.alert.as_deref() == Some(alert))
            .expect("a case of that alert");
        case.refund = Some(text(&refund["id"]));
    }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().expect("text, and never null").to_owned()
}
