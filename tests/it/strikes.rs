//! Many worlds, each struck by one fault at one call: all come to the same end.

use std::fmt::Debug;
use std::sync::Arc;

use tests::gate::{Moment, Verdict};
use tests::world::{Faults, Strike};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::repository::{Source, rust_files};

/// How many worlds run at once.
const AT_ONCE: usize = 4;

/// Every way to strike a call: killed or lost, before and after.
pub const WAYS: [(Moment, Verdict); 4] = [
    (Moment::Before, Verdict::Hold),
    (Moment::After, Verdict::Hold),
    (Moment::Before, Verdict::Lose),
    (Moment::After, Verdict::Lose),
];

/// Each of these calls, struck in each of these ways.
pub fn at(calls: impl IntoIterator<Item = usize>, ways: &[(Moment, Verdict)]) -> Vec<Strike> {
    let each = |call| {
        ways.iter().map(move |(moment, verdict)| Strike {
            call,
            moment: *moment,
            verdict: *verdict,
        })
    };
    calls.into_iter().flat_map(each).collect()
}

/// Among so many runs of the project's own check each world has its turn once.
const TURNS: u64 = 3;

/// Of worlds that strike nothing of a refund, those whose turn it is. All of them, where nobody
/// gives turns (`cargo test` by itself, `.ci/run --all`), and where a file of what they strike was
/// changed lately: paths as they begin.
#[allow(clippy::disallowed_methods, reason = "how .ci/run gives turns")]
pub fn by_turns<T>(worlds: Vec<T>, strikes: &[&str]) -> Vec<T> {
    for start in strikes {
        let is_there = |file: &Source| file.path.starts_with(start);
        assert!(
            rust_files(&["functions", "shared"]).iter().any(is_there),
            "nothing is at {start}: name what is struck"
        );
    }
    let given = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
    let changed = given("FORESTALL_CHANGED").unwrap_or_default();
    let is_changed =
        changed.lines().any(|file| strikes.iter().any(|start| file.starts_with(start)));
    let turn =
        given("FORESTALL_TURN").and_then(|commit| u64::from_str_radix(commit.get(..8)?, 16).ok());
    of_turn(worlds, turn.filter(|_| !is_changed))
}

fn of_turn<T>(worlds: Vec<T>, turn: Option<u64>) -> Vec<T> {
    let Some(turn) = turn else { return worlds };
    (0..TURNS)
        .cycle()
        .zip(worlds)
        .filter(|(own, _)| *own == turn % TURNS)
        .map(|(_, world)| world)
        .collect()
}

#[test]
fn each_world_has_its_turn() {
    let all: Vec<u64> = (0..100).collect();
    assert_eq!(of_turn(all.clone(), None), all);
    let mut struck: Vec<u64> =
        (7..7 + TURNS).flat_map(|commit| of_turn(all.clone(), Some(commit))).collect();
    struck.sort_unstable();
    assert_eq!(struck, all);
}

/// Fails where a run ends otherwise than it should, or where its strike met no call.
pub async fn all_end_as<E, F>(good: &E, strikes: Vec<Strike>, run: impl Fn(Faults) -> F)
where
    E: Debug + PartialEq + Send + 'static,
    F: Future<Output = E> + Send + 'static,
{
    let (slots, mut runs, count) =
        (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new(), strikes.len());
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
    let wrong: Vec<String> =
        wrong.map(|(end, struck, strike)| format!("{strike:?} at {struck:?}: {end:?}")).collect();
    assert!(wrong.is_empty(), "{} of {count} faults end wrong:\n{}", wrong.len(), wrong.join("\n"));
}
