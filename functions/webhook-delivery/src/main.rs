use partners::{Destinations, Webhooks};
use runtime::worker;
use runtime::{Stopped, start};
use webhook_delivery::Desk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    // Public addresses only: no setting of a deployment lifts that.
    let desk = Desk { store: shell.store()?, secrets: shell.secrets()?, webhooks: Webhooks::new(Destinations::Public)? };
    worker::serve_batches(|jobs| webhook_delivery::handle(&desk, jobs)).await
}
