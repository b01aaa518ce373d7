//! Faults queued for the next calls that they fit.

use serde::{Deserialize, Serialize};

use super::Ethoca;
use super::memory::Memory;

/// What goes wrong with the next calls of a method under a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The method it fits; any where it is missing.
    #[serde(default)]
    pub method: Option<String>,
    /// The start of the paths it fits, with or without Ethoca's base path.
    #[serde(default)]
    pub path_prefix: String,
    /// What goes wrong.
    #[serde(rename = "fault")]
    pub kind: FaultKind,
    /// For how many calls.
    #[serde(default = "once")]
    pub times: u32,
    /// Whether a failed item may succeed later.
    #[serde(default)]
    pub recoverable: bool,
    /// The one item that fails; all of them where it is missing.
    #[serde(default)]
    pub alert_id: Option<String>,
}

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// 500, nothing done.
    #[serde(rename = "status_500")]
    Status500,
    /// 429, nothing done.
    #[serde(rename = "status_429")]
    Status429,
    /// 400 that says it may succeed later, nothing done.
    #[serde(rename = "status_400_recoverable")]
    Status400Recoverable,
    /// 401, nothing done.
    #[serde(rename = "status_401")]
    Status401,
    /// The connection closes before anything was done.
    LoseRequest,
    /// Everything is done and the connection closes without an answer.
    LoseAnswer,
    /// 200 with FAILURE for the items.
    ItemFailure,
}

impl Fault {
    /// A fault of the next call that posts outcomes.
    #[must_use]
    pub fn outcomes(kind: FaultKind) -> Self {
        Self {
            method: Some("POST".to_owned()),
            path_prefix: "/outcomes".to_owned(),
            kind,
            times: 1,
            recoverable: true,
            alert_id: None,
        }
    }

    /// The same, for more than one call.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        let below = path.strip_prefix(super::BASE_PATH).unwrap_or(path);
        let path_fits = path.starts_with(&self.path_prefix) || below.starts_with(&self.path_prefix);
        path_fits && self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
    }
}

impl Ethoca {
    /// Queues a fault.
    pub fn queue_fault(&self, fault: Fault) {
        self.change(|memory| memory.faults.push(fault));
    }
}

/// The first queued fault that fits, used up by one call.
pub(super) fn next(ethoca: &Ethoca, method: &str, path: &str) -> Option<Fault> {
    ethoca.look(|memory| find(memory, method, path))?;
    ethoca.change(|memory| {
        let place = find(memory, method, path)?;
        memory.faults[place].times -= 1;
        let fault = memory.faults[place].clone();
        memory.faults.retain(|fault| fault.times > 0);
        Some(fault)
    })
}

fn find(memory: &Memory, method: &str, path: &str) -> Option<usize> {
    memory.faults.iter().position(|fault| fault.times > 0 && fault.fits(method, path))
}

fn once() -> u32 {
    1
}
