//! What the ledger holds of queues, as its callers get it: settings, messages, and how many there
//! are.

use rusqlite::{Connection, OptionalExtension, Row};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// How a queue treats its messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSettings {
    /// How long a received message stays hidden.
    pub visibility_ms: i64,
    /// How long a new message stays hidden.
    pub delay_ms: i64,
    /// How long a message is kept.
    pub retention_ms: i64,
    /// Where a message goes after it was received so often, and how often that is.
    pub redrive: Option<(String, u32)>,
}

/// A message as its consumer gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The message's id, the same at every receive.
    pub id: String,
    /// What this receive is known by.
    pub receipt: String,
    /// What was sent.
    pub body: String,
    /// How often it was received, this time included.
    pub receive_count: u32,
    /// When it was sent, in milliseconds since 1970.
    pub sent_at: i64,
    pub(in crate::aws) first_received_at: i64,
    pub(in crate::aws) attributes: String,
}

/// How many messages a queue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Depth {
    /// Ready to be received.
    pub visible: u32,
    /// Received and not yet deleted, released or timed out.
    pub in_flight: u32,
    /// Sent with a delay that has not passed.
    pub delayed: u32,
}

impl Depth {
    /// All of them.
    #[must_use]
    pub fn total(self) -> u32 {
        self.visible + self.in_flight + self.delayed
    }
}

impl Default for QueueSettings {
    /// What SQS gives a queue of which nothing was said.
    fn default() -> Self {
        Self { visibility_ms: 30_000, delay_ms: 0, retention_ms: 4 * DAY_MS, redrive: None }
    }
}

/// The settings of a queue, if there is such a queue.
pub(super) fn settings(db: &Connection, name: &str) -> rusqlite::Result<Option<QueueSettings>> {
    let read = |row: &Row<'_>| {
        let dead_letter: Option<String> = row.get("dead_letter")?;
        let max_receives: Option<u32> = row.get("max_receives")?;
        Ok(QueueSettings {
            visibility_ms: row.get("visibility_ms")?,
            delay_ms: row.get("delay_ms")?,
            retention_ms: row.get("retention_ms")?,
            redrive: dead_letter.zip(max_receives),
        })
    };
    db.prepare_cached("SELECT * FROM queues WHERE name = ?1")?.query_row([name], read).optional()
}

/// The messages that a condition of SQL chooses.
pub(super) fn select(
    db: &Connection,
    which: &str,
    with: impl rusqlite::Params,
) -> rusqlite::Result<Vec<Message>> {
    let mut messages = db.prepare_cached(&format!("SELECT * FROM messages WHERE {which}"))?;
    messages.query_map(with, message)?.collect()
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    let (id, handle): (i64, i64) = (row.get("id")?, row.get("handle")?);
    Ok(Message {
        id: message_id(id),
        receipt: format!("receipt-{id}-{handle}"),
        body: row.get("body")?,
        receive_count: row.get("received")?,
        sent_at: row.get("sent_at")?,
        first_received_at: row.get::<_, Option<i64>>("first_received_at")?.unwrap_or_default(),
        attributes: row.get("attributes")?,
    })
}

/// In the form of SQS's ids, and the same in every run of the same test.
pub(super) fn message_id(row: i64) -> String {
    format!("00000000-0000-4000-8000-{row:012x}")
}
