use domain::calls::lane::SLOW_CALL;
use partners::{Destinations, Webhooks};
use runtime::worker;
use runtime::{Stopped, start};
use webhook_delivery::Desk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    // Public addresses only: no setting of a deployment lifts that.
    let (store, secrets, webhooks) = (shell.store()?, shell.secrets()?, Webhooks::new(Destinations::Public)?);
    let desk = Desk { store, secrets, webhooks, slow_after: SLOW_CALL };
    worker::serve_batches(|jobs| webhook_delivery::handle(&desk, jobs)).await
}
