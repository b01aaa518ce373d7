//! Faults in World: every call of the pipeline is counted, and one of them can be struck.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use crate::gate::{Gate, Moment, Verdict};

/// Where a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strike {
    /// The call, by its place among all calls of the pipeline.
    pub call: usize,
    pub moment: Moment,
    /// [`Verdict::Hold`] kills the function that made the call.
    pub verdict: Verdict,
}

/// The calls of the pipeline so far, and the fault that waits for one of them.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
    killed: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Plan {
    watching: bool,
    calls: Vec<String>,
    strike: Option<Strike>,
    struck: Option<String>,
}

impl Faults {
    /// One fault to come.
    #[must_use]
    pub fn striking(strike: Strike) -> Self {
        let faults = Self::default();
        faults.plan().strike = Some(strike);
        faults
    }

    /// The gate that all transports ask.
    #[must_use]
    pub fn gate(&self) -> Gate {
        let faults = self.clone();
        Arc::new(move |call, moment| faults.judge(call, moment))
    }

    /// Counts calls from now on, or no more: what a test does itself is not counted.
    pub fn watch(&self, watching: bool) {
        self.plan().watching = watching;
    }

    /// The calls counted so far.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.plan().calls.clone()
    }

    /// The call that was struck, once one was.
    #[must_use]
    pub fn struck(&self) -> Option<String> {
        self.plan().struck.clone()
    }

    /// Runs a function until it ends, or is killed in the middle of a call.
    pub async fn survive<F: Future>(&self, function: F) -> Option<F::Output> {
        tokio::select! {
            done = function => Some(done),
            () = self.killed.notified() => None,
        }
    }

    fn judge(&self, call: &str, moment: Moment) -> Verdict {
        let mut plan = self.plan();
        if !plan.watching {
            return Verdict::Pass;
        }
        if moment == Moment::Before {
            plan.calls.push(call.to_owned());
        }
        let place = plan.calls.len().saturating_sub(1);
        let Some(strike) = plan.strike.filter(|strike| strike.call == place && strike.moment == moment) else { return Verdict::Pass };
        plan.strike = None;
        plan.struck = Some(call.to_owned());
        if strike.verdict == Verdict::Hold {
            self.killed.notify_one();
        }
        strike.verdict
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().expect("no fault plan is left half written")
    }
}
