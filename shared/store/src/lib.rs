//! The store: a single DynamoDB table. Each noun has a file; `keys` is the only file that spells a
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

/// The table, with the identity of the writer.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    table: String,
    writer: Arc<WriteIdSource>,
    rates_days: u32,
    route_copies: Arc<RouteCopies>,
}

/// The maximum age of exchange rates in days, unless another number is set.
pub const RATES_DAYS: u32 = 7;

#[derive(Debug)]
struct WriteIdSource {
    name: String,
    writes: AtomicU64,
}

impl Store {
    /// Creates a store over a table. `writer` must differ from every other writer's name: write ids
    /// are made from the name.
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

    /// Returns an id for the next write, by which a repeated write is recognised.
    fn write_id(&self) -> String {
        format!("{}-{}", self.writer.name, self.writer.writes.fetch_add(1, Ordering::Relaxed))
    }
}
