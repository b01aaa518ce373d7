//! A Stripe that speaks Stripe's wire protocol, remembers everything and can be asked.
//!
//! Under `/v1`: accounts, balance transactions, charges (also search), customers, disputes, early
//! fraud warnings, events, invoices, invoice payments, payment intents (also search), payment
//! methods, prices, products, refunds, subscriptions and webhook endpoints, in the shapes of API
//! version 2025-08-27.basil. Any `sk_` or `rk_` key is taken; `Stripe-Account` chooses the
//! connected account, and without it everything belongs to the platform's. Payments come to be as
//! at Stripe: `POST /v1/payment_intents` with `confirm=true` and a test payment method
//! (`pm_card_visa`, ...) or any card number. Three things that at Stripe come from elsewhere are
//! parameters here: a wallet (`payment_method_data[card][wallet]`), a terminal
//! (`payment_method_data[type]=card_present` or `interac_present`), Adaptive Pricing
//! (`presentment_details`).
//!
//! Under `/_simulator`, JSON:
//!
//! | call | body | what |
//! |---|---|---|
//! | `POST faults` | `{"method", "path_prefix", "fault", "times"}` | calls fail ([`FaultKind`]) |
//! | `POST release` | | held answers go out |
//! | `POST pending-refunds` | `{"count"}` | the next refunds become pending |
//! | `POST failing-refund` | `{"reason"}` | the next refund fails |
//! | `POST refunds/{id}/settle` | `{"failure_reason"}` or `{}` | a refund fails or succeeds |
//! | `POST disputes` | `{"charge"}` and the fields of [`Opening`] | a dispute is opened |
//! | `POST early-fraud-warnings` | `{"charge", "fraud_type"}` | the bank warns |
//! | `POST subscriptions/{id}/renew` | | the next period is billed |
//! | `POST keys/revoke` | `{"key"}` | the key gets 401 from now on |
//! | `POST keys/assign` | `{"key", "account"}` | the key belongs to this account |
//! | `POST search` | `{"lag_seconds", "enabled"}` | how search behaves |
//! | `POST webhooks` | `{"paused"}` | deliveries wait |
//! | `POST deliver-webhooks` | `{"event"}` or `{}` | sends one event, or all undelivered ones |
//! | `POST sellers` | `{"can_pay"}` | whether transfers can be reversed |
//! | `POST reset` | | forgets everything |
//! | `GET requests`, `refunds`, `subscriptions`, `webhooks` | | what is received, made, sent |
//!
//! `charge` may be a charge's or a payment intent's id. [`Stripe`] offers the same as methods.

mod balance;
mod cards;
mod catalog;
mod charges;
mod connect;
mod conversation;
mod currencies;
mod customers;
mod desk;
mod disputes;
mod events;
mod expand;
mod faults;
mod form;
mod idempotency;
mod invoices;
mod knobs;
mod lists;
mod memory;
mod payment_intents;
mod payment_methods;
mod refunds;
mod refusal;
mod requests;
mod routes;
mod search;
mod subscriptions;
mod switchboard;
mod webhooks;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::routing::any;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::serve::{Gate, gated};
use memory::Memory;
use webhooks::Envelope;

pub use disputes::Opening;
pub use faults::{Fault, FaultKind};
pub use refusal::Refusal;
pub use requests::Received;
pub use webhooks::{Delivery, hex, signature};

/// How long an endpoint may take to answer a webhook.
const WEBHOOK_PATIENCE: Duration = Duration::from_secs(10);

/// The simulator; clones share one memory.
#[derive(Clone)]
pub struct Stripe {
    inner: Arc<Inner>,
    gate: Option<Gate>,
}

struct Inner {
    memory: Mutex<Memory>,
    clock: Box<dyn Fn() -> i64 + Send + Sync>,
    file: Option<PathBuf>,
    releases: watch::Sender<u64>,
    http: OnceLock<reqwest::Client>,
}

