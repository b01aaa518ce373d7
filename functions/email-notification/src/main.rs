use email_notification::{MailOutbox, MailService};
use flows::setup::{open_secrets, open_store};
use runtime::{FunctionStopped, env, start_function, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), FunctionStopped> {
    let shell = start_function().await;
    let outbox = MailOutbox::from_environment(shell.sdk_config())?;
    let store = open_store(&shell)?;
    let secrets = open_secrets(&shell)?;
    let post = MailService { store, secrets, outbox, public_url: env::public_url()? };
    worker::serve(|job, _| email_notification::handle(&post, job)).await
}
