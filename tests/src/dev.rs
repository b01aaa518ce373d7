//! World kept up: on a port, in real time, with a first partner, for `cargo dev` and `cargo demo`.

use std::path::PathBuf;
use std::time::Duration;

use partners::Destinations;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::demo::Target;
use crate::world::{Clock, MOST_RECEIVES, Settings, World};

mod functions;
mod hops;

pub use functions::start_functions;

/// A message that was not worked comes back after this at the soonest, so that a killed system is
/// soon where it would have been. While its worker works, it stays hidden.
const LEAST_VISIBILITY: u64 = 8;
/// The longest call of a worker that holds a claim, in seconds.
pub const LONGEST_CALL: u64 = 15;
/// A claim outlasts the longest call to the simulator; another Stripe is given a minute more to
/// commit.
const CLAIM_SECONDS: i64 = 20;
const CLAIM_SECONDS_ELSEWHERE: i64 = 80;

/// How it is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The port of both APIs; any free one if it is 0.
    pub port: u16,
    pub data: Option<PathBuf>,
    pub stripe_url: Option<String>,
    /// Requests a minute of an owner to a route; any number if it is 0.
    pub rate_limit: u32,
    /// Webhooks may go to any address, also by plain HTTP.
    pub allow_private_webhooks: bool,
    /// Print one line per hop.
    pub prints_hops: bool,
}

/// What somebody needs to use it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Access {
    pub api_url: String,
    pub partner_api_key: String,
    pub test_partner_api_key: String,
    pub ethoca: EthocaAccess,
    pub simulators: Simulators,
}

/// How Ethoca signs in when it pushes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EthocaAccess {
    pub push_url: String,
    pub username: String,
    pub password: String,
}

/// Where the simulators are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Simulators {
    pub ethoca: String,
    pub stripe: String,
    /// Every e-mail that left: a page, and JSON at `/messages`.
    #[serde(default)]
    pub mailbox: String,
}

/// The running system; it ends when this is dropped.
pub struct Dev {
    pub access: Access,
    _tasks: JoinSet<()>,
}

impl Dev {
    /// Starts it, with a LIVE and a TEST partner and a connection to Ethoca's simulator.
    ///
    /// # Errors
    /// Where the port is taken, or the data folder cannot be used.
    pub async fn start(options: &Options) -> Result<Self, String> {
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await;
        let listener =
            listener.map_err(|error| format!("port {} cannot be used: {error}", options.port))?;
        let api_url =
            format!("http://{}", listener.local_addr().map_err(|error| error.to_string())?);
        if let Some(dir) = &options.data {
            std::fs::create_dir_all(dir)
                .map_err(|error| format!("{} cannot be used: {error}", dir.display()))?;
        }
        let world =
            World::start(Settings { public_url: api_url.clone(), ..settings(options) }).await;
        let mut tasks = JoinSet::new();
        let mailbox = mailbox(&world, &mut tasks).await?;
        let access = access(&world, options, api_url, mailbox).await?;
        tasks.spawn(crate::simulate::serve::serve(listener, world.router()));
        start_functions(&world, options.prints_hops, &mut tasks);
        Ok(Self { access, _tasks: tasks })
    }

    /// What the demonstration runs against.
    #[must_use]
    pub fn target(&self) -> Target {
        let Access { api_url, partner_api_key, ethoca, simulators, .. } = self.access.clone();
        Target {
            api_url,
            partner_api_key,
            push_url: ethoca.push_url,
            username: ethoca.username,
            password: ethoca.password,
            ethoca_simulator: simulators.ethoca,
            stripe_simulator: simulators.stripe,
        }
    }
}

