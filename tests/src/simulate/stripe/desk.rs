//! One account's view of the memory during one call.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::memory::{Kept, Memory};
use super::refusal::Refusal;

/// What an endpoint answers.
pub type Answer = Result<Value, Refusal>;

/// The account that keys belong to unless a knob says otherwise.
pub const PLATFORM: &str = "acct_1Platform00000000";

/// The API version whose shapes are spoken.
pub const API_VERSION: &str = "2025-08-27.basil";

/// The memory as one account sees it, at one moment.
pub struct Desk<'a> {
    /// Everything.
    pub memory: &'a mut Memory,
    /// `acct_...`
    pub account: &'a str,
    /// Unix seconds.
    pub now: i64,
    /// The request that is answered: its id and its idempotency key.
    pub request: (&'a str, Option<&'a str>),
}

impl Desk<'_> {
    /// A new id such as `ch_...`.
    pub fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}_{}", token(self.memory.number(), 24))
    }

    /// A new string of `length` decimal digits, starting with `prefix`.
    pub fn digits(&mut self, prefix: &str, length: usize) -> String {
        let hash = digest(&SHA256, format!("digits {}", self.memory.number()).as_bytes());
        let tail = hash.as_ref().iter().map(|byte| char::from(b'0' + byte % 10));
        prefix.chars().chain(tail).take(length).collect()
    }

    /// Keeps a new object of this account.
    pub fn keep(&mut self, value: Value) -> Value {
        self.keep_hidden(value, String::new())
    }

    /// Keeps a new object together with what is not shown of it.
    pub fn keep_hidden(&mut self, value: Value, hidden: String) -> Value {
        self.memory.insert(Kept { account: self.account.to_owned(), hidden, value: value.clone() });
        value
    }

    /// The object of this kind and id.
    pub fn get(&self, kind: &str, id: &str, param: &str) -> Answer {
        self.find(kind, id).cloned().ok_or_else(|| Refusal::missing(kind, id, param))
    }

    /// The object of this kind and id, if this account has it.
    pub fn find(&self, kind: &str, id: &str) -> Option<&Value> {
        let kept = self.memory.get(id)?;
        (kept.account == self.account && kept.value["object"] == kind).then_some(&kept.value)
    }

    /// What is not shown of an object.
    pub fn hidden(&self, id: &str) -> &str {
        self.memory.get(id).map_or("", |kept| &kept.hidden)
    }

    /// Changes an object that is known to exist, and gives it as it is now.
    pub fn change(&mut self, id: &Value, change: impl FnOnce(&mut Value)) -> Value {
        let kept = id.as_str().and_then(|id| self.memory.get_mut(id));
        kept.map_or(Value::Null, |kept| {
            change(&mut kept.value);
            kept.value.clone()
        })
    }

    /// This account's objects of one kind, newest first.
    pub fn all(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.memory
            .newest_first(kind)
            .filter(|kept| kept.account == self.account)
            .map(|kept| &kept.value)
    }

    /// `GET /v1/account`
    pub fn own_account(&self) -> Value {
        json!({
            "id": self.account, "object": "account", "type": "standard", "country": "US",
            "default_currency": "usd",
            "email": "owner@merchant.test", "business_profile": { "name": "Merchant" },
            "charges_enabled": true,
            "payouts_enabled": true, "details_submitted": true, "metadata": {},
            "capabilities": { "card_payments": "active" },
            "settings": {
                "payments": { "statement_descriptor": "MERCHANT" },
                "dashboard": { "timezone": "Etc/UTC" }
            },
        })
    }
}

/// `length` letters and digits that `number` always gives.
pub fn token(number: u64, length: usize) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let hash = digest(&SHA256, format!("id {number}").as_bytes());
    hash.as_ref()
        .iter()
        .take(length)
        .map(|byte| char::from(ALPHABET[usize::from(*byte) % 62]))
        .collect()
}

/// An id as text.
pub fn text(id: &Value) -> String {
    id.as_str().unwrap_or_default().to_owned()
}