impl Stripe {
    /// A Stripe whose clock gives Unix seconds, and which keeps its memory in `data`/stripe.json if
    /// there is a `data`.
    ///
    /// # Panics
    /// If the file is there and cannot be read.
    pub fn new(clock: impl Fn() -> i64 + Send + Sync + 'static, data: Option<PathBuf>) -> Self {
        if let Some(folder) = &data {
            std::fs::create_dir_all(folder).expect("the data folder can be made");
        }
        let file = data.map(|folder| folder.join("stripe.json"));
        let memory = file.as_deref().map_or_else(|| Ok(Memory::default()), Memory::load);
        let inner = Inner {
            memory: Mutex::new(memory.expect("stripe.json is what this simulator wrote")),
            clock: Box::new(clock),
            file,
            releases: watch::Sender::new(0),
            http: OnceLock::new(),
        };
        Self { inner: Arc::new(inner), gate: None }
    }

    /// With a gate before and after each call under `/v1`, named as in `stripe POST /v1/refunds`.
    #[must_use]
    pub fn with_gate(self, gate: Gate) -> Self {
        Self { gate: Some(gate), ..self }
    }

    /// The API and the knobs.
    pub fn router(&self) -> Router {
        let api =
            Router::new().route("/v1/{*path}", any(conversation::answer)).with_state(self.clone());
        let api = match &self.gate {
            Some(gate) => gated(api, "stripe", gate.clone()),
            None => api,
        };
        api.merge(
            Router::new()
                .route("/_simulator/{*path}", any(switchboard::answer))
                .with_state(self.clone()),
        )
    }

    fn now(&self) -> i64 {
        (self.inner.clock)()
    }

    fn released(&self) -> watch::Receiver<u64> {
        self.inner.releases.subscribe()
    }

    fn read<T>(&self, ask: impl FnOnce(&Memory) -> T) -> T {
        ask(&self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the memory, keeps it, and sends the webhooks that came of it.
    fn change<T>(&self, change: impl FnOnce(&mut Memory, i64) -> T) -> T {
        let now = self.now();
        let runtime = Handle::try_current().ok();
        let mut memory = self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut memory, now);
        let sending = runtime.is_some() && !memory.knobs.webhooks_paused;
        let fresh = webhooks::take(&mut memory, now, |delivery| sending && delivery.attempts == 0);
        if let Some(file) = &self.inner.file {
            memory.save(file).expect("the data folder can be written");
        }
        drop(memory);
        if let Some(runtime) = runtime.filter(|_| !fresh.is_empty()) {
            let stripe = self.clone();
            runtime.spawn(async move { stripe.send(fresh).await });
        }
        changed
    }

    /// Sends the envelopes one after another; gives how many were taken.
    async fn send(&self, envelopes: Vec<Envelope>) -> usize {
        let mut taken = 0;
        for envelope in envelopes {
            let http = self.inner.http.get_or_init(reqwest::Client::new);
            let request = http
                .post(&envelope.url)
                .timeout(WEBHOOK_PATIENCE)
                .header("content-type", "application/json");
            let answer = request
                .header("stripe-signature", &envelope.signature)
                .body(envelope.body)
                .send()
                .await;
            let status = answer.ok().map(|answer| answer.status().as_u16());
            let delivered = status.is_some_and(|status| (200..300).contains(&status));
            taken += usize::from(delivered);
            self.change(|memory, _| {
                if let Some(delivery) = memory.deliveries.get_mut(envelope.position) {
                    delivery.status = status;
                    delivery.delivered |= delivered;
                }
            });
        }
        taken
    }

    /// Takes deliveries to be sent now, whatever the pause says.
    fn take_deliveries(&self, wanted: impl Fn(&Delivery) -> bool) -> Vec<Envelope> {
        let now = self.now();
        webhooks::take(
            &mut self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner),
            now,
            wanted,
        )
    }
}
