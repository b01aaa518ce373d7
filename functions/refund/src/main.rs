use flows::setup::{open_processors, open_store};
use partners::with_deadline;
use refund::RefundWorker;
use runtime::{FunctionStopped, env, start_function, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let store = open_store(&shell)?.with_max_rate_age(env::rates_max_age_days());
    let processors = open_processors(&shell)?;
    let refunds = RefundWorker::new(store, processors, env::lease_seconds());
    worker::serve(|job, ends| with_deadline(ends, refund::handle(&refunds, job))).await
}
