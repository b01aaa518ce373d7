use flows::setup::{open_processors, open_store};
use partner_api::{ApiContext, RateLimits, WAITS};
use partners::Destinations;
use runtime::{FunctionStopped, env, start_function};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let limits = RateLimits::per_minute(env::rate_limit_per_minute());
    let store = open_store(&shell)?.with_max_rate_age(env::rates_max_age_days());
    let processors = open_processors(&shell)?;
    let api =
        ApiContext { store, processors, waits: WAITS, limits, webhooks: Destinations::Public };
    lambda_http::run(partner_api::build_router(api)).await
}
