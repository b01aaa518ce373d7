use flows::setup::{open_processors, open_store};
use partners::within;
use runtime::{Stopped, env, start, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, processors) = (
        open_store(&shell)?.with_rates_of_days(env::rates_max_age_days()),
        open_processors(&shell)?,
    );
    worker::serve(|job, ends| within(ends, ruleset_evaluation::handle(&store, &processors, job)))
        .await
}
