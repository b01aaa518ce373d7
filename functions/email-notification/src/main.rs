use email_notification::{ConfigurationSets, Outbox, Post};
use flows::setup::{open_secrets, open_store};
use runtime::{Stopped, env, start, worker};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Stopped> {
    let shell = start().await;
    let sets = ConfigurationSets {
        live: env::email_configuration_set()?,
        test: env::test_email_configuration_set()?,
    };
    let outbox = env::email_sender().map(|sender| Outbox::open(shell.config(), sender, sets));
    if outbox.is_none() {
        tracing::info!("No e-mails are sent: the stack has no EmailSender.");
    }
    let post = Post {
        store: open_store(&shell)?,
        secrets: open_secrets(&shell)?,
        outbox,
        public_url: env::public_url()?,
    };
    worker::serve(|job, _| email_notification::handle(&post, job)).await
}
