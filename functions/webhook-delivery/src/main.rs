use domain::calls::lane::SLOW_CALL;
use flows::setup::{open_secrets, open_store};
use partners::{Destinations, WebhookSender, with_deadline};
use runtime::{FunctionStopped, start_function, worker};
use webhook_delivery::{WebhookWorker, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    // Public addresses only; no setting of a deployment changes this.
    let (store, secrets, webhooks) =
        (open_store(&shell)?, open_secrets(&shell)?, WebhookSender::new(Destinations::Public)?);
    let desk = WebhookWorker { store, secrets, webhooks, slow_after: SLOW_CALL };
    worker::serve_batches(|jobs, ends| with_deadline(ends, handle(&desk, jobs))).await
}
