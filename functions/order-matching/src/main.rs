use flows::setup::open_store;
use runtime::{FunctionStopped, start_function, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let store = open_store(&shell)?;
    worker::serve_batches(|jobs, _| order_matching::handle(&store, jobs)).await
}
