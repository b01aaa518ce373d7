use runtime::{Stopped, start, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let (store, secrets) = (shell.store()?, shell.secrets()?);
    worker::serve_foreign(|body, now| {
        let (store, secrets) = (&store, &secrets);
        async move { mail_events::handle(store, secrets, &body, now).await }
    })
    .await
}
