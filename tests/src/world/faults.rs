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

/// What somebody else does while a call waits.
type Meanwhile = Box<dyn FnOnce() + Send>;

/// The calls of the pipeline so far, and the fault that waits for one of them.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
    killed: Arc<Notify>,
}

#[derive(Default)]
struct Plan {
    watching: bool,
    calls: Vec<String>,
    /// The calls that have begun and not ended, by their places: several may be under way at once.
    open: Vec<usize>,
    strike: Option<Strike>,
    struck: Option<String>,
    meanwhile: Option<(usize, Meanwhile)>,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("calls", &self.calls.len())
            .field("strike", &self.strike)
            .finish_non_exhaustive()
    }
}

impl Faults {
    /// One fault to come.
    #[must_use]
    pub fn striking(strike: Strike) -> Self {
        let faults = Self::default();
        faults.plan().strike = Some(strike);
        faults
    }

    /// Strikes a call to come, in place of what was to be struck.
    pub fn strike(&self, strike: Strike) {
        self.plan().strike = Some(strike);
    }

    /// The fault to come, taken back: whoever has it strikes later.
    #[must_use]
    pub fn take_strike(&self) -> Option<Strike> {
        self.plan().strike.take()
    }

    /// Does something else from its beginning to its end before a call goes on.
    pub fn meanwhile(&self, call: usize, does: impl FnOnce() + Send + 'static) {
        self.plan().meanwhile = Some((call, Box::new(does)));
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
        let place = plan.place(call, moment);
        if let Some((_, does)) =
            plan.meanwhile.take_if(|(at, _)| *at == place && moment == Moment::Before)
        {
            drop(plan);
            does();
            plan = self.plan();
        }
        let Some(strike) =
            plan.strike.filter(|strike| strike.call == place && strike.moment == moment)
        else {
            return Verdict::Pass;
        };
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

impl Plan {
    /// The place of a call that begins, or of the one of this name that ends.
    fn place(&mut self, call: &str, moment: Moment) -> usize {
        if moment == Moment::Before {
            self.calls.push(call.to_owned());
            self.open.push(self.calls.len() - 1);
            return self.calls.len() - 1;
        }
        let ended = self.open.iter().position(|place| self.calls[*place] == call);
        ended.map_or(usize::MAX, |at| self.open.remove(at))
    }
}
