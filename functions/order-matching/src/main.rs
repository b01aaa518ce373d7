use runtime::worker;
use runtime::{Stopped, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let store = shell.store()?;
    worker::serve_batches(|jobs| order_matching::handle(&store, jobs)).await
}
