//! Business cases in plain text, played in World. A story's expected result is what it prints;
//! whatever it says, every invariant of the system holds at its end, and no alarm rang that it does
//! not print.
//!
//! `given` and `when` lines do something (the two words only help the reader), `then print` lines
//! print what they name below themselves, indented. With `FORESTALL_STORIES=update` the printed
//! lines are written into the files.

mod alarms;
mod alerts;
mod bites;
mod by_hand;
mod keys;
mod mails;
mod merchant;
mod names;
mod partners;
mod payments;
mod play;
mod printed;
mod setup;
mod shown;
mod stripe;
mod subscriber;
mod words;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use play::{Failed, Play};
use tests::world::logs::Log;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::instrument::WithSubscriber;
use words::Words;

/// How many stories are played at once.
const AT_ONCE: usize = 4;
/// What stands before a printed line.
const INDENT: &str = "    ";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_story_ends_as_it_is_written() {
    tests::world::logs::watch();
    let (slots, mut running) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
    for file in files() {
        let slots = slots.clone();
        running.spawn(async move {
            let _slot = slots.acquire().await.expect("a slot");
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let played = tokio::spawn(check(file)).await;
            (name, played.unwrap_or_else(|broken| Err(broken.to_string())))
        });
    }
    let mut wrong = Vec::new();
    while let Some(done) = running.join_next().await {
        if let (name, Err(why)) = done.expect("a story") {
            wrong.push(format!("== {name}\n{why}"));
        }
    }
    wrong.sort();
    assert!(
        wrong.is_empty(),
        "{} stories end otherwise than they are written:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The stories, by name.
fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories");
    let entries = std::fs::read_dir(folder).expect("the folder of stories");
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|own| own == "story"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "there are no stories");
    files
}

/// Plays a story and compares its text.
async fn check(file: PathBuf) -> Result<(), Failed> {
    let written = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
    let log = Log::default();
    let played = play(&written, log.clone()).with_subscriber(log.subscriber()).await?;
    if played == written {
        return Ok(());
    }
    if is_updating() {
        return std::fs::write(&file, played).map_err(|error| error.to_string());
    }
    Err(difference(&written, &played))
}

/// The story's text with what it prints now.
async fn play(written: &str, log: Log) -> Result<String, Failed> {
    let mut play = Play::open().await;
    play.log = log;
    let mut text = String::new();
    for (place, line) in written.lines().enumerate().filter(|(_, line)| !line.starts_with(INDENT)) {
        text.push_str(line);
        text.push('\n');
        let said = step(&mut play, line)
            .await
            .map_err(|why| format!("line {}: {line}\n  {why}", place + 1))?;
        text.extend(said.iter().map(|said| format!("{INDENT}{said}\n")));
    }
    let mut breaches = play.world.breaches().await;
    let unseen = play.alarms().into_iter().filter(|alarm| !text.contains(&play.names.plain(alarm)));
    breaches.extend(unseen.map(|alarm| format!("the story does not print its alarms: {alarm}")));
    if breaches.is_empty() {
        Ok(text)
    } else {
        Err(format!("{}\nplayed so far:\n{text}", breaches.join("\n")))
    }
}

async fn step(play: &mut Play, line: &str) -> Result<Vec<String>, Failed> {
    let line = line.split('#').next().unwrap_or_default().trim();
    let (kind, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match (kind, rest.trim()) {
        ("", _) => Ok(Vec::new()),
        ("given" | "when", rest) => play.act(Words::of(rest)).await.map(|()| Vec::new()),
        ("then", rest) => {
            play.print(rest.strip_prefix("print").ok_or("a story prints; it asserts nothing else")?)
                .await
        }
        _ => Err("a line begins with given, when or then".into()),
    }
}

fn difference(written: &str, played: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (written.lines().collect(), played.lines().collect());
    let gone = old.iter().filter(|line| !new.contains(line)).map(|line| format!("- {line}"));
    let come = new.iter().filter(|line| !old.contains(line)).map(|line| format!("+ {line}"));
    let lines: Vec<String> = gone.chain(come).collect();
    if lines.is_empty() {
        format!("the order of lines differs; it prints now:\n{played}")
    } else {
        lines.join("\n")
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "only the tests' own switch is read, and by the tests only"
)]
fn is_updating() -> bool {
    std::env::var("FORESTALL_STORIES").is_ok_and(|wish| wish == "update")
}
