//! `cargo demo`: the whole system in one process, one alert from its push to its answer.

use std::process::ExitCode;

use tests::demo;
use tests::dev::Dev;

#[tokio::main]
async fn main() -> ExitCode {
    let dev = match Dev::start(&tests::dev::Options::default()).await {
        Ok(dev) => dev,
        Err(error) => {
            eprintln!("Forestall could not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("Forestall, the whole system in one process\n");
    match demo::run(&dev.target(), &|line| println!("{line}")).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("\nThe demonstration failed: {failed}");
            ExitCode::FAILURE
        }
    }
}
