//! Ethoca as a merchant meets it: it pushes alerts, is polled, is answered, and remembers.
//!
//! Every call to it must carry a true OAuth 1.0a signature. What it was told can be asked under
//! `/_simulator/`.

mod acknowledges;
pub mod alert;
mod alerts;
mod credentials;
mod faults;
mod guard;
mod knobs;
mod memory;
pub mod oauth;
mod outcomes;
mod push;
mod refusal;
mod verdict;
mod wire;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::routing::{get, post};
use axum::{Router, middleware};
use jiff::Timestamp;
use serde_json::value::RawValue;

pub use credentials::Credentials;
pub use faults::{Fault, FaultKind};
pub use memory::{Acknowledged, Channel, Known, Received, Request, Verdict};
pub use push::PushReceipt;

use memory::Memory;

/// The path under which Ethoca serves merchants.
pub const BASE_PATH: &str = "/ethoca/alerts/merchants";

/// A running Ethoca; clones share one memory.
#[derive(Clone)]
pub struct Ethoca {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Box<dyn Fn() -> i64 + Send + Sync>,
    memory: Mutex<Memory>,
    file: Option<PathBuf>,
    http: OnceLock<reqwest::Client>,
}

impl Ethoca {
    /// Starts with `clock` in unix seconds; with a directory, with what `ethoca.json` in it
    /// remembers.
    ///
    /// # Panics
    /// When the directory holds a memory that cannot be read.
    #[must_use]
    pub fn new(clock: impl Fn() -> i64 + Send + Sync + 'static, data: Option<PathBuf>) -> Self {
        let file = data.map(|directory| directory.join("ethoca.json"));
        let memory = file.as_deref().map(Memory::load).unwrap_or_default();
        Self {
            inner: Arc::new(Inner {
                clock: Box::new(clock),
                memory: Mutex::new(memory),
                file,
                http: OnceLock::new(),
            }),
        }
    }

    /// The whole application: Ethoca's own paths and the `/_simulator/` ones.
    pub fn router(&self) -> Router {
        let vendor = Router::new()
            .route(&format!("{BASE_PATH}/alerts"), get(alerts::list))
            .route(&format!("{BASE_PATH}/alerts/acknowledges"), post(acknowledges::acknowledge))
            .route(&format!("{BASE_PATH}/outcomes"), post(outcomes::receive))
            .fallback(refusal::no_such_path)
            .method_not_allowed_fallback(refusal::no_such_method)
            .layer(middleware::from_fn_with_state(self.clone(), guard::guard));
        Router::new().nest("/_simulator", knobs::router()).merge(vendor).with_state(self.clone())
    }

    /// Forgets alerts, outcomes, faults, requests and nonces; consumers stay registered.
    pub fn reset(&self) {
        self.change(|memory| {
            *memory =
                Memory { consumers: std::mem::take(&mut memory.consumers), ..Memory::default() }
        });
    }

    /// Every outcome received, in order, with its verdict.
    #[must_use]
    pub fn outcomes(&self) -> Vec<Received> {
        self.look(|memory| memory.outcomes.clone())
    }

    /// The outcomes received for one alert, in order.
    #[must_use]
    pub fn outcomes_of(&self, alert_id: &str) -> Vec<Received> {
        self.look(|memory| {
            memory
                .outcomes
                .iter()
                .filter(|one| one.alert_id.as_deref() == Some(alert_id))
                .cloned()
                .collect()
        })
    }

    /// The final outcome that Ethoca holds for an alert.
    #[must_use]
    pub fn final_outcome(&self, alert_id: &str) -> Option<Box<RawValue>> {
        self.look(|memory| memory.alerts.get(alert_id)?.outcome.clone())
    }

    /// What is known of an alert.
    #[must_use]
    pub fn known(&self, alert_id: &str) -> Option<Known> {
        self.look(|memory| memory.alerts.get(alert_id).cloned())
    }

    /// The ids of the alerts that a merchant acknowledged.
    #[must_use]
    pub fn acknowledged(&self) -> Vec<String> {
        self.look(|memory| {
            memory
                .alerts
                .iter()
                .filter(|(_, known)| known.acknowledged.is_some())
                .map(|(id, _)| id.clone())
                .collect()
        })
    }

    /// The latest calls received under Ethoca's own paths, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.look(|memory| memory.requests.iter().cloned().collect())
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second((self.inner.clock)()).expect("a clock within jiff's range")
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look<T>(&self, read: impl FnOnce(&Memory) -> T) -> T {
        read(&self.memory())
    }

    fn change<T>(&self, write: impl FnOnce(&mut Memory) -> T) -> T {
        let mut memory = self.memory();
        let result = write(&mut memory);
        if let Some(file) = &self.inner.file {
            memory.save(file);
        }
        result
    }
}

impl fmt::Debug for Ethoca {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ethoca").field("file", &self.inner.file).finish_non_exhaustive()
    }
}
