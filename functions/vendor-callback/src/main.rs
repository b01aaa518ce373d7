use flows::setup::{open_networks, open_processors, open_store};
use partners::with_deadline;
use runtime::{FunctionStopped, start_function, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let (store, networks, processors) =
        (open_store(&shell)?, open_networks(&shell)?, open_processors(&shell)?);
    worker::serve_batches(|jobs, ends| {
        with_deadline(ends, vendor_callback::handle(&store, &networks, &processors, jobs))
    })
    .await
}
