use runtime::worker;
use runtime::{Stopped, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, networks, processors) = (shell.store()?, shell.networks()?, shell.processors()?);
    worker::serve_batches(|jobs| vendor_callback::handle(&store, &networks, &processors, jobs)).await
}
