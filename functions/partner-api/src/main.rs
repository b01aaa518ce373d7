use flows::setup::{open_processors, open_store};
use partner_api::{Api, Limits, WAITS};
use partners::Destinations;
use runtime::{Stopped, env, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let limits = Limits::per_minute(env::rate_limit_per_minute());
    let store = open_store(&shell)?.with_rates_of_days(env::rates_max_age_days());
    let processors = open_processors(&shell)?;
    let api = Api { store, processors, waits: WAITS, limits, webhooks: Destinations::Public };
    lambda_http::run(partner_api::router(api)).await
}
