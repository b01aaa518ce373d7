use flows::setup::{open_processors, open_store};
use partners::within;
use runtime::{Stopped, start, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, processors) = (open_store(&shell)?, open_processors(&shell)?);
    worker::serve(|job, ends| within(ends, matching::handle(&store, &processors, job))).await
}
