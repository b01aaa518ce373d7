//! Everything the simulator remembers, and the file it is kept in.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::faults::Fault;
use super::idempotency::Remembered;
use super::requests::Received;
use super::webhooks::Delivery;

/// Objects, answers, requests, deliveries and knobs.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Idempotent answers by account and key.
    pub answers: BTreeMap<String, Remembered>,
    /// Idempotency keys whose first request is still executing.
    #[serde(skip)]
    pub executing: BTreeSet<String>,
    /// Every request received.
    pub requests: Vec<Received>,
    /// Faults that wait for their calls.
    pub faults: Vec<Fault>,
    /// Every webhook, delivered or not.
    pub deliveries: Vec<Delivery>,
    /// What the knobs are set to.
    pub knobs: Knobs,
    objects: Vec<Kept>,
    #[serde(skip)]
    positions: HashMap<String, usize>,
    made: u64,
}

/// Settings a test may change.
#[derive(Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct Knobs {
    /// How long after its creation an object stays out of search.
    pub search_lag_seconds: i64,
    /// Whether this account has the search API at all.
    pub search_enabled: bool,
    /// How many of the next refunds become pending.
    pub pending_refunds: u32,
    /// Why the next refund fails, once.
    pub failing_refund: Option<String>,
    /// Whether webhooks wait for `deliver-webhooks`.
    pub webhooks_paused: bool,
    /// SHA-256 of keys that are revoked.
    pub revoked_keys: BTreeSet<String>,
    /// SHA-256 of a key, and the account it belongs to if not the platform.
    pub accounts_of_keys: BTreeMap<String, String>,
    /// Whether connected accounts have the funds to give their transfers back.
    pub sellers_can_pay: bool,
}

impl Default for Knobs {
    fn default() -> Self {
        Self {
            search_lag_seconds: 60,
            search_enabled: true,
            pending_refunds: 0,
            failing_refund: None,
            webhooks_paused: false,
            revoked_keys: BTreeSet::new(),
            accounts_of_keys: BTreeMap::new(),
            sellers_can_pay: true,
        }
    }
}

/// One object with the account it belongs to.
#[derive(Clone, Serialize, Deserialize)]
pub struct Kept {
    /// `acct_...`
    pub account: String,
    /// What Stripe knows and does not show, such as a test card's behaviour or an endpoint's
    /// secret.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hidden: String,
    /// As the API shows it.
    pub value: Value,
}

impl Memory {
    /// What `file` keeps; empty if there is no such file.
    pub fn load(file: &Path) -> io::Result<Self> {
        let mut memory: Self = match fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(absent) if absent.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(other) => return Err(other),
        };
        memory.positions =
            memory.objects.iter().enumerate().map(|(at, kept)| (id_of(&kept.value), at)).collect();
        Ok(memory)
    }

    /// Keeps everything in `file`: whole or not at all.
    pub fn save(&self, file: &Path) -> io::Result<()> {
        let new = file.with_extension("json.new");
        fs::write(&new, serde_json::to_vec(self)?)?;
        fs::rename(new, file)
    }

    /// The next number of this simulator's life.
    pub fn number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// Adds an object.
    pub fn insert(&mut self, kept: Kept) {
        self.positions.insert(id_of(&kept.value), self.objects.len());
        self.objects.push(kept);
    }

    /// The object of this id, whosever it is.
    pub fn get(&self, id: &str) -> Option<&Kept> {
        self.positions.get(id).map(|at| &self.objects[*at])
    }

    /// The object of this id, to be changed.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Kept> {
        self.positions.get(id).map(|at| &mut self.objects[*at])
    }

    /// The objects of one kind, newest first, of every account.
    pub fn newest_first(&self, kind: &str) -> impl Iterator<Item = &Kept> {
        self.objects.iter().rev().filter(move |kept| kept.value["object"] == kind)
    }
}

fn id_of(object: &Value) -> String {
    object["id"].as_str().unwrap_or_default().to_owned()
}
