use flows::setup::open_store;
use runtime::{Stopped, start, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let store = open_store(&shell)?;
    worker::serve_batches(|jobs, _| order_matching::handle(&store, jobs)).await
}
