//! The queues themselves: what SQS keeps, and when each message can be seen.

mod rows;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, params};

use super::Clock;
use super::ledger::Ledger;
use rows::{message_id, select, settings};

pub use rows::{Depth, Message, QueueSettings};

/// All queues of one AWS.
pub struct Queues {
    ledger: Ledger,
    clock: Clock,
    refusals: AtomicU32,
    /// The group of each message that has one, by its id.
    groups: Mutex<BTreeMap<String, String>>,
}

impl Queues {
    pub(super) fn new(ledger: Ledger, clock: Clock) -> Self {
        Self { ledger, clock, refusals: AtomicU32::new(0), groups: Mutex::default() }
    }

    /// Makes a queue, or gives the one of that name these settings.
    pub fn declare(&self, name: &str, settings: &QueueSettings) {
        let (dead_letter, max_receives) = settings.redrive.clone().unzip();
        let QueueSettings { visibility_ms, delay_ms, retention_ms, .. } = settings;
        self.now(|db, _| {
            db.execute(
                "INSERT OR REPLACE INTO queues VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![name, visibility_ms, delay_ms, retention_ms, dead_letter, max_receives],
            )
        });
    }

    /// A queue's settings, if there is such a queue.
    #[must_use]
    pub fn settings(&self, name: &str) -> Option<QueueSettings> {
        self.now(|db, _| settings(db, name))
    }

    /// Puts a message into a queue, after the queue's delay; its id.
    pub fn send(&self, name: &str, body: &str) -> String {
        self.send_with(name, body, "{}", None)
    }

    /// Keeps the group of a message that was sent.
    pub(super) fn group(&self, id: &str, group: Option<&str>) {
        if let Some(group) = group {
            self.groups
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(id.to_owned(), group.to_owned());
        }
    }

    /// The group of a message, if it was sent with one.
    #[must_use]
    pub fn group_of(&self, id: &str) -> Option<String> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Takes up to `max` visible messages, hiding them for the queue's visibility timeout.
    #[must_use]
    pub fn receive(&self, name: &str, max: u32) -> Vec<Message> {
        self.receive_for(name, max, None)
    }

    /// Removes a message that was received; false if it is gone or another receive has it.
    pub fn delete(&self, receipt: &str) -> bool {
        let Some((id, handle)) = take_apart(receipt) else { return false };
        self.now(|db, _| {
            db.execute("DELETE FROM messages WHERE id = ?1 AND handle = ?2", (id, handle))
        }) > 0
    }

    /// Makes a message in flight visible at once; false if this receive no longer holds it.
    pub fn release(&self, receipt: &str) -> bool {
        self.hide(receipt, 0)
    }

    /// Hides a message in flight for so long from now; false if this receive no longer holds it.
    pub fn hide(&self, receipt: &str, for_ms: i64) -> bool {
        let Some((id, handle)) = take_apart(receipt) else { return false };
        self.now(|db, now| {
            db.execute(
                "UPDATE messages SET visible_at = ?3 + ?4, held = (?4 > 0)
                 WHERE id = ?1 AND handle = ?2 AND held AND visible_at > ?3",
                (id, handle, now, for_ms),
            )
        }) > 0
    }

    /// Makes every message in flight visible, as if their timeouts had passed: their consumer was
    /// killed. How many.
    pub fn release_all_in_flight(&self) -> usize {
        self.now(|db, now| {
            db.execute(
                "UPDATE messages SET visible_at = ?1, held = 0 WHERE held AND visible_at > ?1",
                [now],
            )
        })
    }

    /// How many messages a queue holds.
    #[must_use]
    pub fn depth(&self, name: &str) -> Depth {
        self.now(|db, now| {
            db.query_row(COUNTED, (name, now), |row| {
                Ok(Depth { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? })
            })
        })
    }

