use flows::setup::{open_processors, open_store};
use partners::with_deadline;
use runtime::{FunctionStopped, start_function, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let (store, processors) = (open_store(&shell)?, open_processors(&shell)?);
    worker::serve(|job, ends| with_deadline(ends, matching::handle(&store, &processors, job))).await
}
