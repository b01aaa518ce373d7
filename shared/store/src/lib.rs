//! Where it is kept: one DynamoDB table. One file per noun; `keys` is the only file that spells a
//! key.

pub mod account;
pub mod address;
pub mod alert;
pub mod alert_rows;
pub mod audit;
pub mod connection;
pub mod customer;
pub mod due;
pub mod error;
pub mod event;
pub mod facts;
pub mod hand_refund;
pub mod idempotency;
pub mod import;
pub mod key;
pub mod keys;
pub mod ledger;
pub mod limit;
pub mod list;
pub mod lookup;
pub mod mail;
pub mod negative;
pub mod order;
mod pointer;
pub mod quarantine;
pub mod rates;
pub mod record;
pub mod routes;
pub mod search;
pub mod secret;
pub mod slot;
pub mod table;
pub mod waiting;
pub mod webhook;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_dynamodb::Client;

pub use error::StoreError;
use routes::RouteCopies;

/// The table, and who writes to it.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    writer: Arc<WriteIdSource>,
    rates_days: u32,
    route_copies: Arc<RouteCopies>,
}

/// How many days exchange rates are good for, unless another number is set.
pub const RATES_DAYS: u32 = 7;

#[derive(Debug)]
struct WriteIdSource {
    name: String,
    writes: AtomicU64,
}

impl Store {
    /// A store over a table. `writer` must be unlike any other writer's: write ids come from it.
    #[must_use]
    pub fn new(client: Client, table: impl Into<String>, writer: impl Into<String>) -> Self {
        let writer = WriteIdSource { name: writer.into(), writes: AtomicU64::new(0) };
        Self {
            client,
            table: table.into(),
            writer: Arc::new(writer),
            rates_days: RATES_DAYS,
            route_copies: Arc::default(),
        }
    }

    /// An id for the next write: a repeated write is recognised by it.
    fn write_id(&self) -> String {
        format!("{}-{}", self.writer.name, self.writer.writes.fetch_add(1, Ordering::Relaxed))
    }
}
