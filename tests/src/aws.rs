//! The AWS that the whole system runs on in one process: `DynamoDB` with its stream, SQS, KMS and
//! SES, reached by the real SDK clients through an HTTP client without sockets.

mod answer;
mod dynamo;
mod kms;
mod ledger;
mod mailbox;
mod meter;
mod queues;
mod ses;
pub mod ses_events;
mod sqs;
mod stream;
mod transport;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::gate::Gate;
use answer::Answer;
use dynamo::Dynamo;
use kms::Keys;
use ledger::Ledger;
use meter::Meter;

pub use mailbox::{Mail, Mailbox};
pub use meter::Call as MeteredCall;
pub use queues::{Depth, Message, QueueSettings, Queues};
pub use stream::Stream;

/// The time all of it goes by, in milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A local AWS; clones are the same one.
#[derive(Clone)]
pub struct LocalAws(Arc<Inner>);

struct Inner {
    dynamo: Dynamo,
    stream: Stream,
    queues: Queues,
    keys: Keys,
    mailbox: Mailbox,
    gate: Mutex<Option<Gate>>,
    meter: Meter,
}

impl LocalAws {
    /// One that forgets everything when it is dropped.
    ///
    /// # Panics
    /// If `SQLite` cannot be started in memory.
    #[must_use]
    pub fn memory(clock: Clock) -> Self {
        let ledger = Ledger::memory().expect("an in-memory ledger opens");
        let dynamo = Dynamo::memory(Arc::clone(&clock)).expect("an in-memory table opens");
        Self::assemble(dynamo, ledger, clock)
    }

    /// One that keeps everything in a directory, through restarts and kills.
    ///
    /// # Errors
    /// If the directory cannot be made, or holds something else under the names used.
    pub fn open(
        dir: &Path,
        clock: Clock,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        std::fs::create_dir_all(dir)?;
        let dynamo = Dynamo::open(&dir.join("dynamodb.sqlite"))?;
        let ledger = Ledger::open(&dir.join("aws.sqlite"))?;
        Ok(Self::assemble(dynamo, ledger, clock))
    }

    /// The queues, as their consumer sees them.
    #[must_use]
    pub fn queues(&self) -> &Queues {
        &self.0.queues
    }

    /// What left by e-mail.
    #[must_use]
    pub fn mailbox(&self) -> &Mailbox {
        &self.0.mailbox
    }

    /// The table's stream.
    #[must_use]
    pub fn stream(&self) -> &Stream {
        &self.0.stream
    }

    /// Puts a gate before every call of every client, or takes it away.
    pub fn set_gate(&self, gate: Option<Gate>) {
        *self.0.gate.lock().unwrap_or_else(PoisonError::into_inner) = gate;
    }

    /// Does something, and tells what it cost at the table.
    pub async fn metered<F: Future>(&self, does: F) -> (F::Output, Vec<MeteredCall>) {
        self.0.meter.start();
        let done = does.await;
        (done, self.0.meter.stop())
    }

    /// Puts items into a table at once: no write of them is in its stream.
    ///
    /// # Panics
    /// If the table does not take them.
    pub fn import(&self, table: &str, items: Vec<store::table::TableItem>) {
        self.0.dynamo.import(table, items).expect("the items are imported");
    }

    /// Removes the items whose time to live has passed, as `DynamoDB` does by itself.
    ///
    /// # Panics
    /// If the table cannot be swept.
    pub fn expire_items(&self) {
        self.0.dynamo.expire_items().expect("the table is swept");
    }

    fn assemble(dynamo: Dynamo, ledger: Ledger, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            stream: Stream::new(dynamo.database(), ledger.clone()),
            keys: Keys::new(ledger.clone()),
            mailbox: Mailbox::new(ledger.clone(), Arc::clone(&clock)),
            queues: Queues::new(ledger, clock),
            dynamo,
            gate: Mutex::new(None),
            meter: Meter::default(),
        }))
    }
}

impl std::fmt::Debug for LocalAws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LocalAws")
    }
}
