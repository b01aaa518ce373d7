use runtime::{Stopped, start};
use runtime::{env, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, processors) = (shell.store()?.with_rates_of_days(env::rates_max_age_days()), shell.processors()?);
    worker::serve(|job| ruleset_evaluation::handle(&store, &processors, job)).await
}
