use flows::setup::{open_secrets, open_store};
use runtime::{Stopped, start, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, secrets) = (open_store(&shell)?, open_secrets(&shell)?);
    worker::serve_foreign(|body, now| {
        let (store, secrets) = (&store, &secrets);
        async move { mail_events::handle(store, secrets, &body, now).await }
    })
    .await
}
