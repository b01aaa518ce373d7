use domain::calls::lane::SLOW_CALL;
use flows::setup::{open_secrets, open_store};
use partners::{Destinations, Webhooks, within};
use runtime::{Stopped, start, worker};
use webhook_delivery::Desk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    // Public addresses only: no setting of a deployment lifts that.
    let (store, secrets, webhooks) =
        (open_store(&shell)?, open_secrets(&shell)?, Webhooks::new(Destinations::Public)?);
    let desk = Desk { store, secrets, webhooks, slow_after: SLOW_CALL };
    worker::serve_batches(|jobs, ends| within(ends, webhook_delivery::handle(&desk, jobs))).await
}
