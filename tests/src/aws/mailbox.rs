//! The mailbox: every e-mail that left, in the order in which they did, and what SES is to refuse.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::Clock;
use super::ledger::Ledger;

/// An e-mail as its reader has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The id that SES gave it.
    pub id: String,
    /// When it left, in milliseconds since 1970.
    pub at: i64,
    pub from: String,
    pub to: Vec<String>,
    /// The configuration set that it left by.
    #[serde(default)]
    pub configuration_set: String,
    /// Its tags, by name.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// All e-mails.
pub struct Mailbox {
    ledger: Ledger,
    clock: Clock,
    refusing: Arc<Mutex<Option<(u16, String)>>>,
}

impl Mailbox {
    pub(super) fn new(ledger: Ledger, clock: Clock) -> Self {
        Self { ledger, clock, refusing: Arc::default() }
    }

    /// Every e-mail so far, the first first.
    #[must_use]
    pub fn all(&self) -> Vec<Mail> {
        let texts: Vec<String> = self.ledger.run(|db| {
            let mut query = db.prepare("SELECT mail FROM mails ORDER BY id")?;
            query.query_map([], |row| row.get(0))?.collect()
        });
        texts
            .iter()
            .map(|text| serde_json::from_str(text).expect("a mail as it was kept"))
            .collect()
    }

    /// The e-mails to an address.
    #[must_use]
    pub fn of(&self, address: &str) -> Vec<Mail> {
        self.all().into_iter().filter(|mail| mail.to.iter().any(|to| to == address)).collect()
    }

    /// From now on SES refuses everything with this status and error, or takes it again.
    pub fn refuse(&self, with: Option<(u16, &str)>) {
        *self.refusing.lock().unwrap_or_else(PoisonError::into_inner) =
            with.map(|(status, kind)| (status, kind.to_owned()));
    }

    pub(super) fn refusing(&self) -> Option<(u16, String)> {
        self.refusing.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps an e-mail, and gives it its id.
    pub(super) fn keep(&self, mail: Mail) -> String {
        let at = (self.clock)();
        self.ledger.run(|db| {
            db.execute("INSERT INTO mails (mail) VALUES ('')", [])?;
            let row = db.last_insert_rowid();
            let id = format!("{row:016x}-local");
            let text = serde_json::to_string(&Mail { id: id.clone(), at, ..mail }).expect("JSON");
            db.execute("UPDATE mails SET mail = ?1 WHERE id = ?2", (text, row))?;
            Ok(id)
        })
    }
}
