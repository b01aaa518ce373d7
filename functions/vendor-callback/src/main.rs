use flows::setup::{open_networks, open_processors, open_store};
use partners::within;
use runtime::{Stopped, start, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, networks, processors) =
        (open_store(&shell)?, open_networks(&shell)?, open_processors(&shell)?);
    worker::serve_batches(|jobs, ends| {
        within(ends, vendor_callback::handle(&store, &networks, &processors, jobs))
    })
    .await
}
