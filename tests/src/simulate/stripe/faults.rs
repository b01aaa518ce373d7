//! Faults that wait for the calls they shall befall.

use serde::{Deserialize, Serialize};

use super::memory::Memory;
use super::refusal::Refusal;
use super::requests::Call;

/// A fault for the next `times` calls that match.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Any method if not given.
    #[serde(default)]
    pub method: Option<String>,
    /// What the path starts with.
    pub path_prefix: String,
    /// What happens.
    pub fault: FaultKind,
    /// How many calls it befalls.
    #[serde(default = "once")]
    pub times: u32,
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Executed, answered 500, and the key remembers the 500.
    #[serde(rename = "status_500")]
    Status500,
    /// Not executed, answered 403: a restricted key that may not do this.
    #[serde(rename = "status_403")]
    Status403,
    /// Not executed, answered 429.
    #[serde(rename = "status_429")]
    Status429,
    /// Not executed, answered 503.
    #[serde(rename = "status_503")]
    Status503,
    /// Not executed, the connection closes.
    LoseRequest,
    /// Executed, the connection closes without an answer.
    LoseAnswer,
    /// Executed; the answer comes when it is released. A retry gets the remembered answer at once.
    Hold,
    /// Executed only when it is released: the call is on its way for as long.
    Delay,
    /// As `Hold`, but the key counts as in use until then: a retry gets 409.
    HoldExecuting,
}

impl Fault {
    /// A fault for the next call of `method` whose path starts with `path_prefix`.
    #[must_use]
    pub fn next(method: &str, path_prefix: &str, fault: FaultKind) -> Self {
        Self {
            method: Some(method.to_owned()),
            path_prefix: path_prefix.to_owned(),
            fault,
            times: 1,
        }
    }

    fn befalls(&self, call: &Call) -> bool {
        self.times > 0
            && self
                .method
                .as_ref()
                .is_none_or(|method| call.method.as_str().eq_ignore_ascii_case(method))
            && call.path.starts_with(&self.path_prefix)
    }
}

impl FaultKind {
    /// The answer that stands in for execution.
    pub(super) fn refusal(self) -> Option<Refusal> {
        match self {
            Self::Status403 => {
                let message =
                    "The provided key does not have the required permissions for this endpoint.";
                Some(Refusal::new(403, "invalid_request_error", message))
            }
            Self::Status429 => Some(
                Refusal::new(429, "invalid_request_error", "Too many requests.").code("rate_limit"),
            ),
            Self::Status503 => Some(Refusal::new(503, "api_error", "The service is unavailable.")),
            _ => None,
        }
    }
}

/// Takes the fault that befalls this call.
pub fn take(memory: &mut Memory, call: &Call) -> Option<FaultKind> {
    let fault = memory.faults.iter_mut().find(|fault| fault.befalls(call))?;
    fault.times -= 1;
    let kind = fault.fault;
    memory.faults.retain(|fault| fault.times > 0);
    Some(kind)
}

fn once() -> u32 {
    1
}