/// World as it is kept up. A killed worker's claim runs out long before its message has been
/// received too often: in twice the time.
#[must_use]
pub fn settings(options: &Options) -> Settings {
    let claim_seconds =
        if options.stripe_url.is_some() { CLAIM_SECONDS_ELSEWHERE } else { CLAIM_SECONDS };
    let (data, stripe_url, rate_limit) =
        (options.data.clone(), options.stripe_url.clone(), options.rate_limit);
    let webhooks =
        if options.allow_private_webhooks { Destinations::Anywhere } else { Destinations::Public };
    let held = 2 * (claim_seconds.unsigned_abs() + LONGEST_CALL);
    let visibility = Duration::from_secs(LEAST_VISIBILITY.max(held.div_ceil(MOST_RECEIVES.into())));
    Settings {
        clock: Clock::Real,
        data,
        stripe_url,
        visibility,
        claim_seconds,
        rate_limit,
        webhooks,
        ..Settings::default()
    }
}

/// The mailbox on a port of its own.
async fn mailbox(world: &World, tasks: &mut JoinSet<()>) -> Result<String, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
    let url = format!("http://{}", listener.local_addr().map_err(|error| error.to_string())?);
    tasks.spawn(crate::simulate::serve::serve(
        listener,
        crate::simulate::mailbox::router(world.aws.clone()),
    ));
    Ok(url)
}

/// Access as it was before a restart, or anew.
async fn access(
    world: &World,
    options: &Options,
    api_url: String,
    mailbox: String,
) -> Result<Access, String> {
    let stripe = options.stripe_url.clone().unwrap_or_else(|| world.stripe_url.clone());
    let simulators = Simulators { ethoca: origin(&world.ethoca_url), stripe, mailbox };
    let kept = options.data.as_ref().map(|dir| dir.join("access.json"));
    let before = kept
        .as_ref()
        .and_then(|file| std::fs::read(file).ok())
        .and_then(|text| serde_json::from_slice::<Access>(&text).ok());
    let push_url = format!("{api_url}/vendors/ethoca/alerts");
    let access = match before {
        Some(before) => {
            move_connection(world).await?;
            Access {
                api_url,
                simulators,
                ethoca: EthocaAccess { push_url, ..before.ethoca },
                ..before
            }
        }
        None => first(world, api_url, push_url, simulators).await?,
    };
    if let Some(file) = kept {
        std::fs::write(&file, text_of(&access)?)
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(access)
}

async fn first(
    world: &World,
    api_url: String,
    push_url: String,
    simulators: Simulators,
) -> Result<Access, String> {
    let partner_api_key = world.new_partner("Demo partner", "LIVE").await?;
    let test_partner_api_key = world.new_partner("Demo partner (test)", "TEST").await?;
    let password = runtime::random::new_seed()
        .map(|bits| format!("{bits:032x}"))
        .map_err(|error| error.to_string())?;
    let ethoca = EthocaAccess { push_url, username: "ethoca".into(), password };
    world.connect_ethoca(&ethoca.username, &ethoca.password).await?;
    world.operate(rates()).await?;
    Ok(Access { api_url, partner_api_key, test_partner_api_key, ethoca, simulators })
}

/// The simulator listens somewhere else after a restart.
async fn move_connection(world: &World) -> Result<(), String> {
    for connection in world.store.read_connections().await.map_err(|error| error.to_string())? {
        let moved =
            domain::account::VendorConnection { api_url: world.ethoca_url.clone(), ..connection };
        world.store.put_connection(&moved).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Rates to try amount rules with; a deployment loads its own.
fn rates() -> Value {
    json!({
        "do": "LOAD_RATES", "as_of": "2026-01-02",
        "usd_millionths": {
            "EUR": 1_170_000, "GBP": 1_340_000, "JPY": 6_400, "KWD": 3_250_000, "DKK": 157_000
        }
    })
}

/// The text of an access file.
///
/// # Errors
/// Only if JSON itself fails.
pub fn text_of(access: &Access) -> Result<String, String> {
    serde_json::to_string_pretty(access).map_err(|error| error.to_string())
}

fn origin(url: &str) -> String {
    url.strip_suffix(crate::simulate::ethoca::BASE_PATH).unwrap_or(url).to_owned()
}
