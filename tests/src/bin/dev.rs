//! `cargo dev`: the whole system in one process, kept up.

use std::path::PathBuf;
use std::process::ExitCode;

use tests::dev::{Dev, Options, text_of};

const USAGE: &str = "cargo dev [--port N] [--data DIR] [--stripe-url URL] [--rate-limit N] \
    [--allow-private-webhooks]\n
  --port N          the port of the API (3000)
  --data DIR        keep everything there, across restarts and kills
  --stripe-url URL  another Stripe in the simulator's place
  --rate-limit N    requests a minute of an owner to a route (100); 0 for any number
  --allow-private-webhooks  webhooks may go to any address, also by plain HTTP";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let options = options(std::env::args().skip(1))?;
    tracing_subscriber::fmt()
        .with_env_filter("warn")
        .with_writer(std::io::stderr)
        .without_time()
        .with_target(false)
        .init();
    let dev = Dev::start(&options).await?;
    let folder = PathBuf::from(".forestall");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    std::fs::write(folder.join("dev.json"), text_of(&dev.access)?)
        .map_err(|error| error.to_string())?;
    println!("Forestall is up at {}", dev.access.api_url);
    println!(
        "  keys (LIVE, and TEST for trials without money), Ethoca's push address and the \
         simulators: .forestall/dev.json"
    );
    println!("  the mailbox of every e-mail that leaves: {}", dev.access.simulators.mailbox);
    println!("  one line per hop; Ctrl-C ends it\n");
    tokio::signal::ctrl_c().await.map_err(|error| error.to_string())
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options =
        Options { port: 3000, rate_limit: 100, prints_hops: true, ..Options::default() };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value\n\n{USAGE}"));
        match word.as_str() {
            "--port" => {
                options.port =
                    value()?.parse().map_err(|_| format!("--port takes a number\n\n{USAGE}"))?;
            }
            "--data" => options.data = Some(PathBuf::from(value()?)),
            "--rate-limit" => {
                options.rate_limit = value()?
                    .parse()
                    .map_err(|_| format!("--rate-limit takes a number\n\n{USAGE}"))?;
            }
            "--stripe-url" => options.stripe_url = Some(value()?),
            "--allow-private-webhooks" => options.allow_private_webhooks = true,
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(options)
}
