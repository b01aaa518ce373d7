use flows::setup::{open_secrets, open_store};
use runtime::{FunctionStopped, start_function, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let (store, secrets) = (open_store(&shell)?, open_secrets(&shell)?);
    worker::serve_raw_bodies(|body, now| {
        let (store, secrets) = (&store, &secrets);
        async move { mail_events::handle(store, secrets, &body, now).await }
    })
    .await
}
