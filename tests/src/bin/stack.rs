//! `cargo stack`: the template and the binaries as they are deployed, on a local AWS.

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    let mut ended = signal(SignalKind::terminate()).expect("signals can be listened to");
    // Whichever way the run ends, dropping it takes the local AWS down.
    let told = tokio::select! {
        told = tests::stack::run() => told,
        _ = tokio::signal::ctrl_c() => Err("Interrupted.".into()),
        _ = ended.recv() => Err("Told to end.".into()),
    };
    match told {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("cargo stack failed: {why}");
            ExitCode::FAILURE
        }
    }
}
