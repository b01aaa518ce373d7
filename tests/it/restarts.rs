//! `cargo dev --data` is killed at every hop of an alert, as only the operating system can, and
//! started again: the end is the same each time.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use tests::demo::{Client, Target};
use tests::dev::{LONGEST_CALL, Options};
use tests::world::MOST_RECEIVES;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

#[test]
fn a_killed_workers_claim_runs_out_before_its_message_is_a_dead_letter() {
    for stripe_url in [None, Some("http://127.0.0.1:1".to_owned())] {
        let settings = tests::dev::settings(&Options { stripe_url, ..Options::default() });
        let received_for = settings.visibility.as_secs() * u64::from(MOST_RECEIVES);
        let held = settings.claim_seconds.unsigned_abs() + LONGEST_CALL;
        assert!(
            received_for >= 2 * held,
            "a claim holds for {held} s, a message is received for {received_for} s"
        );
    }
}

struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    access: Value,
}

/// Starts `cargo dev`'s own program in a folder of its own.
async fn start(folder: &Path) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dev"));
    command
        .args(["--port", "0", "--data", "data"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().expect("the program");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    while let Some(line) = lines.next_line().await.expect("a line") {
        if line.starts_with("  one line per hop") {
            break;
        }
    }
    let access = std::fs::read(folder.join(".forestall/dev.json")).expect("dev.json");
    Running { child, lines, access: serde_json::from_slice(&access).expect("JSON") }
}

impl Running {
    fn target(&self) -> Target {
        let text = |path: &str| {
            self.access.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        Target {
            api_url: text("/api_url"),
            partner_api_key: text("/partner_api_key"),
            push_url: text("/ethoca/push_url"),
            username: text("/ethoca/username"),
            password: text("/ethoca/password"),
            ethoca_simulator: text("/simulators/ethoca"),
            stripe_simulator: text("/simulators/stripe"),
        }
    }

    /// Lets so many hops go by, then kills the system.
    async fn kill_after(mut self, hops: usize) {
        for _ in 0..hops {
            self.lines.next_line().await.expect("a hop");
        }
        self.child.kill().await.expect("it can be killed");
    }
}

/// A folder that goes when the test ends.
pub struct Folder(pub PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

async fn killed_after(hops: usize) {
    let folder = Folder(
        std::env::temp_dir().join(format!("forestall-restart-{}-{hops}", std::process::id())),
    );
    std::fs::create_dir_all(&folder.0).expect("a folder");
    let first = start(&folder.0).await;
    let client = Client::new(&first.target());
    let set_up = tests::demo::set_up(&client, &|_| {}).await.expect("it is set up");
    let alert = tests::demo::alert_about(&set_up.paid);
    client.push(&alert).await.expect("a push");
    first.kill_after(hops).await;

    let second = start(&folder.0).await;
    let client = Client::new(&second.target());
    client.push(&alert).await.expect("the vendor pushes again, as it may");
    let seen = tests::demo::resolved(&client, &set_up.house.organisation, &alert).await;
    let seen = seen.unwrap_or_else(|wrong| panic!("killed after {hops} hops: {wrong}"));
    tests::demo::judge(&client, &seen, &set_up.paid, &alert, &|_| {})
        .await
        .unwrap_or_else(|wrong| panic!("killed after {hops} hops: {wrong}\n{seen}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_each_hop_and_started_again() {
    let mut runs = tokio::task::JoinSet::new();
    for hops in 0..=5 {
        runs.spawn(killed_after(hops));
    }
    runs.join_all().await;
}