    /// When the queue's next message can be received: in the past if one can be now.
    #[must_use]
    pub fn next_visible_at(&self, name: &str) -> Option<i64> {
        self.now(|db, _| {
            db.query_row("SELECT MIN(visible_at) FROM messages WHERE queue = ?1", [name], |row| {
                row.get(0)
            })
        })
    }

    /// Every message of a queue, received by this or not.
    #[must_use]
    pub fn messages(&self, name: &str) -> Vec<Message> {
        self.now(|db, _| select(db, "queue = ?1 ORDER BY id", [name]))
    }

    /// Lets the next entries of `SendMessageBatch` fail, each by itself, while their calls succeed.
    pub fn refuse_next_entries(&self, how_many: u32) {
        self.refusals.store(how_many, Ordering::SeqCst);
    }

    pub(super) fn take_refusal(&self) -> bool {
        let one_less = |left: u32| left.checked_sub(1);
        self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
    }

    pub(super) fn send_with(
        &self,
        name: &str,
        body: &str,
        attributes: &str,
        delay_ms: Option<i64>,
    ) -> String {
        self.now(|db, now| {
            let delay =
                delay_ms.or(settings(db, name)?.map(|queue| queue.delay_ms)).unwrap_or_default();
            db.execute(
                "INSERT INTO messages (queue, body, attributes, sent_at, visible_at) VALUES (?1, \
                 ?2, ?3, ?4, ?5)",
                (name, body, attributes, now, now + delay),
            )?;
            Ok(message_id(db.last_insert_rowid()))
        })
    }

    pub(super) fn receive_for(
        &self,
        name: &str,
        max: u32,
        visibility_ms: Option<i64>,
    ) -> Vec<Message> {
        self.now(|db, now| {
            let hidden = visibility_ms
                .or(settings(db, name)?.map(|queue| queue.visibility_ms))
                .unwrap_or_default();
            let mut due = db.prepare_cached(DUE)?;
            let due = due
                .query_map((name, now, max), |row| row.get(0))?
                .collect::<Result<Vec<i64>, _>>()?;
            let mut received = Vec::new();
            for id in due {
                db.execute(TAKE, (id, now, now + hidden))?;
                received.extend(select(db, "id = ?1", [id])?);
            }
            Ok(received)
        })
    }

    /// Does something at this moment, after all that time alone has brought about.
    fn now<T>(&self, work: impl FnOnce(&Connection, i64) -> rusqlite::Result<T>) -> T {
        let now = (self.clock)();
        self.ledger.run(|db| {
            db.prepare_cached(FORGET)?.execute([now])?;
            db.prepare_cached(REDRIVE)?.execute([now])?;
            work(db, now)
        })
    }
}

const COUNTED: &str = "SELECT COUNT(*) FILTER (WHERE visible_at <= ?2),
    COUNT(*) FILTER (WHERE visible_at > ?2 AND held),
    COUNT(*) FILTER (WHERE visible_at > ?2 AND NOT held) FROM messages WHERE queue = ?1";
const DUE: &str = "SELECT id FROM messages WHERE queue = ?1 AND visible_at <= ?2 ORDER BY \
    visible_at, id LIMIT ?3";
const TAKE: &str =
    "UPDATE messages SET visible_at = ?3, held = 1, received = received + 1, handle = handle + 1,
    first_received_at = COALESCE(first_received_at, ?2) WHERE id = ?1";
const FORGET: &str = "DELETE FROM messages
    WHERE sent_at + (SELECT retention_ms FROM queues WHERE name = messages.queue) <= ?1";
const REDRIVE: &str =
    "UPDATE messages SET queue = q.dead_letter, received = 0, held = 0, visible_at = ?1
    FROM queues q WHERE q.name = messages.queue AND q.dead_letter IS NOT NULL
    AND messages.visible_at <= ?1 AND messages.received >= q.max_receives";

pub(super) fn take_apart(receipt: &str) -> Option<(i64, i64)> {
    let (id, handle) = receipt.strip_prefix("receipt-")?.split_once('-')?;
    Some((id.parse().ok()?, handle.parse().ok()?))
}
