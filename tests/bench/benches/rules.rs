//! `cargo bench-rules`: what it costs to decide an alert by rulesets of three rules, beside plain
//! JavaScript, json-logic-js and zen.

use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use domain::basics::money::Currency;
use domain::rules::ruleset::PreparedRulesets;
use matching_bench::rules::{Alert, MOST_CENTS, RuleSet, descriptor};
use serde_json::{Value, json};

const SIZES: [usize; 5] = [1, 10, 50, 200, 1000];
/// A round is short, so that most are not interrupted on a machine that has other work, too.
const FEWEST_ROUNDS: usize = 5;
const ENOUGH: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let sets = SIZES.map(RuleSet::of);
    println!(
        "Microseconds an alert, the median of rounds of 1,000 alerts, at so many rulesets of \
         three rules:"
    );
    println!("{:40}{}", "", SIZES.map(|size| format!("{size:>10}")).concat());
    let wrong: usize = sets.iter().map(RuleSet::wrong).sum();
    let prepared = sets.each_ref().map(|set| {
        let rulesets = PreparedRulesets::from_rulesets(&set.rulesets);
        microseconds(set, || set.decide_all(&rulesets))
    });
    println!("{:40}{}", "Forestall, rulesets prepared", prepared.concat());
    println!(
        "{:40}{}",
        "Forestall, each alert for itself",
        sets.each_ref().map(|set| microseconds(set, || set.decide_each())).concat()
    );
    if let Err(why) = run_rivals(&sets) {
        println!("{why}");
    }
    if wrong > 0 {
        println!("{wrong} WRONG decisions of Forestall's");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// For one alert, with two decimal places.
fn microseconds(set: &RuleSet, decide: impl Fn()) -> String {
    decide();
    let (began, mut rounds) = (Instant::now(), Vec::new());
    while rounds.len() < FEWEST_ROUNDS || began.elapsed() < ENOUGH {
        let round = Instant::now();
        decide();
        rounds.push(round.elapsed().as_nanos());
    }
    rounds.sort_unstable();
    let median =
        rounds.get(rounds.len() / 2).copied().unwrap_or_default() / set.alerts.len().max(1) as u128;
    format!("{:>7}.{:02}", median / 1000, median % 1000 / 10)
}

/// The other engines print their own lines.
fn run_rivals(sets: &[RuleSet]) -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rivals");
    if !folder.join("node_modules").exists() {
        return Err("The other engines are not there: `npm install` in tests/bench/rivals, with \
            node 20 or later, brings them."
            .into());
    }
    let node = Command::new("node").arg(folder.join("rivals.mjs")).stdin(Stdio::piped()).spawn();
    let mut node =
        node.map_err(|error| format!("The other engines need node, which cannot be run: {error}"))?;
    let written = node.stdin.take().map_or(Ok(()), |pipe| {
        let sets: Vec<Value> = sets.iter().map(as_json).collect();
        serde_json::to_writer(io::BufWriter::new(pipe), &sets)
    });
    written.map_err(|error| format!("The other engines did not read the rules: {error}"))?;
    let ended = node.wait().map_err(|error| error.to_string())?;
    if ended.success() { Ok(()) } else { Err(format!("The other engines failed: {ended}")) }
}

/// The same rules and facts. Descriptors are folded and amounts in dollars: both are part of
/// Forestall's figure only.
fn as_json(set: &RuleSet) -> Value {
    let folded = |text: &str| text.to_uppercase().replace([' ', '*'], "");
    let ruleset = |at: usize| {
        json!({
            "amount": MOST_CENTS, "currencies": ["USD", "EUR"],
            "descriptor": folded(&descriptor(at))
        })
    };
    let fact = |alert: &Alert| {
        let currency: Currency = alert.facts.disputed.currency;
        let descriptor = folded(alert.facts.descriptor.as_deref().unwrap_or_default());
        let first = alert.first.map_or(json!(-1), |first| json!(first));
        json!({
            "amount": alert.us_cents, "currency": currency.code(), "descriptor": descriptor,
            "first": first
        })
    };
    let (rulesets, facts): (Vec<Value>, Vec<Value>) =
        ((0..set.rulesets.len()).map(ruleset).collect(), set.alerts.iter().map(fact).collect());
    json!({"rulesets": rulesets, "facts": facts})
}
