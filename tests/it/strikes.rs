//! Many worlds, each struck by one fault at one call: all come to the same end.

use std::fmt::Debug;
use std::sync::Arc;

use tests::gate::{Moment, Verdict};
use tests::world::{Faults, Strike};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many worlds run at once.
const AT_ONCE: usize = 4;

/// Every way to strike a call: killed or lost, before and after.
pub const WAYS: [(Moment, Verdict); 4] =
    [(Moment::Before, Verdict::Hold), (Moment::After, Verdict::Hold), (Moment::Before, Verdict::Lose), (Moment::After, Verdict::Lose)];

/// Each of these calls, struck in each of these ways.
pub fn at(calls: impl IntoIterator<Item = usize>, ways: &[(Moment, Verdict)]) -> Vec<Strike> {
    let each = |call| ways.iter().map(move |(moment, verdict)| Strike { call, moment: *moment, verdict: *verdict });
    calls.into_iter().flat_map(each).collect()
}

/// Fails where a run ends otherwise than it should, or where its strike met no call.
pub async fn all_end_as<E, F>(good: &E, strikes: Vec<Strike>, run: impl Fn(Faults) -> F)
where
    E: Debug + PartialEq + Send + 'static,
    F: Future<Output = E> + Send + 'static,
{
    let (slots, mut runs, count) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new(), strikes.len());
    for strike in strikes {
        let (faults, slots) = (Faults::striking(strike), slots.clone());
        let ends = run(faults.clone());
        runs.spawn(async move {
            let _slot = slots.acquire().await.expect("a slot");
            (ends.await, faults.struck(), strike)
        });
    }
    let ended = runs.join_all().await.into_iter();
    let wrong = ended.filter(|(end, struck, _)| end != good || struck.is_none());
    let wrong: Vec<String> = wrong.map(|(end, struck, strike)| format!("{strike:?} at {struck:?}: {end:?}")).collect();
    assert!(wrong.is_empty(), "{} of {count} faults end wrong:\n{}", wrong.len(), wrong.join("\n"));
}
