use email_notification::{Outbox, Post};
use flows::setup::{open_secrets, open_store};
use runtime::{Stopped, env, start, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let outbox = Outbox::of_environment(shell.config())?;
    let store = open_store(&shell)?;
    let secrets = open_secrets(&shell)?;
    let post = Post { store, secrets, outbox, public_url: env::public_url()? };
    worker::serve(|job, _| email_notification::handle(&post, job)).await
}
