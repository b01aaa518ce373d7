//! What is kept beside the table: queues, keys, mails and stream positions, in one `SQLite`
//! database.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

/// The database; clones are the same one.
#[derive(Clone)]
pub(super) struct Ledger(Arc<Mutex<Connection>>);

impl Ledger {
    /// One that is gone with its last clone.
    pub(super) fn memory() -> rusqlite::Result<Self> {
        Self::prepare(Connection::open_in_memory()?)
    }

    /// One in a file.
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        Self::prepare(Connection::open(path)?)
    }

    /// Does one piece of work whole or, when the process is killed in it, not at all.
    pub(super) fn run<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> T {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.unchecked_transaction().expect("the ledger begins");
        let done = work(&transaction).expect("the ledger's statements are right");
        transaction.commit().expect("the ledger commits");
        done
    }

    fn prepare(connection: Connection) -> rusqlite::Result<Self> {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // In WAL this loses nothing to a killed process, only to a power cut.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }
}

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS queues (
        name TEXT PRIMARY KEY,
        visibility_ms INTEGER NOT NULL,
        delay_ms INTEGER NOT NULL,
        retention_ms INTEGER NOT NULL,
        dead_letter TEXT,
        max_receives INTEGER
    );
    CREATE TABLE IF NOT EXISTS messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        queue TEXT NOT NULL,
        body TEXT NOT NULL,
        attributes TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        visible_at INTEGER NOT NULL,
        first_received_at INTEGER,
        received INTEGER NOT NULL DEFAULT 0,
        handle INTEGER NOT NULL DEFAULT 0,
        held INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX IF NOT EXISTS messages_by_time ON messages (queue, visible_at, id);
    CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY AUTOINCREMENT, mail TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS keys (name TEXT PRIMARY KEY, material BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS positions (stream TEXT PRIMARY KEY, sequence TEXT NOT NULL);
";
