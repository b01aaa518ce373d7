use domain::calls::lane::SLOW_CALL;
use flows::setup::{open_processors, open_store};
use partners::within;
use refund::Refunds;
use runtime::{Stopped, env, start, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let store = open_store(&shell)?.with_rates_of_days(env::rates_max_age_days());
    let processors = open_processors(&shell)?;
    let refunds =
        Refunds { store, processors, claim_seconds: env::claim_seconds(), slow_after: SLOW_CALL };
    worker::serve(|job, ends| within(ends, refund::handle(&refunds, job))).await
}
