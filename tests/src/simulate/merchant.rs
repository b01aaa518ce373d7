//! A merchant's own endpoint that speaks our callback protocol, remembers everything and can be
//! asked.
//!
//! Below its address: `GET payments/{reference}`, `POST refunds`, `POST
//! subscription-cancellations`. It checks each signature, and answers 401 to what none of its
//! secrets signed in the last five minutes.

mod memory;
mod routes;
mod signature;

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::routing::any;

use super::serve::{Gate, gated};
use memory::Memory;

pub use memory::{Asked, Habits, Lists, Payment, Refund, Trick};

/// The simulator; clones share one memory.
#[derive(Clone)]
pub struct Merchant {
    memory: Arc<Mutex<Memory>>,
    clock: Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>,
}

impl Merchant {
    /// A merchant with a clock.
    pub fn new(clock: impl Fn() -> jiff::Timestamp + Send + Sync + 'static) -> Self {
        Self { memory: Arc::default(), clock: Arc::new(clock) }
    }

    /// The endpoint, with a gate before and after each call, named as in `merchant POST
    /// /callback/refunds`.
    pub fn router(&self, gate: Gate) -> Router {
        gated(
            Router::new().route("/callback/{*path}", any(routes::answer)).with_state(self.clone()),
            "merchant",
            gate,
        )
    }

    /// Takes what this secret signs, too.
    pub fn trusts(&self, secret: &str) {
        self.change(|memory| memory.secrets.push(secret.to_owned()));
    }

    /// Takes nothing that was signed by the secrets so far.
    pub fn forgets_secrets(&self) {
        self.change(|memory| memory.secrets.clear());
    }

    /// Has a payment.
    pub fn sells(&self, reference: &str, payment: Payment) {
        self.change(|memory| memory.payments.insert(reference.to_owned(), payment));
    }

    /// Changes a payment.
    pub fn with_payment(&self, reference: &str, change: impl FnOnce(&mut Payment)) {
        self.change(|memory| memory.payments.get_mut(reference).map(change));
    }

    /// How it behaves from now on.
    pub fn behaves(&self, change: impl FnOnce(&mut Habits)) {
        self.change(|memory| change(&mut memory.habits));
    }

    /// Plays a trick on the next calls of a path (`refunds`, `payments`,
    /// `subscription-cancellations`).
    pub fn plays(&self, path: &str, trick: &Trick, times: u32) {
        self.change(|memory| {
            memory.tricks.extend((0..times).map(|_| (path.to_owned(), trick.clone())));
        });
    }

    /// Plays no tricks any more.
    pub fn behaves_itself(&self) {
        self.change(|memory| memory.tricks.clear());
    }

    /// The latest refund succeeds, or fails with a reason.
    pub fn settles_refund(&self, reason: Option<&str>) {
        let now = (self.clock)();
        self.change(|memory| memory.settle(reason, now));
    }

    /// The acquirer's reference of the latest refund is known.
    pub fn refers_refund(&self, arn: &str) {
        self.change(|memory| {
            memory.refunds.last_mut().map(|refund| refund.arn = Some(arn.to_owned()))
        });
    }

    /// Gives money back by itself, or for somebody.
    pub fn refunds_itself(&self, reference: &str, minor: u64, cause: Option<&str>) {
        let now = (self.clock)();
        self.change(|memory| memory.give_back(reference, minor, cause.map(str::to_owned), now));
    }

    /// The refunds it made, the first first.
    #[must_use]
    pub fn refunds(&self) -> Vec<Refund> {
        self.change(|memory| memory.refunds.clone())
    }

    /// The payments it has.
    #[must_use]
    pub fn payments(&self) -> Vec<(String, Payment)> {
        self.change(|memory| memory.payments.clone().into_iter().collect())
    }

    /// The subscriptions it ended.
    #[must_use]
    pub fn cancelled(&self) -> Vec<String> {
        self.change(|memory| memory.cancelled.clone())
    }

    /// What it was asked, and how it answered.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.change(|memory| memory.asked.clone())
    }

    fn change<T>(&self, change: impl FnOnce(&mut Memory) -> T) -> T {
        change(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
